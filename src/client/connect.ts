import { Live, type LiveOptions } from "./live.ts";

/**
 * Connects to a realtime route of a server. Connections that break come back by themselves, and all that was subscribed to,
 * joined and watched with them.
 *
 * @param url of the route; on a page a path will do.
 */
export function connect(url: string, options: LiveOptions = {}): Live {
  return new Live(url, options);
}
