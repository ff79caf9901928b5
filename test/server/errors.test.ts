import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { NotFound } from "../../src/http/errors.ts";
import { text } from "../../src/http/responses.ts";
import { TestServer, ways } from "./test-server.ts";

const HOST = "Host: a\r\n";
const GET = `GET /ok HTTP/1.1\r\n${HOST}\r\n`;

const refused: [title: string, bytes: string, status: number][] = [
  ["A request that is none", "GET\r\n\r\n", 400],
  ["A request without a host", "GET / HTTP/1.1\r\n\r\n", 400],
  [
    "A length and a coding",
    `POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  ["A request line that is too long", `GET /${"a".repeat(9000)} HTTP/1.1\r\n${HOST}\r\n`, 414],
  ["A head that is too large", `GET / HTTP/1.1\r\n${HOST}X: ${"a".repeat(17_000)}\r\n\r\n`, 431],
  ["Too many fields", `GET / HTTP/1.1\r\n${HOST}${"a: b\r\n".repeat(100)}\r\n`, 431],
  ["An expectation that cannot be met", `GET / HTTP/1.1\r\n${HOST}Expect: tea\r\n\r\n`, 417],
  ["A version that is not spoken", `GET / HTTP/2.0\r\n${HOST}\r\n`, 505],
];

for (const way of ways) {
  describe(way.name, () => {
    for (const [title, bytes, status] of refused) {
      test(`${title} is answered by ${status}, alone or behind another, and ends the connection`, async (context) => {
        const server = await TestServer.start(context, way, (request) =>
          request.path === "/ok" ? text("ok") : assert.fail("handled"),
        );
        for (const before of [0, 1, 3]) {
          const client = await server.connect();
          client.send(GET.repeat(before) + bytes + GET);
          await client.closed();
          const responses = await client.responses(before + 1);
          assert.equal(responses.length, before + 1);
          assert.equal(responses[before]?.status, status);
          assert.equal(responses[before]?.headers.get("connection"), "close");
          assert.ok((responses[before]?.body.length ?? 0) > 0);
        }
        assert.deepEqual(server.reports, []);
        assert.equal((await (await server.connect()).ask(GET)).status, 200);
      });
    }

    test("A handler that fails is answered by 500, reported once, and the connection goes on", async (context) => {
      const failure = new Error("secret");
      const handlers = [
        () => {
          throw failure;
        },
        async () => {
          throw failure;
        },
        async () => {
          await new Promise(setImmediate);
          throw failure;
        },
      ];
      for (const fail of handlers) {
        const server = await TestServer.start(context, way, (request) =>
          request.path === "/ok" ? text("ok") : fail(),
        );
        const client = await server.connect();
        client.send(`${GET}GET /bad HTTP/1.1\r\n${HOST}\r\n${GET}`);
        const responses = await client.responses(3);
        assert.deepEqual(
          responses.map(({ status }) => status),
          [200, 500, 200],
        );
        assert.doesNotMatch(client.received, /secret/);
        assert.deepEqual(server.reports, [failure]);
      }
    });

    test("A handler that fails in the middle of a body is answered, and the body is not taken for a request", async (context) => {
      const failure = new Error("no");
      const server = await TestServer.start(context, way, (request) => {
        if (request.path === "/ok") return text("ok");
        throw failure;
      });
      const client = await server.connect();
      client.send(`POST /bad HTTP/1.1\r\n${HOST}Content-Length: ${GET.length}\r\n\r\n${GET.slice(0, 10)}`);
      await client.receives("500");
      client.send(GET.slice(10) + GET);
      const responses = await client.responses(2);
      assert.deepEqual(
        responses.map(({ status }) => status),
        [500, 200],
      );
    });

    test("An error that is an answer keeps the connection", async (context) => {
      const server = await TestServer.start(context, way, () => {
        throw new NotFound("not here");
      });
      const client = await server.connect();
      client.send(GET + GET);
      const responses = await client.responses(2);
      assert.deepEqual(
        responses.map(({ status, body }) => [status, body]),
        [
          [404, "not here"],
          [404, "not here"],
        ],
      );
      assert.deepEqual(server.reports, []);
    });

    test("A body that breaks its framing fails for its reader, and the connection ends", async (context) => {
      const head = `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`;
      for (const isLate of [false, true]) {
        for (const [good, bad, status] of [
          ["5\r\nhello\r\n", "x\r\n", 400],
          ["5\r\nhello\r\n0\r\n", "Host: b\r\n\r\n", 400],
          ["5\r\nhello\r\n0\r\n", "a: b\r\n".repeat(101), 431],
          ["", `5;${"x".repeat(5000)}\r\n`, 400],
        ] as const) {
          const server = await TestServer.start(context, way, async (request) => text(await request.text()));
          const client = await server.connect();
          client.send(head + good);
          if (isLate) await new Promise(setImmediate);
          client.send(bad + GET);
          await client.closed();
          const responses = await client.responses(1);
          assert.deepEqual(
            responses.map((response) => [response.status, response.headers.get("connection")]),
            [[status, "close"]],
          );
        }
      }
    });

    test("A handler that swallows the error of a broken body still answers, and the connection ends", async (context) => {
      let begin = (): void => {};
      const begun = new Promise<void>((resolve) => {
        begin = resolve;
      });
      const server = await TestServer.start(context, way, async (request) => {
        begin();
        await request.text().catch(() => {});
        return text("all the same");
      });
      const client = await server.connect();
      client.send(`POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n5\r\nhel`);
      await begun;
      client.send(`lo!!${GET}`);
      await client.closed();
      const responses = await client.responses(1);
      assert.deepEqual(
        responses.map(({ body, headers }) => [body, headers.get("connection")]),
        [["all the same", "close"]],
      );
    });
  });
}
