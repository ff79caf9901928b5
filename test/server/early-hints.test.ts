import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Request } from "../../src/http/request.ts";
import { stream, text } from "../../src/http/responses.ts";
import { Gate } from "./gate.ts";
import { TestServer, ways } from "./test-server.ts";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const STYLE = "</style.css>; rel=preload; as=style";
const FONT = "</font.woff2>; rel=preload; as=font";
const HINTS = `HTTP/1.1 103 Early Hints\r\nlink: ${STYLE}\r\n\r\n`;

for (const way of ways) {
  describe(way.name, () => {
    test("Hints reach the client while the answer is still being made, and the connection goes on", async (context) => {
      const gate = new Gate();
      const sent: boolean[] = [];
      const server = await TestServer.start(context, way, async (request) => {
        sent.push(request.earlyHints(STYLE));
        await gate.opened;
        sent.push(request.earlyHints([FONT, STYLE]));
        return text("answer");
      });
      const client = await server.connect();
      client.send(GET);
      await client.receives(HINTS);
      assert.equal(client.received, HINTS);
      gate.open();
      client.send(GET);
      const responses = await client.responses(2);
      assert.deepEqual(sent.slice(0, 2), [true, true]);
      assert.deepEqual(
        responses.map(({ status, body, headers }) => [status, body, headers.has("link")]),
        [
          [200, "answer", false],
          [200, "answer", false],
        ],
      );
      assert.ok(client.received.includes(`103 Early Hints\r\nlink: ${FONT}\r\nlink: ${STYLE}\r\n\r\n`));
    });

    test("Hints of pipelined requests stay in order with the answers", async (context) => {
      const server = await TestServer.start(context, way, (request) => {
        request.earlyHints(`<${request.path}>; rel=preload`);
        return text(request.path);
      });
      const client = await server.connect();
      client.send(GET.replace("/", "/1") + GET.replace("/", "/2"));
      await client.responses(2);
      const order = [...client.received.matchAll(/103 Early Hints\r\nlink: <(\S+)>|\r\n\r\n(\/\d)/g)];
      assert.deepEqual(
        order.map(([, hint, body]) => hint ?? body),
        ["/1", "/1", "/2", "/2"],
      );
    });

    test("No hints are sent to HTTP/1.0", async (context) => {
      let isSent: boolean | undefined;
      const server = await TestServer.start(context, way, (request) => {
        isSent = request.earlyHints(STYLE);
        return text("answer");
      });
      const received = await server.exchange("GET / HTTP/1.0\r\n\r\n");
      assert.equal(isSent, false);
      assert.match(received, /^HTTP\/1.1 200 OK\r\n/);
    });

    test("No hints are sent behind the head of the answer, nor into the exchange of a later request", async (context) => {
      const requests: Request[] = [];
      const late: boolean[] = [];
      const server = await TestServer.start(context, way, (request) => {
        late.push(...requests.map((each) => each.earlyHints(STYLE)));
        requests.push(request);
        if (requests.length > 1) return text("next");
        return stream(async (out) => {
          await out.write("one");
          late.push(request.earlyHints(STYLE));
        });
      });
      const client = await server.connect();
      client.send(GET);
      await client.responses(1);
      late.push(requests[0]?.earlyHints(STYLE) ?? true);
      client.send(GET);
      await client.responses(2);
      assert.deepEqual(late, [false, false, false]);
      assert.doesNotMatch(client.received, /103/);
    });

    test("A request whose client has left takes hints without harm", async (context) => {
      const gate = new Gate();
      let isSent: boolean | undefined;
      const server = await TestServer.start(context, way, async (request) => {
        await new Promise((resolve) => request.signal.addEventListener("abort", resolve, { once: true }));
        await new Promise(setImmediate);
        isSent = request.earlyHints(STYLE);
        gate.open();
        return text("nobody");
      });
      const client = await server.connect();
      client.send(GET);
      await new Promise(setImmediate);
      client.leave();
      await gate.opened;
      assert.equal(typeof isSent, "boolean");
      assert.deepEqual(server.reports, []);
    });

    test("What is no link is an error of the handler, and nothing of it is sent", async (context) => {
      const errors: unknown[] = [];
      const server = await TestServer.start(context, way, (request) => {
        for (const bad of ["/style.css", "</a>\r\nset-cookie: a=b", [STYLE, "<\n>"]]) {
          try {
            request.earlyHints(bad);
          } catch (error) {
            errors.push(error);
          }
        }
        return text("answer");
      });
      const client = await server.connect();
      await client.ask(GET);
      assert.equal(errors.length, 3);
      for (const error of errors) assert.match(String(error), /TypeError: .* is not a link; expected/);
      assert.doesNotMatch(client.received, /103|set-cookie/);
    });
  });
}
