import { HttpError } from "../http/errors.ts";
import type { Request } from "../http/request.ts";
import { SharedMessage } from "../protocol/websocket/shared-message.ts";
import type { TopicReceiver } from "./audience.ts";
import type { HistoryFrom } from "./history.ts";
import type { PresenceChange } from "./presence-member.ts";
import type { OwnMember } from "./presences.ts";
import type { Realtime } from "./realtime.ts";
import { type ClientMessage, parseClientMessage, type ServerMessage } from "./realtime-protocol.ts";
import type { Topic } from "./topic.ts";
import type { TopicMessage } from "./topic-message.ts";
import type { WebSocket } from "./websocket.ts";

/** A client of a realtime route, for the functions that decide what it may do. */
export interface RealtimeClient {
  /** The request that opened its websocket: cookies, headers, what middleware left there. */
  readonly request: Request;
  /** A place for what these functions want to remember about it. */
  readonly ctx: Record<string, unknown>;
}

type Decision<Allowed> = Allowed | boolean | Promise<Allowed | boolean>;

/** What clients may do. What is not mentioned, nobody may. */
export interface RealtimeRules {
  /** Topics that everybody may subscribe to, and see who is present. @default none */
  topics?: readonly Topic[];
  /**
   * Whether a client may subscribe to a topic and see who is present: true, or the topic with its options, or false.
   * @default only `topics`
   */
  subscribe?: (topic: string, client: RealtimeClient) => Decision<Topic>;
  /**
   * Whether a client may publish to a topic: true or the topic publishes the data as it is, false refuses, nothing means that
   * this has done what was to be done. @default nobody
   */
  publish?: (topic: string, data: unknown, client: RealtimeClient) => Decision<Topic | void>;
  /** Whether a client may be present in a topic: true with its own data, `{ data }` with these, or false. @default nobody */
  join?: (topic: string, data: unknown, client: RealtimeClient) => Decision<{ data: unknown }>;
  /** Topics that one client may subscribe to, watch and join at a time. @default 100 */
  topicLimit?: number;
}

const MOST_TOPICS = 100;

/** What the rules do not allow; its message is for the client. */
class Refused extends Error {}

/** The changes as text, made once for all clients that watch. */
const encodedChanges = new WeakMap<PresenceChange, SharedMessage>();

/** One client of a realtime route: many topics over one websocket. */
export class RealtimeSession implements TopicReceiver {
  readonly #realtime: Realtime;
  readonly #ws: WebSocket;
  readonly #rules: RealtimeRules;
  readonly #client: RealtimeClient;
  readonly #subscribed = new Set<string>();
  readonly #present = new Map<string, OwnMember>();
  /** What ends watching a topic. */
  readonly #watched = new Map<string, () => void>();

  constructor(
    realtime: Realtime,
    ws: WebSocket,
    { rules, request }: { rules: RealtimeRules; request: Request },
  ) {
    this.#realtime = realtime;
    this.#ws = ws;
    this.#rules = rules;
    this.#client = { request, ctx: ws.ctx };
  }

  /** Serves the client until it leaves. Its messages are worked off one after the other. */
  async run(): Promise<void> {
    try {
      for await (const data of this.#ws) {
        const message = parseClientMessage(data);
        if (message === undefined) return void this.#ws.close(1008, "Not a message of this protocol");
        await this.#handle(message);
      }
    } finally {
      this.#end();
    }
  }

  receive(message: TopicMessage): void {
    this.#ws.sendShared(message.envelope, message.mayDrop);
  }

