// Whether a peer answers a scenario correctly; a wrong answer is no benchmark, however fast it comes.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { exchange } from "./http-exchange.mjs";
import { formatRequest, websocketPath } from "./scenarios.mjs";
import {
  echoedMessage,
  expectedAccept,
  formatHandshake,
  frameEnd,
  maskedFrame,
  messageOf,
} from "./websocket-wire.mjs";

/** Throws an Error that says what was wrong with the peer's answers. */
export function checkAnswers(scenario, peer, port) {
  return scenario.kind === "websocket"
    ? checkEcho(scenario, peer, port)
    : checkProbes(scenario.probes, port, scenario.kind === "https");
}

/** Sends all probes in one write and compares the answers, in order. */
async function checkProbes(probes, port, isEncrypted) {
  const bytes = probes.map(({ request }) => formatRequest(request, port)).join("");
  const answers = await exchange(port, bytes, probes.length, { isEncrypted });
  for (const [index, { request, answer }] of probes.entries()) {
    const { status, headers, body } = answers[index];
    const place = `answer ${index + 1} to ${request.method} ${request.path}`;
    const { refusal } = answer;
    if (refusal !== undefined) {
      assert.ok(refusal.includes(status), `${place}: status ${status}, expected ${refusal.join(" or ")}`);
      continue;
    }
    assert.equal(status, 200, `${place}: status ${status}, expected 200`);
    for (const [name, value] of Object.entries(answer.headers ?? {}))
      assert.equal(headers.get(name), value, `${place}: header ${name}`);
    if (answer.length !== undefined) {
      assert.equal(body.length, answer.length, `${place}: ${body.length} bytes, expected ${answer.length}`);
    } else if (answer.json === undefined) {
      assert.equal(
        body,
        answer.body,
        `${place}: body ${JSON.stringify(body)}, expected ${JSON.stringify(answer.body)}`,
      );
    } else {
      assert.match(headers.get("content-type") ?? "", /^application\/json/, `${place}: not labelled as JSON`);
      assert.deepEqual(JSON.parse(body), answer.json, `${place}: other JSON than expected`);
    }
  }
}

/** Shakes hands, sends a frame and compares the echo byte by byte. */
async function checkEcho(scenario, peer, port) {
  const handshake = formatHandshake(websocketPath(scenario, peer), port, scenario.isCompressed);
  const [answer] = await exchange(port, handshake, 1);
  assert.equal(answer.status, 101, `handshake: status ${answer.status}, expected 101`);
  assert.equal(
    answer.headers.get("sec-websocket-accept"),
    expectedAccept,
    "handshake: wrong Sec-WebSocket-Accept",
  );
  const echo = await readEcho(handshake, maskedFrame(scenario), port);
  assert.equal(echo[0], scenario.isCompressed ? 0xc1 : 0x81, "echo: not the kind of frame that was sent");
  assert.ok(echoedMessage(echo)?.equals(messageOf(scenario)), "echo: not the message that was sent");
}

function readEcho(handshake, frame, port) {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    let frames = -1;
    const socket = connect(port, "127.0.0.1", () => socket.write(handshake));
    socket.setTimeout(5000, () => socket.destroy(new Error("no echo within 5000 ms")));
    socket.on("error", reject);
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (frames < 0) {
        const headEnd = received.indexOf("\r\n\r\n");
        if (headEnd < 0) return;
        frames = headEnd + 4;
        socket.write(frame);
      }
      const end = frameEnd(received.subarray(frames));
      if (end === undefined) return;
      socket.destroy();
      resolve(received.subarray(frames, frames + end));
    });
  });
}
