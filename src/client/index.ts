export type { Member } from "../websocket/presence-member.ts";
export type { Topic, TopicOptions } from "../websocket/topic.ts";
export { connect } from "./connect.ts";
export type { Live, LiveMessage, LiveOptions, LiveSocket, LiveState, SubscribeOptions } from "./live.ts";
export { topic } from "./topic.ts";
