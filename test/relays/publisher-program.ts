// Publishes numbers to a topic with history, one after the other, and says which of them are kept; it gets killed meanwhile.
import { topic } from "../../src/index.ts";
import { redis } from "../../src/websocket/relays/redis.ts";
import { RelayNode } from "./relay-node.ts";

const [url = "", prefix = "", first = "", end = ""] = process.argv.slice(2);
const node = await RelayNode.open(redis(url, { prefix }));
const kept = topic<number>("kept", { history: 10_000 });
let reported = Promise.resolve();
for (let number = Number(first); number < Number(end); number++) {
  const published = node.publish(kept, number).then(() => process.send?.(number));
  // A few are under way at a time, as with any publisher that is not in lockstep.
  if (number % 8 === 0) await reported;
  reported = published.then(() => undefined);
}
await reported;
await node.close();
process.disconnect();
