import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CloseCode, isSendableCloseCode } from "../../../src/protocol/websocket/close-code.ts";

describe("isSendableCloseCode", () => {
  it("takes exactly the codes RFC 6455 section 7.4 and its registry let on the wire", () => {
    for (let code = 0; code <= 5100; code++) {
      const assigned = code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code);
      const registered = code >= 3000 && code <= 3999;
      const ours = code >= 4000 && code <= 4999;
      assert.equal(isSendableCloseCode(code), assigned || registered || ours, String(code));
    }
  });

  it("refuses what is no whole number", () => {
    for (const code of [1000.5, Number.NaN, Number.POSITIVE_INFINITY, -1000]) {
      assert.equal(isSendableCloseCode(code), false);
    }
  });

  it("takes every named code but the two that only describe", () => {
    const refused = Object.values(CloseCode).filter((code) => !isSendableCloseCode(code));
    assert.deepEqual(refused, [CloseCode.NoStatus, CloseCode.Abnormal]);
  });
});
