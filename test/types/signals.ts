// Compiled, never run: a line that stops compiling, or an expected error that goes away, fails the type check.
import {
  Blueprint,
  type BuiltInSignals,
  type Request,
  type Response,
  Spindash,
  type TaskHandle,
  type WebSocket,
} from "../../src/index.ts";

type Equal<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;

/** Fails to compile unless both types are the same. */
declare function same<One, Other>(claim: Equal<One, Other>): void;

const app = new Spindash("types");

// The parameter of a name is typed by its type; what was dispatched beside it is unknown.
app.on("user.created.<id:int>", (context) => {
  same<typeof context.id, number>(true);
  same<typeof context.email, unknown>(true);
});
app.on("<day:ymd>", ({ day }) => day.toISOString());
app.on("user.created.<name>", { priority: 5, exclusive: false, condition: { a: 1 } }, async ({ name }) =>
  name.trim(),
);
new Blueprint("users").on("user.created.<id:uuid>", ({ id }) => id.toUpperCase());
// @ts-expect-error a number is not a string
app.on("user.created.<id:int>", ({ id }) => id.trim());
// @ts-expect-error there is no option of that name
app.on("user.created.now", { prio: 5 }, () => {});
// @ts-expect-error options come before the handler
app.on("user.created.now", () => {}, { priority: 5 });

// Built-in ones tell what they tell.
app.on("http.lifecycle.response", (context) => {
  same<typeof context, { request: Request; response: Response }>(true);
});
app.on("websocket.handler.before", ({ websocket }) => {
  same<typeof websocket, WebSocket>(true);
});
app.on("server.exception.report", ({ error, request }) => {
  same<typeof error, unknown>(true);
  same<typeof request, Request | null>(true);
});
// @ts-expect-error there is no response yet
app.on("http.lifecycle.request", ({ response }) => response);
same<BuiltInSignals["http.handler.before"], { request: Request }>(true);

// Waiting gives the same.
export async function wait(): Promise<void> {
  const created = await app.event("user.created.<id:int>", { timeout: "5s" });
  same<typeof created.id, number>(true);
  await app.dispatch("user.created.7", { email: "a@b" }, { background: true });
  // @ts-expect-error there is no option of that name
  await app.dispatch("user.created.7", {}, { inline: true });
}

// Tasks get a signal, and are known by a handle.
const task = app.addTask(async (signal) => signal.throwIfAborted(), {
  name: "poll",
  scope: "cluster",
  delay: "5s",
});
same<typeof task, TaskHandle>(true);
app.schedule("* * * * *", { timezone: "Europe/Rome", overlap: true }, (signal) => signal.aborted);
// @ts-expect-error a scope is one of two
app.addTask(() => {}, { scope: "machine" });
// @ts-expect-error a promise has begun already
app.addTask(Promise.resolve());
