import assert from "node:assert/strict";
import { it } from "node:test";
import { MessageInflater } from "../../../src/protocol/websocket/deflate.ts";
import { FrameEvent, FrameParser } from "../../../src/protocol/websocket/frame-parser.ts";
import { compressed, deflated } from "../../conformance/websocket/compressed-frames.ts";
import { binary, close, frame, more, ping, text } from "../../conformance/websocket/frame-bytes.ts";

const MESSAGE_LIMIT = 600;
const FRAMES = 50_000;

const seeds: readonly Buffer[] = [
  text("Hello"),
  text("größer als ASCII €😀"),
  text("x".repeat(130), { final: false }),
  more("y".repeat(30), { final: false }),
  more("z"),
  binary(Buffer.alloc(260, 0xfe)),
  binary("", { lengthBits: 64, length: 70_000 }),
  binary("x", { final: false }),
  ping("ping"),
  ...compressed(1, deflated("größer als ASCII ".repeat(20))),
  ...compressed(2, deflated(Buffer.alloc(599)), 5),
  ...compressed(2, deflated(Buffer.alloc(5000))),
  close(1000, "bye"),
  close(),
  frame({ opcode: 10, payload: "p".repeat(125) }),
];

/** A small generator with a seed, so that a failure can be repeated. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function mutated(original: Buffer, random: (below: number) => number): Buffer {
  const bytes = Buffer.from(original);
  for (let count = random(3); count > 0 && bytes.length > 0; count--) {
    // Heads are short and decide most: they are hit as often as all the rest.
    const at = random(2) === 0 ? random(Math.min(bytes.length, 10)) : random(bytes.length);
    bytes[at] = random(2) === 0 ? (bytes[at] ?? 0) ^ (1 << random(8)) : random(256);
  }
  return random(6) === 0 ? bytes.subarray(0, random(bytes.length + 1)) : bytes;
}

const { Text, Binary, Piece, NeedMore } = FrameEvent;

/** Ways to read messages, with the events that do not come then. */
const variants: readonly (readonly [
  title: string,
  create: () => FrameParser,
  never: readonly FrameEvent[],
])[] = [
  ["", () => new FrameParser({ messageLimit: MESSAGE_LIMIT }), [Piece]],
  [", in pieces", () => new FrameParser({ messageLimit: MESSAGE_LIMIT, isStreaming: true }), [Text, Binary]],
  [
    ", compressed or not",
    () => {
      const inflater = new MessageInflater({ windowBits: 15, takeover: true });
      return new FrameParser({ messageLimit: MESSAGE_LIMIT, inflater });
    },
    [Piece],
  ],
];

for (const [title, create, never] of variants) {
  it(`answers 50,000 damaged frames with events, within the limits, and never throws${title}`, () =>
    fuzz(create, never));
}

function fuzz(create: () => FrameParser, never: readonly FrameEvent[]): void {
  const random = generator(6455);
  const known = new Set<number>(Object.values(FrameEvent));
  const seen = new Map<number, number>();
  let parser = create();
  for (let count = 0; count < FRAMES; count++) {
    const original = seeds[random(seeds.length)] ?? text("");
    const bytes = mutated(original, random);
    const cut = random(3) === 0 ? random(bytes.length + 1) : bytes.length;
    let isOver = false;
    for (const [start, end] of [[0, cut] as const, [cut, bytes.length] as const]) {
      parser.feed(bytes, start, end);
      for (let event = parser.next(); event !== FrameEvent.NeedMore; event = parser.next()) {
        assert.ok(known.has(event), `event ${event}`);
        seen.set(event, (seen.get(event) ?? 0) + 1);
        const size = event === FrameEvent.Text ? Buffer.byteLength(parser.text) : parser.bytes.length;
        assert.ok(size <= MESSAGE_LIMIT, `a message of ${size} bytes`);
        isOver ||= event === FrameEvent.Failed || event === FrameEvent.Close;
      }
      assert.ok(parser.heldBytes <= MESSAGE_LIMIT * 1.2, `${parser.heldBytes} bytes held`);
    }
    // Without a limit, a frame that announces much takes all that follows.
    if (isOver || random(50) === 0) parser = create();
  }
  for (const [name, event] of Object.entries(FrameEvent)) {
    const count = seen.get(event) ?? 0;
    if (never.includes(event)) assert.equal(count, 0, `${name} is seen`);
    else if (event !== NeedMore) assert.ok(count > 100, `${name} is seen too rarely`);
  }
}
