import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { typescriptArguments } from "../../scripts/setup.mjs";
import { type RelayState, topic } from "../../src/index.ts";
import { redis } from "../../src/websocket/relays/redis.ts";
import { skipWithout, startBroker } from "./brokers.ts";
import { relayKinds } from "./relay-kinds.ts";
import { type Heard, RelayNode } from "./relay-node.ts";

const MESSAGES = 10_000;

/** Resolves when the node's relay is in this state. */
async function untilState({ realtime: { relay } }: RelayNode, state: RelayState): Promise<void> {
  if (relay.state === state) return;
  await new Promise<void>((resolve) => {
    const forget = relay.onChange((now) => {
      if (now !== state) return;
      forget();
      resolve();
    });
  });
}

function assertAscending(heard: Heard): void {
  const data = heard.data as number[];
  const wrong = data.findIndex((number, index) => index > 0 && number <= (data[index - 1] ?? 0));
  assert.equal(wrong, -1, `${data[wrong]} came behind ${data[wrong - 1]}`);
}

/** A pause after every hundredth message, so that something happens between. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}

for (const { name, skip, open } of relayKinds.filter((kind) => kind.name !== "memory")) {
  describe(`${name} killed and started again in the middle of 10,000 messages`, { skip }, () => {
    it("costs messages of topics without history, but not their order, and doubles none", async () => {
      const tried = await open({ own: true });
      const one = await RelayNode.open(tried.relay());
      const other = await RelayNode.open(tried.relay());
      const heard = await other.listen("numbers");
      const states: RelayState[] = [];
      one.realtime.relay.onChange((state) => states.push(state));
      for (let number = 1; number <= MESSAGES; number++) {
        one.publish("numbers", number);
        if (number % 100 === 0) await pause();
        if (number === 3000) await tried.broker?.kill();
        if (number === 4000) await untilState(one, "reconnecting");
        if (number === 6000) await tried.broker?.start();
      }
      await untilState(one, "connected");
      await untilState(other, "connected");
      // What is published from here on arrives.
      one.publish("numbers", MESSAGES + 1);
      await heard.until(({ data }) => data.includes(MESSAGES + 1));
      assertAscending(heard);
      assert.ok(heard.data.length >= 3000 - 100, `${heard.data.length} messages`);
      assert.deepEqual(states, ["reconnecting", "connected"]);
      assert.match(String(one.reports[0]), /has lost its broker; it keeps trying/);
      await Promise.all([one.close(), other.close()]);
      await tried.remove();
    });

    it("is waited for when it is not there at the start", async () => {
      const tried = await open({ own: true });
      await tried.broker?.kill();
      const node = await RelayNode.open(tried.relay());
      assert.equal(node.realtime.relay.state, "connecting");
      assert.match(String(node.reports[0]), /has not reached its broker yet/);
      const heard = node.listen("numbers");
      node.publish("numbers", 1);
      await tried.broker?.start();
      await untilState(node, "connected");
      assert.deepEqual((await heard).data, [1]);
      await node.close();
      await tried.remove();
    });

    it("can be left while it is away", async () => {
      const tried = await open({ own: true });
      const node = await RelayNode.open(tried.relay());
      await tried.broker?.kill();
      await untilState(node, "reconnecting");
      await node.close();
      assert.equal(node.realtime.relay.state, "closed");
      await tried.remove();
    });
  });
}

describe("topics with history over Redis", { skip: skipWithout("redis") }, () => {
  const kept = topic<number>("kept", { history: MESSAGES });

  it("lose and double nothing when the server is killed in the middle of 10,000 messages", async () => {
    const broker = await startBroker("redis");
    const prefix = `test-${randomUUID()}`;
    const one = await RelayNode.open(redis(broker.url, { prefix }));
    const other = await RelayNode.open(redis(broker.url, { prefix }));
    const [here, there] = [await one.listen(kept), await other.listen(kept)];
    const published: Promise<void>[] = [];
    for (let number = 1; number <= MESSAGES; number++) {
      published.push(one.publish(kept, number));
      if (number % 100 === 0) await pause();
      if (number === 3000) await broker.kill();
      if (number === 6000) await broker.start();
    }
    await Promise.all(published);
    for (const heard of [here, there]) {
      await heard.until(({ data }) => data.includes(MESSAGES));
      assertAscending(heard);
      assert.deepEqual([heard.data.length, heard.misses], [MESSAGES, 0]);
    }
    await Promise.all([one.close(), other.close()]);
    await broker.remove();
  });

  it("reach a listener completely whose publisher is killed and started again, and that itself restarts", async () => {
    const broker = await startBroker("redis");
    const prefix = `test-${randomUUID()}`;
    let listener = await RelayNode.open(redis(broker.url, { prefix }));
    let heard = await listener.listen(kept);
    const all: number[] = [];
    let published = -1;
    const publish = (first: number) => {
      const program = fileURLToPath(new URL("publisher-program.ts", import.meta.url));
      const words = [broker.url, prefix, String(first), String(MESSAGES)];
      const child = fork(program, words, { execArgv: typescriptArguments() });
      child.on("message", (number: number) => {
        published = Math.max(published, number);
      });
      return child;
    };
    const first = publish(0);
    await heard.until(({ data }) => data.length >= 4000);
    first.kill("SIGKILL");
    await once(first, "exit");
    const killedAt = published + 1;
    const second = publish(killedAt);
    await heard.until(({ data }) => data.length >= 6000);
    // The listener restarts, as another process that knows the last message it has.
    await listener.close();
    all.push(...(heard.data as number[]));
    const after = heard.messages.at(-1)?.id;
    await once(second, "exit");
    listener = await RelayNode.open(redis(broker.url, { prefix }));
    heard = await listener.listen(kept, { after });
    await heard.until(({ data }) => data.includes(MESSAGES - 1));
    all.push(...(heard.data as number[]));
    assert.equal(heard.misses, 0);
    assert.deepEqual([...new Set(all)].length, MESSAGES, "every message has come");
    const doubled = all.filter((number, index) => index > 0 && number <= (all[index - 1] ?? 0));
    // Only what the killed publisher had sent without learning that it was kept.
    assert.ok(
      doubled.every((number) => number >= killedAt && number < killedAt + 16),
      String(doubled),
    );
    await listener.close();
    await broker.remove();
  });
});
