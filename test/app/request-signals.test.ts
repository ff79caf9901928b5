import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Spindash } from "spindash";
import type { ChainParts } from "../../src/app/chain.ts";
import { observeChain, observeConnection, observeRequests } from "../../src/app/request-signals.ts";
import { declareSignal } from "../../src/app/signal-declaration.ts";
import { type BuiltInSignal, Signals } from "../../src/app/signals.ts";

const PEER = { remoteAddress: "::1", remotePort: 1, encrypted: false };

function signalsHeardBy(...events: BuiltInSignal[]): Signals {
  const signals = new Signals(new Spindash("host"));
  for (const event of events) signals.add(declareSignal(event, [() => {}], null));
  return signals;
}

function parts(): ChainParts {
  const app = new Spindash("unused");
  return {
    label: "the route",
    onRequest: [{ label: "one", run: () => {} }],
    around: [],
    handler: () => "",
    onError: (request) => app.handle(request),
    onResponse: [{ label: "one", run: () => {} }],
  };
}

const STEPS = {
  routeOf: () => {
    throw new Error("not asked");
  },
  answer: () => {
    throw new Error("not asked");
  },
};

/** Which layers of a chain are no longer what they were. */
function changedBy(signals: Signals): string[] {
  const before = parts();
  const after = observeChain(signals, before);
  return (["onRequest", "around", "handler", "onError", "onResponse"] as const).filter(
    (layer) => after[layer] !== before[layer],
  );
}

describe("what nobody listens to", () => {
  test("is not part of a request's way: every layer is the very same function", () => {
    const signals = signalsHeardBy();
    assert.deepEqual(changedBy(signals), []);
    assert.equal(observeRequests(signals, STEPS), null);
    assert.equal(observeConnection(signals, PEER), null);
  });

  const TOUCHED: [event: BuiltInSignal, layers: string[]][] = [
    ["http.handler.before", ["handler"]],
    ["http.handler.after", ["handler"]],
    ["http.middleware.before", ["onRequest", "onResponse"]],
    ["http.middleware.after", ["onRequest", "onResponse"]],
    ["http.lifecycle.exception", ["onError"]],
    ["http.lifecycle.response", []],
    ["http.lifecycle.begin", []],
    ["server.exception.report", []],
    ["websocket.handler.before", []],
  ];
  for (const [event, layers] of TOUCHED) {
    test(`${event} touches ${layers.join(" and ") || "no layer of a chain"}`, () => {
      const signals = signalsHeardBy(event);
      assert.deepEqual(changedBy(signals), layers);
      assert.equal(observeRequests(signals, STEPS) === null, event !== "http.lifecycle.response");
      assert.equal(observeConnection(signals, PEER) === null, event !== "http.lifecycle.begin");
    });
  }
});
