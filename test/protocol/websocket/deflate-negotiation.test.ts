import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  chooseDeflate,
  type DeflateAgreement,
  type DeflateWishes,
  offerDeflate,
  readDeflateAnswer,
} from "../../../src/protocol/websocket/deflate-negotiation.ts";
import { parseExtensions } from "../../../src/protocol/websocket/extension-list.ts";

const alone: DeflateWishes = { contextTakeover: false, windowBits: 15 };
const chained: DeflateWishes = { contextTakeover: true, windowBits: 15 };
const narrow: DeflateWishes = { contextTakeover: true, windowBits: 11 };

function answer(offers: string, wishes: DeflateWishes): string | undefined {
  return chooseDeflate(parseExtensions(offers) ?? [], wishes)?.field;
}

describe("the answer to a client's offers", () => {
  const NO_CONTEXT = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
  const rows: readonly (readonly [offers: string, wishes: DeflateWishes, answer: string | undefined])[] = [
    ["permessage-deflate", alone, NO_CONTEXT],
    ["permessage-deflate", chained, "permessage-deflate"],
    ["permessage-deflate", narrow, "permessage-deflate; server_max_window_bits=11"],
    ["permessage-deflate; client_max_window_bits", alone, NO_CONTEXT],
    ["permessage-deflate; client_max_window_bits", chained, "permessage-deflate"],
    [
      "permessage-deflate; client_max_window_bits",
      narrow,
      "permessage-deflate; server_max_window_bits=11; client_max_window_bits=11",
    ],
    [
      "permessage-deflate; client_max_window_bits=9",
      narrow,
      "permessage-deflate; server_max_window_bits=11; client_max_window_bits=9",
    ],
    ["permessage-deflate; client_max_window_bits=8", chained, "permessage-deflate; client_max_window_bits=8"],
    ["permessage-deflate; client_max_window_bits=15", chained, "permessage-deflate"],
    [
      "permessage-deflate; server_max_window_bits=10",
      chained,
      "permessage-deflate; server_max_window_bits=10",
    ],
    [
      "permessage-deflate; server_max_window_bits=15",
      chained,
      "permessage-deflate; server_max_window_bits=15",
    ],
    ["permessage-deflate; server_max_window_bits=9", narrow, "permessage-deflate; server_max_window_bits=9"],
    [
      'permessage-deflate; server_max_window_bits="10"',
      chained,
      "permessage-deflate; server_max_window_bits=10",
    ],
    [
      "permessage-deflate; server_no_context_takeover",
      chained,
      "permessage-deflate; server_no_context_takeover",
    ],
    [
      "permessage-deflate; client_no_context_takeover",
      chained,
      "permessage-deflate; client_no_context_takeover",
    ],
    ["x-webkit-deflate-frame, permessage-deflate", chained, "permessage-deflate"],
    // zlib cannot keep to 8 bits.
    ["permessage-deflate; server_max_window_bits=8", chained, undefined],
    ["permessage-deflate; server_max_window_bits=8, permessage-deflate", chained, "permessage-deflate"],
    // What RFC 7692 section 7.1 tells a server to decline.
    ["permessage-deflate; unknown", chained, undefined],
    ["permessage-deflate; unknown=1, permessage-deflate", chained, "permessage-deflate"],
    ["permessage-deflate; server_no_context_takeover=1", chained, undefined],
    ["permessage-deflate; client_no_context_takeover=true", chained, undefined],
    ["permessage-deflate; client_no_context_takeover; client_no_context_takeover", chained, undefined],
    ["permessage-deflate; server_max_window_bits=10; server_max_window_bits=11", chained, undefined],
    ["permessage-deflate; server_max_window_bits", chained, undefined],
    ...["7", "16", "08", "010", "0", "-9", "9.0", "1e1", "ten", "115"].flatMap((bits) => [
      [`permessage-deflate; server_max_window_bits=${bits}`, chained, undefined] as const,
      [`permessage-deflate; client_max_window_bits=${bits}`, chained, undefined] as const,
    ]),
    ["Permessage-Deflate", chained, undefined],
    ["permessage-bzip2", chained, undefined],
  ];
  for (const [offers, wishes, expected] of rows) {
    it(`to ${offers} is ${expected ?? "none"} (${JSON.stringify(wishes)})`, () => {
      assert.equal(answer(offers, wishes), expected);
    });
  }
});

describe("a server's answer as the client reads it", () => {
  const rows: readonly (readonly [
    field: string | undefined,
    wishes: DeflateWishes,
    agreed: Partial<DeflateAgreement> | "wrong" | undefined,
  ])[] = [
    [undefined, chained, undefined],
    ["permessage-deflate", chained, { serverTakeover: true, clientTakeover: true, serverWindowBits: 15 }],
    ["permessage-deflate; client_max_window_bits=9", chained, { clientWindowBits: 9 }],
    ["permessage-deflate; server_max_window_bits=10", chained, { serverWindowBits: 10 }],
    [
      "permessage-deflate; server_no_context_takeover",
      chained,
      { serverTakeover: false, clientTakeover: true },
    ],
    [
      "permessage-deflate; client_no_context_takeover",
      chained,
      { serverTakeover: true, clientTakeover: false },
    ],
    ["permessage-deflate", alone, "wrong"],
    ["permessage-deflate; server_max_window_bits=12", narrow, "wrong"],
    ["permessage-deflate", narrow, "wrong"],
    ["permessage-deflate; server_max_window_bits", chained, "wrong"],
    ["permessage-deflate; client_max_window_bits", chained, "wrong"],
    ["permessage-deflate; client_max_window_bits=7", chained, "wrong"],
    ["permessage-deflate; unknown", chained, "wrong"],
    ["permessage-deflate, permessage-deflate", chained, "wrong"],
    ["permessage-deflate;", chained, "wrong"],
    ["permessage-bzip2", chained, "wrong"],
    ["", chained, "wrong"],
  ];
  for (const [field, wishes, agreed] of rows) {
    it(`${String(field)} is ${JSON.stringify(agreed)} (${JSON.stringify(wishes)})`, () => {
      const read = readDeflateAnswer(field, wishes);
      if (agreed === "wrong") assert.equal(typeof read, "string");
      else if (agreed === undefined) assert.equal(read, undefined);
      else assert.deepEqual({ ...(read as DeflateAgreement), ...agreed }, read);
    });
  }

  it("is the server's own view, whatever both want, as far as windows go", () => {
    const wishes = fc.record({ contextTakeover: fc.boolean(), windowBits: fc.integer({ min: 9, max: 15 }) });
    fc.assert(
      fc.property(wishes, wishes, (client, server) => {
        const chosen = chooseDeflate(parseExtensions(offerDeflate(client)) ?? [], server);
        assert.ok(chosen !== undefined);
        assert.deepEqual(readDeflateAnswer(chosen.field, client), chosen.agreement);
      }),
    );
  });
});
