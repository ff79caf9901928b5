import type { Member } from "../websocket/presence-member.ts";
import type { ClientMessage, ServerMessage } from "../websocket/realtime-protocol.ts";
import type { Topic } from "../websocket/topic.ts";
import { backoff } from "./backoff.ts";

/** Where a client stands; it is offline while it waits before it tries to connect again. */
export type LiveState = "connecting" | "open" | "offline" | "closed";

/** How a client connects. */
export interface LiveOptions {
  /** Messages that may wait to be published; past it publishing fails. @default 100 */
  queueLimit?: number;
  /** Is told of subscriptions the server refuses. @default console.error */
  onError?: (error: Error) => void;
  /** The class to use where there is no global one, as in Node before 22. @default WebSocket */
  WebSocket?: new (
    url: string,
  ) => LiveSocket;
}

/** What is used of a WebSocket. */
export type LiveSocket = Pick<WebSocket, "send" | "close" | "onopen" | "onmessage" | "onclose">;

/** Which messages come first, and who hears that some are missing. */
export interface SubscribeOptions {
  /** How many of the messages that the topic kept come first. @default 0 */
  last?: number;
  /** Is told when more was missed than the topic kept: what is shown must be read anew. */
  onMissed?: () => void;
}

/** A message's place: its topic, and its id where the topic has a history. */
export interface LiveMessage {
  readonly topic: string;
  readonly id?: string;
}

type Handler = (data: unknown, message: LiveMessage) => void;
type Incoming =
  | ServerMessage
  | ({ readonly type: "message"; readonly data?: unknown; readonly base64?: string } & LiveMessage);
type Request = ClientMessage & { ref: number };
type Unnumbered<Message> = Message extends unknown ? Omit<Message, "ref"> : never;

interface Subscription extends SubscribeOptions {
  readonly handlers: Set<Handler>;
  /** The last message that came. */
  after?: string | undefined;
}

interface Watch {
  members: Map<string, Member>;
  readonly listeners: Set<(members: Member[]) => void>;
}

/** What waits for the server's answer. */
interface Answer {
  /** Sent again when the connection is back. */
  readonly message?: Request;
  readonly resolve?: () => void;
  readonly reject: (error: Error) => void;
}

/** A server that says nothing for this long is asked, and left when it still says nothing. */
const SILENCE = 20_000;
const CLOSED = "The client is closed";

/** Topics of a server over one websocket that comes back by itself. Made by {@link connect}. */
export class Live {
  /** Where it stands. */
  state: LiveState = "offline";
  readonly #url: string;
  readonly #options: LiveOptions;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #joined = new Map<string, unknown>();
  readonly #watches = new Map<string, Watch>();
  readonly #answers = new Map<number, Answer>();
  readonly #observers = new Set<(state: LiveState) => void>();
  #socket: LiveSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #ref = 0;
  #isAsked = false;

