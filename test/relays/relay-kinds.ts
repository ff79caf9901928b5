import { randomUUID } from "node:crypto";
import { memory, type Relay } from "../../src/index.ts";
import { nats } from "../../src/websocket/relays/nats.ts";
import { redis } from "../../src/websocket/relays/redis.ts";
import { type Broker, findBroker, skipWithout, startBroker } from "./brokers.ts";

/** A relay to be tried, at a place that no other test uses. */
export interface TriedRelay {
  /** For one process; all of them meet. */
  relay(): Relay;
  /** What keeps it going; undefined where that is this process. */
  readonly broker: Broker | undefined;
  remove(): Promise<void>;
}

export interface RelayKind {
  readonly name: string;
  readonly skip: string | false;
  readonly hasHistory: boolean;
  /** At a broker that runs, or at one of its own, which may be killed. */
  open(options?: { own: boolean }): Promise<TriedRelay>;
}

function overBroker(
  name: "redis" | "nats",
  hasHistory: boolean,
  create: (url: string, options: { prefix: string }) => Relay,
): RelayKind {
  const open = async ({ own } = { own: false }): Promise<TriedRelay> => {
    const broker = await (own ? startBroker(name) : findBroker(name));
    const prefix = `test-${randomUUID()}`;
    return { relay: () => create(broker.url, { prefix }), broker, remove: () => broker.remove() };
  };
  return { name, skip: skipWithout(name), hasHistory, open };
}

/** All relays: the same tests hold for each. */
export const relayKinds: readonly RelayKind[] = [
  {
    name: "memory",
    skip: false,
    hasHistory: true,
    open: async () => {
      const relay = memory();
      return { relay: () => relay, broker: undefined, remove: async () => {} };
    },
  },
  overBroker("redis", true, redis),
  overBroker("nats", false, nats),
];
