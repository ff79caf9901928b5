import type { Request } from "../http/request.ts";
import { SetupError } from "../http/setup-error.ts";
import { type RealtimeRules, RealtimeSession } from "../websocket/realtime-session.ts";
import { topicName, topicSettings } from "../websocket/topic.ts";
import type { WebSocket } from "../websocket/websocket.ts";
import type { WebSocketRouteSettings } from "./websocket-route.ts";

/** Options of a realtime route: those of websockets, and what clients may do. */
export interface RealtimeRouteOptions extends Omit<WebSocketRouteSettings, "subprotocols">, RealtimeRules {}

const RULES: readonly (keyof RealtimeRules)[] = ["topics", "subscribe", "publish", "join", "topicLimit"];

/** Tells the rules apart from the options of the websocket route. Throws a {@link SetupError} for rules that are none. */
export function readRealtimeOptions(
  path: string,
  options: RealtimeRouteOptions,
): { rules: RealtimeRules; route: WebSocketRouteSettings } {
  const { topics, subscribe, publish, join, topicLimit, ...route } = options;
  for (const topic of topics ?? []) {
    topicName(topic);
    topicSettings(topic);
  }
  for (const rule of [subscribe, publish, join])
    if (rule !== undefined && typeof rule !== "function")
      throw new SetupError(
        `The realtime route ${path} has a rule that is ${typeof rule}; expected a function`,
      );
  if (!RULES.slice(0, 4).some((rule) => options[rule] !== undefined))
    throw new SetupError(
      `The realtime route ${path} allows nothing; give it topics, or functions subscribe, publish and join that decide`,
    );
  const rules = Object.fromEntries(
    Object.entries({ topics, subscribe, publish, join, topicLimit }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  return { rules, route };
}

/** Serves one client of a realtime route. */
export function serveRealtime(request: Request, ws: WebSocket, rules: RealtimeRules): Promise<void> {
  if (ws.realtime === undefined) throw new Error("The websocket belongs to no app");
  return new RealtimeSession(ws.realtime, ws, { rules, request }).run();
}