  missed(topic: string): void {
    if (this.#ws.state === "open") void this.#send({ type: "missed", topic });
  }

  async #handle(message: ClientMessage): Promise<void> {
    if (message.type === "ping") return this.#send({ type: "pong" });
    if (!("ref" in message)) return this.#stop(message.type, message.topic);
    try {
      await this.#do(message);
      if (this.#ws.state === "open") await this.#send({ type: "ok", ref: message.ref });
    } catch (error) {
      const text = this.#explain(error);
      if (this.#ws.state === "open") await this.#send({ type: "error", ref: message.ref, message: text });
    }
  }

  #do(message: Extract<ClientMessage, { ref: number }>): Promise<void> {
    if (message.type === "subscribe") return this.#subscribe(message.topic, message);
    if (message.type === "publish") return this.#publish(message.topic, message.data);
    if (message.type === "join") return this.#join(message.topic, message.data ?? null);
    return this.#watch(message.topic);
  }

  async #subscribe(name: string, { after, last }: HistoryFrom): Promise<void> {
    const topic = await this.#readable(name);
    if (!this.#subscribed.has(name)) this.#checkLimit();
    this.#subscribed.add(name);
    const from = after === undefined ? { last } : { after };
    await this.#realtime.topics.subscribe(topic, this, from);
  }

  async #publish(name: string, data: unknown): Promise<void> {
    const { publish } = this.#rules;
    const decision = publish === undefined ? false : await publish(name, data, this.#client);
    if (decision === false) throw new Refused(`You may not publish to ${name}`);
    if (decision === undefined) return;
    await this.#realtime.topics.publish(decision === true ? name : decision, data, undefined, this);
  }

  async #join(name: string, data: unknown): Promise<void> {
    const { join } = this.#rules;
    const decision = join === undefined ? false : await join(name, data, this.#client);
    if (decision === false) throw new Refused(`You may not join ${name}`);
    if (this.#ws.state !== "open") return;
    const told = decision === true ? data : decision.data;
    const member = this.#present.get(name);
    if (member !== undefined) return member.update(told);
    this.#checkLimit();
    this.#present.set(name, this.#realtime.presences.join(name, told));
  }

  async #watch(name: string): Promise<void> {
    await this.#readable(name);
    if (this.#ws.state !== "open") return;
    const presence = this.#realtime.presence(name);
    if (!this.#watched.has(name)) {
      this.#checkLimit();
      this.#watched.set(
        name,
        presence.onChange((change) => this.#tell(name, change)),
      );
    }
    await this.#send({ type: "members", topic: name, members: presence.members });
  }

  /** The topic, where the client may read it. */
  async #readable(name: string): Promise<Topic | string> {
    const { topics = [], subscribe } = this.#rules;
    const open = topics.find((topic) => topic.name === name);
    if (open !== undefined) return open;
    const decision = subscribe === undefined ? false : await subscribe(name, this.#client);
    if (decision === false) throw new Refused(`You may not subscribe to ${name}`);
    if (this.#ws.state !== "open") throw new Refused("The websocket is closed");
    return decision === true ? name : decision;
  }

  #tell(topic: string, change: PresenceChange): void {
    let encoded = encodedChanges.get(change);
    if (encoded === undefined) {
      encoded = new SharedMessage(JSON.stringify({ ...change, topic } satisfies ServerMessage));
      encodedChanges.set(change, encoded);
    }
    this.#ws.sendShared(encoded);
  }

  #stop(type: "unsubscribe" | "leave" | "unwatch", topic: string): void {
    if (type === "unsubscribe") {
      this.#subscribed.delete(topic);
      this.#realtime.topics.unsubscribe(topic, this);
    } else if (type === "leave") {
      this.#present.get(topic)?.leave();
      this.#present.delete(topic);
    } else {
      this.#watched.get(topic)?.();
      this.#watched.delete(topic);
    }
  }

  #end(): void {
    for (const topic of this.#subscribed) this.#realtime.topics.unsubscribe(topic, this);
    for (const member of this.#present.values()) member.leave();
    for (const stop of this.#watched.values()) stop();
    this.#present.clear();
  }

  #checkLimit(): void {
    const { topicLimit = MOST_TOPICS } = this.#rules;
    if (this.#subscribed.size + this.#present.size + this.#watched.size >= topicLimit)
      throw new Refused(`You may take part in ${topicLimit} topics at a time`);
  }

  /** What the client is told of an error; what is not meant for it is reported. */
  #explain(error: unknown): string {
    if (error instanceof Refused || error instanceof HttpError || error instanceof RangeError)
      return error.message;
    if (this.#ws.state === "open") this.#realtime.report(error);
    return "The server failed";
  }

  async #send(message: ServerMessage): Promise<void> {
    await this.#ws.send(JSON.stringify(message));
  }
}
