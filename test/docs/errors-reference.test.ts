import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as errors from "../../src/http/errors.ts";
import { readPage, readTableRows } from "./markdown.ts";

type ErrorClass = new (message: string, options: []) => errors.HttpError;

const classes = new Map<string, ErrorClass>();
for (const [name, exported] of Object.entries(errors)) {
  const isErrorClass = typeof exported === "function" && exported.prototype instanceof Error;
  if (isErrorClass && exported !== errors.HttpError) classes.set(name, exported as unknown as ErrorClass);
}
const rows = readTableRows(readPage("docs/reference/errors.md")).filter(([, status = ""]) =>
  /^\d{3}$/.test(status),
);

describe("the table of errors", () => {
  it("has exactly the error classes there are, each once, by status", () => {
    assert.deepEqual(rows.map(([name]) => name).sort(), [...classes.keys()].sort());
    const statuses = rows.map(([, status]) => Number(status));
    assert.deepEqual(
      statuses,
      statuses.toSorted((a, b) => a - b),
    );
  });

  for (const [name = "", status] of rows) {
    it(`tells the status of ${name}`, () => {
      const ErrorOfName = classes.get(name);
      assert.ok(ErrorOfName !== undefined);
      assert.equal(new ErrorOfName("", []).status, Number(status));
    });
  }
});
