// Compiled, never run: what requests, responses, files, events and cookies say of themselves.
import {
  type BasicCredentials,
  type ByteRange,
  type Credentials,
  type EventStream,
  file,
  getRequest,
  isNotModified,
  type Request,
  type RequestLog,
  type RequestRoute,
  type Response,
  Spindash,
  sse,
  stream,
  text,
} from "../../src/index.ts";

type Equal<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;

/** Fails to compile unless both types are the same. */
declare function same<One, Other>(claim: Equal<One, Other>): void;

const app = new Spindash("types");

// What is preferred is one of the offers.
app.get("/accepts", (req) => {
  const type = req.accepts("json", "html");
  same<typeof type, "json" | "html" | undefined>(true);
  const language = req.acceptsLanguage("en", "de");
  same<typeof language, "en" | "de" | undefined>(true);
  // @ts-expect-error the offer is not among them
  return text(type === "xml" ? "xml" : "other");
});

// Credentials are told apart by what they have.
app.get("/credentials", (req) => {
  const { credentials, token } = req;
  same<typeof credentials, Credentials | undefined>(true);
  same<typeof token, string | undefined>(true);
  if (credentials !== undefined && "password" in credentials)
    same<typeof credentials, BasicCredentials>(true);
  // @ts-expect-error a token has no password
  return text(credentials?.password);
});

app.get("/app", (req) => {
  same<typeof req.route, RequestRoute | null>(true);
  same<typeof req.log, RequestLog>(true);
  same<typeof req.app.ctx, Record<string, unknown>>(true);
  const current = getRequest();
  same<typeof current, Request>(true);
  // @ts-expect-error a route is read, not written
  if (req.route !== null) req.route.name = "other";
  return text(req.urlFor("show", { id: 7 }));
});

// Files and streams.
const response = file(new URL("a.txt", import.meta.url), { download: true, maxAge: "1h", root: "." });
same<typeof response, Response>(true);
app.get("/file", () => response);
stream(async (out) => {
  await out.write("a");
});
stream(
  async (out, range) => {
    same<typeof range, ByteRange>(true);
    await out.write("a".repeat(range.end - range.start));
  },
  { size: 10, etag: '"1"', lastModified: new Date() },
);
// @ts-expect-error without a size there are no ranges
stream(async (out, range) => out.write(range.start));
// @ts-expect-error a lifetime is a duration
file("a.txt", { maxAge: "soon" });
// @ts-expect-error there is no option of that name
file("a.txt", { filename: "a" });
const isFresh = isNotModified({ method: "GET", headers: getRequest().headers }, { etag: '"1"' });
same<typeof isFresh, boolean>(true);

// Events.
app.get("/events", () =>
  sse(async (events) => {
    same<typeof events, EventStream>(true);
    await events.send({ event: "tick", data: { any: ["json"] }, id: "1", retry: "2s" });
    // @ts-expect-error an id is text
    await events.send({ id: 7 });
    // @ts-expect-error there is no member of that name
    await events.send({ type: "tick" });
  }),
);

// Cookies.
app.get("/cookies", (req) => {
  const value = req.cookies.getSigned("a");
  same<typeof value, string | undefined>(true);
  const answer = text("");
  answer.cookies.set("a", "1", { signed: true, prefix: "host" });
  // @ts-expect-error a prefix is "host" or "secure"
  answer.cookies.set("a", "1", { prefix: "__Host-" });
  return answer;
});

// Static files: the route's parameter is the file.
const assets = app.static("/assets", "./public", {
  browse: (_request, { entries }) => ({ entries }),
  kind: "folder",
});
app.urlFor(assets, { file: "app.css" });
// @ts-expect-error the parameter is missing
app.urlFor(assets);
// @ts-expect-error there is no option of that name
app.static("/assets", "./public", { directoryView: true });
// @ts-expect-error links are refused or followed
app.static("/assets", "./public", { outsideLinks: true });
