import type { Topic, TopicOptions } from "../websocket/topic.ts";

/**
 * Defines a topic, for modules that server and page share: the same as `topic` of the server, which checks the options when
 * it first uses them.
 */
export function topic<Value = unknown>(name: string, options: TopicOptions = {}): Topic<Value> {
  return { ...options, name };
}
