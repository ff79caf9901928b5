import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { topic } from "../../src/index.ts";
import { relayKinds, type TriedRelay } from "./relay-kinds.ts";
import { RelayNode } from "./relay-node.ts";

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

for (const { name, skip, hasHistory, open } of relayKinds) {
  describe(`the relay ${name}`, { skip }, () => {
    let tried: TriedRelay;
    before(async () => {
      tried = await open();
    });
    after(() => tried?.remove());

    const openNode = (app?: string): Promise<RelayNode> => RelayNode.open(tried.relay(), app);

    it("brings each message to every process once, and to the sender's once", async () => {
      await using one = await openNode();
      await using other = await openNode();
      const [here, there] = [await one.listen("once"), await other.listen("once")];
      for (const number of numbers(100)) one.publish("once", number);
      other.publish("once", "end");
      await here.until(({ data }) => data.includes("end"));
      await there.until(({ data }) => data.length === 101);
      assert.deepEqual(
        here.data.filter((data) => data !== "end"),
        numbers(100),
      );
      assert.deepEqual(
        there.data.filter((data) => data !== "end"),
        numbers(100),
      );
    });

    it("keeps the order of every publisher while three publish at once", async () => {
      await using one = await openNode();
      await using two = await openNode();
      await using three = await openNode();
      const nodes = [one, two, three];
      const heard = await Promise.all(nodes.map((node) => node.listen("order")));
      for (let number = 0; number < 1000; number++) {
        for (const [who, node] of nodes.entries()) node.publish("order", [who, number]);
        if (number % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      for (const each of heard) {
        await each.until(({ data }) => data.length === 3000);
        for (const who of [0, 1, 2]) {
          const mine = (each.data as [number, number][]).filter(([author]) => author === who);
          assert.deepEqual(
            mine.map(([, number]) => number),
            numbers(1000),
          );
        }
      }
    });

    it("carries text, values and bytes unchanged, in topics of any name", async () => {
      await using one = await openNode();
      await using other = await openNode();
      const messages = ["", "é\u0000\r\n", { a: [1, null] }, 0, Buffer.from([0, 255, 10])];
      for (const topic of ["a.b.*.>", "x y\r\nPUB", "__proto__", "é", "t:\u0000", "long".repeat(250)]) {
        const heard = await other.listen(topic);
        for (const message of messages) one.publish(topic, message);
        await heard.until(({ data }) => data.length === messages.length);
        assert.deepEqual(heard.data, messages);
        assert.ok(heard.messages.every((message) => message.topic === topic));
      }
    });

    it("leaves out the subscriber that publishes, in its own process only", async () => {
      await using one = await openNode();
      await using other = await openNode();
      const [me, neighbour, far] = [
        await one.listen("room"),
        await one.listen("room"),
        await other.listen("room"),
      ];
      one.publish("room", "hello", me);
      one.publish("room", "end");
      for (const each of [me, neighbour, far]) await each.until(({ data }) => data.includes("end"));
      assert.deepEqual([me.data, neighbour.data, far.data], [["end"], ["hello", "end"], ["hello", "end"]]);
    });

    it("keeps apps of different names apart", async () => {
      await using shop = await openNode("shop");
      await using forum = await openNode("forum");
      await using forumToo = await openNode("forum");
      const heard = await forum.listen("news");
      shop.publish("news", "of the shop");
      forumToo.publish("news", "of the forum");
      await heard.until(({ data }) => data.length === 1);
      assert.deepEqual(heard.data, ["of the forum"]);
    });

    it("brings nothing that is published for this process only, or that nobody subscribes to", async () => {
      await using one = await openNode();
      await using other = await openNode();
      const heard = await other.listen("news");
      const left = await other.listen("left");
      other.realtime.topics.unsubscribe("left", left);
      one.realtime.topics.publish("news", "local", { local: true });
      one.publish("left", "late");
      one.publish("news", "fence");
      await heard.until(({ data }) => data.length === 1);
      const again = await other.listen("left");
      one.publish("left", "again");
      one.publish("news", "end");
      await again.until(({ data }) => data.length === 1);
      await heard.until(({ data }) => data.length === 2);
      assert.deepEqual([heard.data, left.data, again.data], [["fence", "end"], [], ["again"]]);
    });

    it("sends what was published before it was open", async () => {
      await using listener = await openNode();
      const heard = await listener.listen("early");
      const node = await openNode();
      await node.close();
      node.publish("early", "while closed");
      assert.deepEqual([node.realtime.relay.state, node.realtime.relay.waiting], ["closed", 1]);
      await node.realtime.open();
      await heard.until(({ data }) => data.length === 1);
      assert.deepEqual([node.realtime.relay.state, node.realtime.relay.waiting], ["connected", 0]);
      await node.close();
    });

    it("gives up the oldest of more than 10,000 messages that wait", async () => {
      const node = await openNode();
      await node.close();
      for (const number of numbers(10_010)) node.publish("flood", number);
      const { waiting, dropped } = node.realtime.relay;
      assert.deepEqual({ waiting, dropped }, { waiting: 10_000, dropped: 10 });
    });

    if (!hasHistory) {
      it("says that it keeps no history", async () => {
        await using node = await openNode();
        assert.throws(() => node.publish(topic("kept", { history: 10 }), "x"), /keeps no history/);
      });
      return;
    }

    it("keeps messages in one order for everybody, with the ids each got live", async () => {
      await using one = await openNode();
      await using other = await openNode();
      const kept = topic<number>("kept", { history: 500 });
      const heard = [await one.listen(kept), await other.listen(kept)];
      await Promise.all(numbers(200).map((number) => (number % 2 ? one : other).publish(kept, number)));
      for (const each of heard) await each.until(({ data }) => data.length === 200);
      const ids = heard.map(({ messages }) => messages.map(({ id }) => id));
      assert.deepEqual(ids[0], ids[1]);
      assert.deepEqual(heard[0]?.data, heard[1]?.data);
      await using late = await openNode();
      const read = await late.listen(kept, { last: 500 });
      assert.deepEqual(
        read.messages.map(({ id }) => id),
        ids[0],
      );
    });

    it("gives those who come back what they missed, and keeps the publisher out", async () => {
      await using one = await openNode();
      await using other = await openNode();
      const kept = topic<number>("resumed", { history: 100 });
      const me = await one.listen(kept);
      await one.publish(kept, 0);
      await me.until(({ data }) => data.length === 1);
      one.realtime.topics.unsubscribe(kept, me);
      for (const number of [1, 2, 3]) await other.publish(kept, number);
      const back = await other.listen(kept, { after: me.messages[0]?.id });
      await other.publish(kept, 4, back);
      await one.publish(kept, 5);
      await back.until(({ data }) => data.length === 4);
      assert.deepEqual([back.data, back.misses], [[1, 2, 3, 5], 0]);
    });

    it("says when more was missed than is kept, and keeps no more than it was told", async () => {
      await using node = await openNode();
      const kept = topic<number>("short", { history: 3 });
      const me = await node.listen(kept);
      for (const number of numbers(10)) await node.publish(kept, number);
      await me.until(({ data }) => data.length === 10);
      for (const after of [me.messages[1]?.id, "nonsense", "1-1"]) {
        const back = await node.listen(kept, { after });
        assert.deepEqual([back.data, back.misses], [[7, 8, 9], 1]);
      }
      const last = await node.listen(kept, { last: 2 });
      assert.deepEqual([last.data, last.misses], [[8, 9], 0]);
    });

    it("misses and doubles nothing when someone comes back in the middle of a flood", async () => {
      await using one = await openNode();
      await using other = await openNode();
      const kept = topic<number>("flood", { history: 3000 });
      const first = await one.listen(kept, { last: 1 });
      const flood = (async () => {
        for (const number of numbers(3000)) {
          const published = other.publish(kept, number);
          if (number % 50 === 0) await published;
        }
      })();
      await first.until(({ data }) => data.length > 0);
      const backs = [];
      for (let count = 0; count < 10; count++) {
        backs.push(await one.listen(kept, { after: first.messages[0]?.id }));
        await new Promise((resolve) => setImmediate(resolve));
      }
      await flood;
      for (const back of backs) {
        await back.until(({ data }) => data.includes(2999));
        assert.deepEqual(back.data, numbers(3000).slice(Number(first.data[0]) + 1));
      }
    });
  });
}
