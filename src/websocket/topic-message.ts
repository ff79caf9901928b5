import { SharedMessage } from "../protocol/websocket/shared-message.ts";

/** Text and bytes travel as they are, everything else as JSON. */
export type MessageKind = "text" | "json" | "bytes";

/**
 * One message of a topic. It is encoded at most once for each way to send it, however many get it, and decoded at most once
 * for all who read it in this process, so those must not change it.
 */
export class TopicMessage<Value = unknown> {
  readonly topic: string;
  /** Its place in the topic's history; undefined without one. */
  readonly id: string | undefined;
  /** @internal */
  readonly kind: MessageKind;
  /** @internal Text, JSON text or bytes. */
  readonly payload: string | Buffer;
  /** @internal Whether a receiver that is behind may miss it. */
  readonly mayDrop: boolean;
  /** @internal The receiver that published it and does not get it. */
  sender: unknown = undefined;
  #bare: SharedMessage | undefined = undefined;
  #envelope: SharedMessage | undefined = undefined;
  #value: unknown = undefined;

  /** @internal Use `TopicMessage.of`. */
  constructor(
    topic: string,
    kind: MessageKind,
    payload: string | Buffer,
    { id, mayDrop = false }: { id?: string | undefined; mayDrop?: boolean } = {},
  ) {
    this.topic = topic;
    this.id = id;
    this.kind = kind;
    this.payload = payload;
    this.mayDrop = mayDrop;
  }

  /** @throws {TypeError} when the value has no JSON. */
  static of(topic: string, data: unknown, mayDrop = false): TopicMessage {
    if (typeof data === "string") return new TopicMessage(topic, "text", data, { mayDrop });
    if (data instanceof Uint8Array) return new TopicMessage(topic, "bytes", Buffer.from(data), { mayDrop });
    const text: string | undefined = JSON.stringify(data);
    if (text !== undefined) return new TopicMessage(topic, "json", text, { mayDrop });
    throw new TypeError(
      `A message of the topic ${topic} is ${typeof data}; expected text, bytes (Uint8Array) or a value that has JSON`,
    );
  }

  /** @internal The message at its place in the topic's history. */
  withId(id: string): TopicMessage {
    const message = new TopicMessage(this.topic, this.kind, this.payload, { id, mayDrop: this.mayDrop });
    message.sender = this.sender;
    return message;
  }

  /** What was published; a value as its JSON says it. */
  get data(): Value {
    if (this.kind !== "json") return this.payload as Value;
    if (this.#value === undefined) this.#value = JSON.parse(this.payload as string);
    return this.#value as Value;
  }

  /** @internal For sockets that get the message and nothing else. */
  get bare(): SharedMessage {
    this.#bare ??= new SharedMessage(this.payload);
    return this.#bare;
  }

  /** @internal For clients that have several topics on one socket. */
  get envelope(): SharedMessage {
    this.#envelope ??= new SharedMessage(this.#formatEnvelope());
    return this.#envelope;
  }

  #formatEnvelope(): string {
    const id = this.id === undefined ? "" : `,"id":${JSON.stringify(this.id)}`;
    return `{"type":"message","topic":${JSON.stringify(this.topic)}${id},${this.#formatData()}}`;
  }

  #formatData(): string {
    if (typeof this.payload !== "string") return `"base64":"${this.payload.toString("base64")}"`;
    return `"data":${this.kind === "json" ? this.payload : JSON.stringify(this.payload)}`;
  }
}
