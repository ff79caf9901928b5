// A minimal HTTP client for the checks: sends exact bytes and reads a given number of answers from one connection.
import { connect } from "node:net";
import { connect as connectSecurely } from "node:tls";

const headEnd = "\r\n\r\n";

/** Sends `bytes` in one write and answers the first `count` responses as `{ status, headers, body, length }`. */
export function exchange(port, bytes, count, { milliseconds = 5000, isEncrypted = false } = {}) {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const place = { port, host: "127.0.0.1", rejectUnauthorized: false };
    const socket = (isEncrypted ? connectSecurely : connect)(place, () => socket.write(bytes));
    const fail = (why) => {
      socket.destroy();
      reject(new Error(why));
    };
    const look = (chunk) => {
      received = Buffer.concat([received, chunk]);
      const answers = parseAnswers(received, count);
      if (answers.length < count) return;
      socket.destroy();
      resolve(answers);
    };
    socket.setTimeout(milliseconds, () => fail(`no ${count} answers within ${milliseconds} ms`));
    socket.on("data", look);
    socket.on("error", (error) => fail(error.message));
    socket.on("end", () => fail(`the connection was closed before ${count} answers had come`));
  });
}

/** The complete answers at the start of `bytes`, at most `count`. */
function parseAnswers(bytes, count) {
  const answers = [];
  let offset = 0;
  while (answers.length < count) {
    const answer = parseAnswer(bytes, offset);
    if (answer === undefined) break;
    answers.push(answer);
    offset = answer.end;
  }
  return answers;
}

function parseAnswer(bytes, offset) {
  const end = bytes.indexOf(headEnd, offset);
  if (end < 0) return undefined;
  const [statusLine, ...lines] = bytes.latin1Slice(offset, end).split("\r\n");
  const headers = new Map(
    lines.map((line) => line.split(/:\s*/, 2)).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const status = Number(statusLine.split(" ")[1]);
  const bodyStart = end + headEnd.length;
  const body = headers.has("transfer-encoding")
    ? readChunks(bytes, bodyStart)
    : readLength(bytes, bodyStart, status === 101 ? 0 : Number(headers.get("content-length")));
  return body && { status, headers, body: body.text, length: body.end - offset, end: body.end };
}

function readLength(bytes, start, length) {
  const end = start + length;
  return end <= bytes.length ? { text: bytes.utf8Slice(start, end), end } : undefined;
}

function readChunks(bytes, start) {
  let text = "";
  let offset = start;
  for (;;) {
    const lineEnd = bytes.indexOf("\r\n", offset);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.latin1Slice(offset, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (next > bytes.length) return undefined;
    if (size === 0) return { text, end: next };
    text += bytes.utf8Slice(lineEnd + 2, next - 2);
    offset = next;
  }
}
