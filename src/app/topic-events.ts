import type { Response } from "../http/response.ts";
import { type EventStreamOptions, sse } from "../http/server-sent-events.ts";
import type { HistoryFrom } from "../websocket/history.ts";
import type { Topic } from "../websocket/topic.ts";
import { messagesOf } from "../websocket/topic-subscription.ts";
import type { Topics } from "../websocket/topics.ts";

/** Options of `app.topicEvents`. */
export interface TopicEventsOptions extends EventStreamOptions {
  /** How many of the messages that the topic kept a client gets that has just come. @default 0 */
  last?: number;
}

/**
 * A topic as server-sent events: the id of a message is the id of its event, so that a browser that comes back gets what it
 * missed. Where that is kept no longer, an event `missed` comes first.
 */
export function topicEvents(
  topics: Topics,
  topic: Topic | string,
  { last = 0, ...options }: TopicEventsOptions = {},
): Response {
  return sse(async (events) => {
    const from: HistoryFrom = events.lastEventId === "" ? { last } : { after: events.lastEventId };
    let hasMissed = false;
    const onMissed = (): void => {
      hasMissed = true;
    };
    const messages = messagesOf(topics, topic, { ...from, signal: events.signal, onMissed });
    for await (const { id, payload } of messages) {
      if (hasMissed) await events.send({ event: "missed", data: "" });
      hasMissed = false;
      const data = typeof payload === "string" ? payload : payload.toString("base64");
      await events.send(id === undefined ? { data } : { data, id });
    }
  }, options);
}
