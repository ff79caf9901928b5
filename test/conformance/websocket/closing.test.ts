import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { WebSocketCloseInfo } from "../../../src/websocket/websocket-closed.ts";
import { openWebSocket } from "../../websocket/open-websocket.ts";
import { binary, close, frame, hex, more, ping, text } from "./frame-bytes.ts";
import type { Verdict } from "./frame-case.ts";

interface ClosingCase {
  title: string;
  section: string;
  bytes: readonly Buffer[];
  /** All the server sends; failures by their code, since their wording is free. */
  answer: readonly Verdict[];
  closed: Omit<WebSocketCloseInfo, "reason">;
}

const open = { final: false } as const;

const failing = (title: string, section: string, code: number, ...bytes: Buffer[]): ClosingCase => ({
  title,
  section,
  bytes,
  answer: [["close", code, ""]],
  closed: { code, wasClean: false },
});

/** What an echoing server answers to the bytes of a peer, up to the end of the connection. */
const cases: readonly ClosingCase[] = [
  ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999].map(
    (code): ClosingCase => ({
      title: `close ${code} is answered by the same code`,
      section: "5.5.1",
      bytes: [close(code, "why")],
      answer: [["close", code, ""]],
      closed: { code, wasClean: true },
    }),
  ),
  {
    title: "a close without a code is answered without a code",
    section: "7.1.5",
    bytes: [close()],
    answer: [["close", 1005, ""]],
    closed: { code: 1005, wasClean: true },
  },
  {
    title: "messages before the close are answered before it",
    section: "5.5.1",
    bytes: [text("one"), ping("two"), close(1000)],
    answer: [
      ["text", "one"],
      ["pong", "two"],
      ["close", 1000, ""],
    ],
    closed: { code: 1000, wasClean: true },
  },
  {
    title: "nothing behind the close is answered",
    section: "5.5.1",
    bytes: [close(1000), text("late"), ping("late"), close(1001)],
    answer: [["close", 1000, ""]],
    closed: { code: 1000, wasClean: true },
  },
  {
    title: "a message that a close cuts off is not answered",
    section: "5.5.1",
    bytes: [text("half", open), close(1000), more("half")],
    answer: [["close", 1000, ""]],
    closed: { code: 1000, wasClean: true },
  },
  {
    title: "a ping inside a message is answered before it",
    section: "5.5.2",
    bytes: [text("a", open), ping("p"), more("b"), close()],
    answer: [
      ["pong", "p"],
      ["text", "ab"],
      ["close", 1005, ""],
    ],
    closed: { code: 1005, wasClean: true },
  },
  failing("an invalid close code fails with 1002", "7.4.1", 1002, close(1005)),
  failing("a close code nobody assigned fails with 1002", "7.4.2", 1002, close(2999)),
  failing("a close payload of one byte fails with 1002", "5.5.1", 1002, frame({ opcode: 8, payload: "x" })),
  failing("a close reason that is too long fails with 1002", "5.5", 1002, close(1000, "x".repeat(124))),
  failing("a close reason that is not UTF-8 fails with 1007", "8.1", 1007, close(1000, hex("ff"))),
  failing("a frame without a mask fails with 1002", "5.1", 1002, text("x", { mask: null })),
  failing("a reserved bit fails with 1002", "5.2", 1002, text("x", { reserved: 4 })),
  failing("a reserved opcode fails with 1002", "5.2", 1002, frame({ opcode: 3 })),
  failing("a long ping fails with 1002", "5.5", 1002, ping("x".repeat(126))),
  failing("a continuation of nothing fails with 1002", "5.4", 1002, more("x")),
  failing("text that is not UTF-8 fails with 1007", "8.1", 1007, text(hex("ff"))),
  failing("a message over the limit fails with 1009", "7.4.1", 1009, binary("", { length: 2_000_000 })),
  failing("nothing behind a failure is answered", "7.1.7", 1002, more("x"), text("late"), close(1000)),
];

describe("the end of a connection, as RFC 6455 wants it", () => {
  for (const { title, section, bytes, answer, closed } of cases) {
    it(`${title} (section ${section})`, async () => {
      for (const chunks of [bytes, [Buffer.concat(bytes)]]) {
        const { ws, transport, sent } = openWebSocket();
        ws.listen({ message: (socket, data) => socket.send(data) }, (error) => assert.fail(error as Error));
        transport.receive(...chunks);
        const { code, wasClean } = await ws.closed;
        assert.deepEqual({ code, wasClean }, closed);
        const withoutWords = sent().map((event) => (event[0] === "close" ? ["close", event[1], ""] : event));
        assert.deepEqual(withoutWords, answer);
        assert.equal(transport.isEnded, true, "the server ends the connection (section 7.1.1)");
      }
    });
  }
});
