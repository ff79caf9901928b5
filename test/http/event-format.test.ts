import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { formatEvent, type ServerSentEvent } from "../../src/http/event-format.ts";
import { SetupError } from "../../src/http/setup-error.ts";
import { readEvents } from "./event-reader.ts";
import { assertLinearTime } from "./linear-time.ts";

const SEED = 20_418;

describe("formatEvent", () => {
  const cases: [event: ServerSentEvent, text: string][] = [
    [{ data: "a" }, "data: a\n\n"],
    [{ data: "" }, "data: \n\n"],
    [{ data: "a\nb\r\nc\rd" }, "data: a\ndata: b\ndata: c\ndata: d\n\n"],
    [{ data: "\n" }, "data: \ndata: \n\n"],
    [{ data: " a" }, "data:  a\n\n"],
    [{ data: { a: [1] } }, 'data: {"a":[1]}\n\n'],
    [{ data: 1 }, "data: 1\n\n"],
    [{ data: null }, "data: null\n\n"],
    [{ event: "tick", data: 1 }, "event: tick\ndata: 1\n\n"],
    [{ event: "tick" }, "event: tick\ndata: \n\n"],
    [{ event: "", data: "a" }, "data: a\n\n"],
    [{ id: "7" }, "id: 7\n\n"],
    [{ id: "", data: "a" }, "id: \ndata: a\n\n"],
    [{ retry: "2s" }, "retry: 2000\n\n"],
    [{ retry: 0.0015 }, "retry: 2\n\n"],
    [{ comment: "still\nhere" }, ": still\n: here\n\n"],
    [
      { comment: "c", event: "e", id: "1", retry: 1, data: "d" },
      ": c\nevent: e\nid: 1\nretry: 1000\ndata: d\n\n",
    ],
  ];
  for (const [event, text] of cases) {
    test(`writes ${JSON.stringify(event)}`, () => assert.equal(formatEvent(event), text));
  }

  for (const event of [
    { event: "a\nb", data: "" },
    { event: "a\rb", data: "" },
    { event: "a\r\ndata: injected" },
    { id: "a\nb" },
    { id: "a\r" },
    { id: "a\0b" },
    { id: 7 as unknown as string },
    {},
    { data: undefined },
    { data: () => {} },
    { data: 1n },
  ]) {
    test(`refuses ${Object.keys(event).join()} of ${String(Object.values(event)).slice(0, 20).replaceAll(/\W/g, "?")}`, () => {
      assert.throws(() => formatEvent(event), TypeError);
    });
  }

  test("refuses a retry that is no duration", () => {
    assert.throws(() => formatEvent({ retry: "1\ndata: x" as "1s" }), SetupError);
    assert.throws(() => formatEvent({ retry: -1 }), SetupError);
    assert.throws(() => formatEvent({ retry: Number.POSITIVE_INFINITY }), SetupError);
  });

  test("is heard as it was sent by a reader that follows the standard, whatever is in it", () => {
    const text = fc.oneof(
      fc.string({
        unit: fc.constantFrom("\r", "\n", "\r\n", ":", " ", "data", "id: 1", "event", "\ufeff", "é"),
      }),
      fc.string({ unit: "binary", maxLength: 10 }).map((each) => Buffer.from(each).toString()),
    );
    const line = text.map((each) => each.replaceAll(/[\r\n\0]/g, ""));
    const event = fc.record({ data: text, event: line, id: line, comment: text }, { requiredKeys: ["data"] });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 4 }), (sent) => {
        const stream = `:\n\n${sent.map(formatEvent).join("")}`;
        let lastEventId = "";
        const expected = sent.map((each) => {
          lastEventId = each.id ?? lastEventId;
          return {
            type: each.event === undefined || each.event === "" ? "message" : each.event,
            data: each.data.replaceAll(/\r\n|\r/g, "\n"),
            lastEventId,
          };
        });
        assert.deepEqual(readEvents(stream).events, expected);
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });

  for (const unit of ["\n", "\r", "\r\n", "a", ":"]) {
    test(`takes linear time for repetitions of ${JSON.stringify(unit)}`, () => {
      assertLinearTime((repetitions) => formatEvent({ data: unit.repeat(repetitions) }), 2000);
    });
  }
});