  /** @internal Use {@link connect}. */
  constructor(url: string, options: LiveOptions) {
    this.#url = new URL(url, globalThis.location?.href).href.replace(/^http/, "ws");
    this.#options = options;
    this.#connect();
    globalThis.addEventListener?.("online", this.#retry);
  }

  /** Calls a function for each message of a topic, also after the connection was lost. @returns ends that. */
  subscribe<Value>(
    topic: Topic<Value> | string,
    handler: (data: Value, message: LiveMessage) => void,
    options: SubscribeOptions = {},
  ): () => void {
    const name = nameOf(topic);
    let subscription = this.#subscriptions.get(name);
    if (!subscription) {
      subscription = { ...options, handlers: new Set() };
      this.#subscriptions.set(name, subscription);
      this.#askFor(name, subscription);
    }
    const { handlers } = subscription;
    handlers.add(handler as Handler);
    return () => {
      if (handlers.delete(handler as Handler) && !handlers.size) {
        this.#subscriptions.delete(name);
        this.#send({ type: "unsubscribe", topic: name });
      }
    };
  }

  /**
   * Publishes to a topic; while the connection is lost, when it is back. A message the server may have got without saying so
   * is sent again, so it may come twice.
   *
   * @returns when the server has it; rejects when the server refuses it, and when too many wait.
   */
  publish<Value>(topic: Topic<Value> | string, data: NoInfer<Value>): Promise<void> {
    if (this.state === "closed") return Promise.reject(new Error(CLOSED));
    if (this.#answers.size >= (this.#options.queueLimit ?? 100))
      return Promise.reject(new Error("Too many messages wait"));
    const message = { type: "publish", topic: nameOf(topic), data, ref: ++this.#ref } as const;
    return new Promise((resolve, reject) => {
      this.#answers.set(message.ref, { message, resolve, reject });
      this.#send(message);
    });
  }

  /** Is present in a topic from now on; joining again tells something new. @returns ends that. */
  join(topic: Topic | string, data?: unknown): () => void {
    const name = nameOf(topic);
    this.#joined.set(name, data);
    this.#request({ type: "join", topic: name, data });
    return () => {
      this.#joined.delete(name);
      this.#send({ type: "leave", topic: name });
    };
  }

  /** Calls a function with all who are present in a topic, now and after each change. @returns ends that. */
  presence<Data = unknown>(topic: Topic | string, listener: (members: Member<Data>[]) => void): () => void {
    const name = nameOf(topic);
    let watch = this.#watches.get(name);
    if (!watch) {
      watch = { members: new Map(), listeners: new Set() };
      this.#watches.set(name, watch);
      this.#request({ type: "watch", topic: name });
    }
    const { listeners } = watch;
    listeners.add(listener as (members: Member[]) => void);
    return () => {
      if (listeners.delete(listener as (members: Member[]) => void) && !listeners.size) {
        this.#watches.delete(name);
        this.#send({ type: "unwatch", topic: name });
      }
    };
  }

  /** Calls a function with the state, now and at each change. @returns ends that. */
  onState(listener: (state: LiveState) => void): () => void {
    this.#observers.add(listener);
    listener(this.state);
    return () => this.#observers.delete(listener);
  }

  /** Leaves for good. Messages that wait fail. */
  close(): void {
    this.#lose();
    clearTimeout(this.#timer);
    globalThis.removeEventListener?.("online", this.#retry);
    this.#become("closed");
    for (const { message, reject } of this.#answers.values()) if (message) reject(new Error(CLOSED));
    this.#answers.clear();
  }

  #connect(): void {
    this.#become("connecting");
    const socket = new (this.#options.WebSocket ?? WebSocket)(this.#url);
    this.#socket = socket;
    socket.onopen = () => this.#open();
    socket.onmessage = ({ data }) => {
      this.#listen();
      this.#receive(JSON.parse(data as string) as Incoming);
    };
    socket.onclose = () => this.#comeBack();
  }

  #open(): void {
    this.#attempt = 0;
    const unanswered: Request[] = [];
    for (const [ref, { message }] of this.#answers) {
      if (message) unanswered.push(message);
      else this.#answers.delete(ref);
    }
    this.#become("open");
    this.#listen();
    for (const [topic, subscription] of this.#subscriptions) this.#askFor(topic, subscription);
    for (const [topic, data] of this.#joined) this.#request({ type: "join", topic, data });
    for (const topic of this.#watches.keys()) this.#request({ type: "watch", topic });
    for (const message of unanswered) this.#send(message);
  }

  /** A sign of life: the next one is awaited from now on. */
  #listen(): void {
    this.#isAsked = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#doubt, SILENCE);
  }

  readonly #doubt = (): void => {
    if (this.#isAsked) this.#comeBack();
    else {
      this.#isAsked = true;
      this.#send({ type: "ping" });
      this.#timer = setTimeout(this.#doubt, SILENCE);
    }
  };

  #lose(): void {
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = socket.onopen = socket.onmessage = socket.onclose = undefined as never;
    socket.close();
  }

  #comeBack(): void {
    this.#lose();
    this.#become("offline");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#retry, backoff(this.#attempt++));
  }

  readonly #retry = (): void => {
    if (this.state !== "offline") return;
    clearTimeout(this.#timer);
    this.#connect();
  };

  #askFor(topic: string, { after, last }: Subscription): void {
    this.#request({ type: "subscribe", topic, ...(after ? { after } : last ? { last } : {}) });
  }

  /** Asks for what is asked for again by itself when the connection was lost. */
  #request(message: Unnumbered<Request>): void {
    if (this.state !== "open") return;
    const numbered = { ...message, ref: ++this.#ref } as Request;
    const { onError = console.error } = this.#options;
    this.#answers.set(numbered.ref, { reject: onError });
    this.#send(numbered);
  }

  #send(message: ClientMessage): void {
    if (this.state === "open") this.#socket?.send(JSON.stringify(message));
  }

  #receive(message: Incoming): void {
    if ("ref" in message) this.#settle(message);
    else if ("member" in message || "members" in message) this.#follow(message);
    else if ("topic" in message) this.#deliver(message);
  }

  #settle(message: Extract<Incoming, { ref: number }>): void {
    const answer = this.#answers.get(message.ref);
    this.#answers.delete(message.ref);
    if (message.type === "ok") answer?.resolve?.();
    else answer?.reject(new Error(message.message));
  }

  #deliver(message: Extract<Incoming, { type: "message" | "missed" }>): void {
    const subscription = this.#subscriptions.get(message.topic);
    if (!subscription) return;
    if (message.type === "missed") {
      subscription.onMissed?.();
      return;
    }
    const { topic, id, base64 } = message;
    if (id) subscription.after = id;
    const data =
      base64 === undefined ? message.data : Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    for (const handler of subscription.handlers) handler(data, id ? { topic, id } : { topic });
  }

  #follow(message: Extract<Incoming, { member: Member } | { members: readonly Member[] }>): void {
    const watch = this.#watches.get(message.topic);
    if (!watch) return;
    if ("members" in message) watch.members = new Map(message.members.map((member) => [member.id, member]));
    else if (message.type === "leave") watch.members.delete(message.member.id);
    else watch.members.set(message.member.id, message.member);
    for (const listener of watch.listeners) listener([...watch.members.values()]);
  }

  #become(state: LiveState): void {
    if (this.state === state) return;
    this.state = state;
    for (const observer of this.#observers) observer(state);
  }
}

function nameOf(topic: Topic | string): string {
  return typeof topic === "string" ? topic : topic.name;
}
