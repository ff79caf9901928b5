import type { HeadLimits } from "../../../src/protocol/http1/limits.ts";
import type { Reading, ReadMessage } from "../../protocol/http1/read-messages.ts";

/** Bytes of a client, one per character, and the verdict on them. */
export interface RequestCase {
  /** A sentence. */
  title: string;
  /** Of RFC 9112, or of the RFC named before it. */
  section: string;
  bytes: string;
  verdict: readonly Reading[];
  limits?: Partial<HeadLimits>;
}

/** The request `GET / HTTP/1.1` to host `a`, but for what is given. */
export function request(differences: Partial<ReadMessage> = {}): ReadMessage {
  return {
    method: "GET",
    path: "/",
    query: "",
    authority: "",
    version: "1.1",
    headers: [["host", "a"]],
    persists: true,
    expectsContinue: false,
    upgrades: false,
    body: "",
    trailers: [],
    complete: true,
    ...differences,
  };
}

/** Like {@link request}, with these fields behind Host. */
export function requestWith(
  headers: [name: string, value: string][],
  differences: Partial<ReadMessage> = {},
): ReadMessage {
  return request({ headers: [["host", "a"], ...headers], ...differences });
}

export function accepts(
  title: string,
  section: string,
  bytes: string,
  ...verdict: readonly ReadMessage[]
): RequestCase {
  return { title, section, bytes, verdict };
}

export function refuses(
  title: string,
  section: string,
  bytes: string,
  status = 400,
  before: readonly ReadMessage[] = [],
): RequestCase {
  return { title, section, bytes, verdict: [...before, { refused: status }] };
}
