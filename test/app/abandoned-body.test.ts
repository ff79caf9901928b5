import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { SetupError, Spindash } from "spindash";
import { testClient } from "spindash/testing";

describe("a body whose reading is not awaited at once", () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  before(() => process.on("unhandledRejection", note));
  after(() => process.off("unhandledRejection", note));

  for (const read of ["json", "text", "form", "bytes"] as const) {
    it(`does not bring the process down when ${read}() fails before it is awaited`, async () => {
      const app = new Spindash("late", { config: { bodyLimit: 8 } });
      app.post("/late", async (req) => {
        const reading = req[read]();
        await new Promise(setImmediate);
        await reading;
        return "read";
      });
      app.post("/never", (req) => {
        void req[read]();
        return "answered";
      });
      await using client = await testClient(app);
      for (const body of ["{", "\xff\xfe", "far too long for the limit"]) {
        await client.post("/late", { body: Buffer.from(body, "latin1") });
        await client.post("/never", { body: Buffer.from(body, "latin1") });
      }
      await new Promise(setImmediate);
      assert.deepEqual(unhandled, []);
    });
  }

  it("tells the second reader of a body that was read piece by piece what to do", async () => {
    const app = new Spindash("twice");
    let failure: unknown;
    app.post("/", async (req) => {
      for await (const _chunk of req.body);
      await req.text().catch((error: unknown) => {
        failure = error;
      });
      return "done";
    });
    await using client = await testClient(app);
    await client.post("/", { body: "once" });
    assert.ok(failure instanceof SetupError && /read it once/.test(failure.message));
  });
});
