import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Presence, PresenceChange } from "../../src/index.ts";
import { relayKinds, type TriedRelay } from "./relay-kinds.ts";
import { RelayNode } from "./relay-node.ts";

/** Short, so that a test need not wait long; a busy machine still keeps it. */
const HEARTBEAT = 0.3;

/** Follows a presence and waits for what it becomes. */
async function follow(node: RelayNode, topic: string) {
  const presence: Presence<string> = node.realtime.presence(topic);
  const changes: string[] = [];
  let check = (): void => {};
  const describeChange = ({ type, member }: PresenceChange<string>): string => `${type} ${member.data}`;
  presence.onChange((change) => {
    changes.push(describeChange(change));
    check();
  });
  await presence.ready;
  const names = (): string[] => presence.members.map(({ data }) => data).sort();
  const until = (...expected: string[]): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`present: ${names()}, not ${expected}`)), 15_000);
      check = () => {
        if (names().join() !== expected.join()) return;
        clearTimeout(timer);
        resolve();
      };
      check();
    });
  return { presence, changes, until };
}

for (const { name, skip, open } of relayKinds) {
  describe(`presence over ${name}`, { skip }, () => {
    let tried: TriedRelay;
    before(async () => {
      tried = await open();
    });
    after(() => tried?.remove());

    const openNode = (): Promise<RelayNode> => RelayNode.open(tried.relay(), "test", HEARTBEAT);

    it("shows everybody in every process, with each change as an event", async () => {
      await using one = await openNode();
      await using other = await openNode();
      const [here, there] = [await follow(one, "lobby"), await follow(other, "lobby")];
      const tails = one.realtime.presence("lobby").join("Tails");
      const amy = other.realtime.presence("lobby").join("Amy");
      await here.until("Amy", "Tails");
      await there.until("Amy", "Tails");
      tails.update("Miles");
      await there.until("Amy", "Miles");
      amy.leave();
      amy.leave();
      amy.update("Rose");
      await here.until("Miles");
      assert.equal(here.presence.count, 1);
      assert.deepEqual(there.changes.toSorted(), ["join Amy", "join Tails", "leave Amy", "update Miles"]);
    });

    it("is learnt by a process that comes later", async () => {
      await using one = await openNode();
      for (let number = 0; number < 450; number++) one.realtime.presence("crowd").join(`m${number}`);
      await using late = await openNode();
      const there = await follow(late, "crowd");
      await there.until(...Array.from({ length: 450 }, (_, number) => `m${number}`).sort());
      assert.ok(there.changes.every((change) => change.startsWith("join ")));
    });

    it("forgets the members of a process that is killed within three heartbeats", async () => {
      const dying = await openNode();
      await using living = await openNode();
      const there = await follow(living, "room");
      dying.realtime.presence("room").join("Tails");
      living.realtime.presence("room").join("Amy");
      await there.until("Amy", "Tails");
      const diedAt = performance.now();
      await dying.die();
      await there.until("Amy");
      const heartbeats = (performance.now() - diedAt) / 1000 / HEARTBEAT;
      assert.ok(heartbeats > 1.3, `${heartbeats} heartbeats: a late one must not look like a death`);
      // A busy machine makes it look longer, never shorter.
      assert.ok(heartbeats < 3 + 2, `${heartbeats} heartbeats`);
      assert.equal(there.changes.at(-1), "leave Tails");
      await dying.close();
    });

    it("forgets the members of a process that ends in order at once", async () => {
      const ending = await openNode();
      await using living = await openNode();
      const there = await follow(living, "room");
      ending.realtime.presence("room").join("Tails");
      await there.until("Tails");
      await ending.close();
      const ended = performance.now();
      await there.until();
      assert.ok(performance.now() - ended < HEARTBEAT * 1000 * 2);
    });

    it("heals when messages were lost", async () => {
      await using one = await openNode();
      await using other = await openNode();
      const there = await follow(other, "room");
      const presence = one.realtime.presence("room");
      const tails = presence.join("Tails");
      const amy = presence.join("Amy");
      await there.until("Amy", "Tails");
      one.isMute = true;
      tails.leave();
      amy.update("Rose");
      presence.join("Cream");
      one.isMute = false;
      await there.until("Cream", "Rose");
      assert.deepEqual(there.changes.slice(-3).sort(), ["join Cream", "leave Tails", "update Rose"]);
    });

    it("counts for those who only look, as long as they do", async () => {
      await using one = await openNode();
      await using other = await openNode();
      one.realtime.presence("room").join("Tails");
      const presence = other.realtime.presence("room");
      await presence.ready;
      while (presence.count === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      assert.equal(presence.count, 1);
    });
  });
}

for (const { name, skip, open } of relayKinds.filter((kind) => kind.name !== "memory")) {
  describe(`presence while ${name} is killed and started again`, { skip }, () => {
    it("stays as it was, and takes in what happened meanwhile", async () => {
      const tried = await open({ own: true });
      const [one, other] = [
        await RelayNode.open(tried.relay(), "test", HEARTBEAT),
        await RelayNode.open(tried.relay(), "test", HEARTBEAT),
      ];
      const there = await follow(other, "room");
      const presence = one.realtime.presence("room");
      const tails = presence.join("Tails");
      presence.join("Amy");
      await there.until("Amy", "Tails");
      await tried.broker?.kill();
      await new Promise((resolve) => setTimeout(resolve, HEARTBEAT * 5000));
      assert.equal(there.presence.count, 2, "nobody is taken for dead because the broker is");
      tails.leave();
      presence.join("Cream");
      await tried.broker?.start();
      await there.until("Amy", "Cream");
      assert.ok(!there.changes.includes("leave Amy"));
      await Promise.all([one.close(), other.close()]);
      await tried.remove();
    });
  });
}
