import assert from "node:assert/strict";
import { METHODS } from "node:http";
import { test } from "node:test";
import { type ReadMessage, readMessages } from "../protocol/http1/read-messages.ts";
import { generator, mutatedRequest } from "./mutated-requests.ts";
import { type NodeMessage, NodeReader } from "./node-reader.ts";

const MESSAGES = 50_000;
const BATCH = 250;

/** What we take and node:http does not: nothing else may differ. */
const REFUSED_BY_NODE: [why: string, isSo: (message: ReadMessage, bytes: string) => boolean][] = [
  ["a method it does not know", ({ method }) => !METHODS.includes(method)],
  ["CONNECT, which is another event there", ({ method }) => method === "CONNECT"],
  ["tabs around a length or a coding", (_message, bytes) => TABS.test(bytes)],
  ["chunk extensions that are no names with values", (_message, bytes) => hasOddExtension(bytes)],
];

/** Optional white space (RFC 9110 section 5.6.3) may be tabs. */
const TABS = /(?:content-length|transfer-encoding):(?:[\t ]*\t|[^\r]*\t\r\n)/i;
const EXTENSIONS = /^(?:;[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?:=(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+|"[^"\\]*"))?)*$/;

/** RFC 9112 section 7.1.1. We skip what is there, whatever it says, as long as no line can end in it. */
function hasOddExtension(bytes: string): boolean {
  return [...bytes.matchAll(/[0-9A-Fa-f](;[^\r\n]*)\r\n/g)].some(([, text = ""]) => !EXTENSIONS.test(text));
}

/** What was accepted before the first refusal, incomplete message or end of the connection. */
function acceptedOf(bytes: Buffer): ReadMessage[] {
  const accepted: ReadMessage[] = [];
  for (const reading of readMessages([bytes])) {
    if (typeof reading === "string" || "refused" in reading) break;
    accepted.push(reading);
    if (!reading.complete || !reading.persists) break;
  }
  return accepted;
}

/** Path and query of what node:http has as one text. */
function splitTarget(url: string): [path: string, query: string] {
  const [, path = "", query = ""] = /^(?:https?:\/\/[^/?]*)?([^?]*)(?:\?(.*))?$/i.exec(url) ?? [];
  return [path, query];
}

/** @returns whether node:http has refused the message in the middle of its body. */
function agree(ours: ReadMessage, theirs: NodeMessage): boolean {
  const [path, query] = splitTarget(theirs.url);
  assert.deepEqual(
    [theirs.method, path === "" ? "/" : path, query, theirs.headers],
    [ours.method, ours.path, ours.query, ours.headers],
  );
  if (ours.complete && theirs.complete) assert.equal(theirs.body, ours.body);
  // Of a body that breaks off, or that one of us refuses in its middle, each has read some part.
  else assert.ok(ours.body.startsWith(theirs.body) || theirs.body.startsWith(ours.body));
  return ours.complete && !theirs.complete;
}

test(`Of ${MESSAGES} generated messages, whichever we accept node:http reads alike or refuses`, async () => {
  const random = generator(1991);
  const reader = new NodeReader();
  const seen = new Set<string>();
  let agreed = 0;
  const compare = async (bytes: Buffer): Promise<void> => {
    const theirs = await reader.read(bytes);
    for (const [index, ours] of acceptedOf(bytes).entries()) {
      const their = theirs[index];
      if (their !== undefined && !agree(ours, their)) {
        agreed++;
        continue;
      }
      // Of a message without its end node:http need not have told yet.
      if (!ours.complete) return;
      const why = REFUSED_BY_NODE.find(([, isSo]) => isSo(ours, bytes.toString("latin1")))?.[0];
      assert.ok(why !== undefined, `node:http does not read message ${index}`);
      seen.add(why);
      return;
    }
  };
  for (let count = 0; count < MESSAGES; count += BATCH) {
    const batch = Array.from({ length: BATCH }, () => mutatedRequest(random));
    await Promise.all(
      batch.map((bytes) =>
        compare(bytes).catch((cause: unknown) => {
          throw new Error(JSON.stringify(bytes.toString("latin1")), { cause });
        }),
      ),
    );
  }
  reader.close();
  assert.ok(agreed > MESSAGES / 4, `only ${agreed} were compared`);
  for (const [why] of REFUSED_BY_NODE) assert.ok(seen.has(why), `never: ${why}`);
});
