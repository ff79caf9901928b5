import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Request } from "../../src/http/request.ts";
import { stream, text } from "../../src/http/responses.ts";
import type { TrailerProducer } from "../../src/http/trailers.ts";
import { TestServer, ways } from "./test-server.ts";

const CHUNKED = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n";
const get = (lines: string, version = "1.1") => `GET / HTTP/${version}\r\nHost: a\r\n${lines}\r\n`;
const TAKES = "TE: gzip;q=0.5, Trailers\r\n";

/** Every way to read a body to its end. */
const readers: [name: string, read: (request: Request) => Promise<unknown>][] = [
  ["text()", (request) => request.text()],
  ["bytes()", (request) => request.bytes()],
  [
    "for await",
    async (request) => {
      for await (const _piece of request.body);
    },
  ],
];

for (const way of ways) {
  describe(way.name, () => {
    for (const [name, read] of readers) {
      for (const isSplit of [false, true]) {
        test(`Trailers are there when ${name} has read a body that came ${isSplit ? "in two parts" : "at once"}, not before`, async (context) => {
          const seen: unknown[] = [];
          const server = await TestServer.start(context, way, async (request) => {
            seen.push([...request.trailers]);
            await read(request);
            seen.push(
              [...request.trailers],
              request.trailers.get("Checksum"),
              request.headers.get("checksum"),
            );
            return text("ok");
          });
          const client = await server.connect();
          const trailers = "Checksum:  abc \r\nX-Time: 5\r\n\r\n";
          client.send(CHUNKED);
          if (isSplit) await new Promise(setImmediate);
          client.send(trailers);
          await client.responses(1);
          assert.deepEqual(seen, [
            [],
            [
              ["checksum", "abc"],
              ["x-time", "5"],
            ],
            "abc",
            undefined,
          ]);
        });
      }
    }

    test("A body without trailers, one with a length and none at all have none, also behind a request that had some", async (context) => {
      const seen: number[] = [];
      const server = await TestServer.start(context, way, async (request) => {
        await request.bytes();
        seen.push([...request.trailers].length);
        return text("ok");
      });
      const client = await server.connect();
      client.send(`${CHUNKED}a: b\r\n\r\n${CHUNKED}\r\n${get("Content-Length: 2\r\n")}hi${get("")}`);
      await client.responses(4);
      assert.deepEqual(seen, [1, 0, 0, 0]);
    });

    test("Trailers go behind a stream in chunks when the client takes them", async (context) => {
      let isWritten = false;
      const server = await TestServer.start(context, way, () =>
        stream(
          async (out) => {
            await out.write("hello");
            await new Promise(setImmediate);
            isWritten = true;
          },
          { trailers: async () => ({ "x-written": String(isWritten), "x-many": ["1", "2"] }) },
        ),
      );
      const client = await server.connect();
      client.send(get(TAKES));
      await client.receives("x-many: 2\r\n\r\n");
      assert.match(
        client.received,
        /\r\n5\r\nhello\r\n0\r\nx-written: true\r\nx-many: 1\r\nx-many: 2\r\n\r\n$/,
      );
      client.send(get(""));
      await client.receives("0\r\n\r\n");
    });

    test("Trailers are left out where nobody could read them", async (context) => {
      let calls = 0;
      const server = await TestServer.start(context, way, (request) => {
        const trailers: TrailerProducer = () => {
          calls++;
          return { "x-late": "yes" };
        };
        const headers = request.headers.has("x-sized") ? { "content-length": 5 } : {};
        return stream((out) => void out.write("hello"), { trailers, headers });
      });
      for (const request of [
        get("Connection: close\r\n"),
        get("TE: gzip\r\nConnection: close\r\n"),
        get(`${TAKES}x-sized: 1\r\nConnection: close\r\n`),
        get(TAKES, "1.0"),
        get(`${TAKES}Connection: close\r\n`).replace("GET", "HEAD"),
      ]) {
        assert.doesNotMatch(await server.exchange(request), /x-late/);
      }
      assert.equal(calls, 0);
    });

    for (const [name, value] of [
      ["content-length", "5"],
      ["set-cookie", "a=b"],
      ["transfer-encoding", "chunked"],
      ["Trailer", "x"],
      ["x-bad", "a\r\nb: c"],
      ["x bad", "a"],
    ] as const) {
      test(`The trailer ${JSON.stringify(`${name}: ${value}`)} is refused: the answer is cut and the error reported once`, async (context) => {
        const server = await TestServer.start(context, way, () =>
          stream((out) => void out.write("hello"), { trailers: () => ({ [name]: value }) }),
        );
        const received = await server.exchange(get(TAKES));
        assert.match(received, /5\r\nhello\r\n$/);
        assert.equal(server.reports.length, 1);
        assert.match(String(server.reports[0]), /TypeError: .*(cannot be|is not|has a character)/);
      });
    }
  });
}
