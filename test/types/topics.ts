// Compiled, never run: a line that stops compiling, or an expected error that goes away, fails the type check.
import { connect, topic as sharedTopic } from "../../src/client/index.ts";
import { Spindash, topic, type WebSocket } from "../../src/index.ts";

type Equal<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;

/** Fails to compile unless both types are the same. */
declare function same<One, Other>(claim: Equal<One, Other>): void;
declare const ws: WebSocket;

interface Price {
  item: string;
  cents: number;
}

const app = new Spindash("types");
const shared = sharedTopic<number>("shared", { history: 5 });
const prices = topic<Price>("prices", { history: 10, keep: "1h", slow: "drop" });

// What a topic carries is known wherever it is published or read.
app.publish(prices, { item: "lamp", cents: 1 });
ws.publish(prices, { item: "lamp", cents: 1 });
app.subscribe(prices, (data, message) => {
  same<typeof data, Price>(true);
  same<typeof message.data, Price>(true);
});
for await (const { data } of app.messages(prices)) same<typeof data, Price>(true);

// A name alone carries anything.
app.publish("prices", 7);
app.subscribe("prices", (data) => same<typeof data, unknown>(true));

// The browser client knows the same types, and the topics of the server.
const live = connect("/live");
live.subscribe(prices, (data, message) => {
  same<typeof data, Price>(true);
  same<typeof message.topic, string>(true);
  same<typeof message.id, string | undefined>(true);
});
live.publish(shared, 7);
app.publish(shared, 7);
live.presence<{ name: string }>("room", (members) => members.map(({ data }) => data.name));
app.presence<{ name: string }>("room").onChange(({ type, member }) => {
  same<typeof type, "join" | "update" | "leave">(true);
  same<typeof member.data, { name: string }>(true);
});

// What clients may do is decided by functions that know them.
app.realtime("/live", {
  topics: [prices],
  subscribe: (name, { request }) => request.cookies.has("user") && name !== "secret",
  publish: async (_name, data) => typeof data === "string",
  join: (_name, _data, { ctx }) => ({ data: ctx.name }),
});
// @ts-expect-error there is no rule of that name
app.realtime("/live", { allow: [prices] });
// @ts-expect-error another message than the topic's
live.publish(shared, "seven");
// @ts-expect-error another message than the topic's
app.publish(prices, { item: "lamp" });
// @ts-expect-error another message than the topic's
ws.publish(prices, "lamp");
// @ts-expect-error the handler takes another message
app.subscribe(prices, (data: string) => data);
// @ts-expect-error there is no option of that name
topic("prices", { size: 10 });
