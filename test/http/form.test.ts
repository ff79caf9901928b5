import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Form, parseUrlencodedForm } from "../../src/http/form.ts";

describe("parseUrlencodedForm", () => {
  test("gives fields by name and in the order sent", () => {
    const form = parseUrlencodedForm("name=Miles+Prower&colour=orange&colour=white&note=");
    assert.ok(form instanceof Form);
    assert.equal(form.get("name"), "Miles Prower");
    assert.deepEqual(form.getAll("colour"), ["orange", "white"]);
    assert.equal(form.get("note"), "");
    assert.equal(form.has("note"), true);
    assert.equal(form.get("none"), undefined);
    assert.deepEqual(form.getAll("none"), []);
    assert.equal(form.has("none"), false);
    assert.equal(form.size, 4);
    assert.deepEqual([...form], form.fields);
    assert.deepEqual([...form.entries()].at(1), ["colour", "orange"]);
  });

  test("gives a form without fields for no text", () => {
    assert.deepEqual(parseUrlencodedForm("").fields, []);
  });

  test("decodes as a query does", () => {
    assert.equal(parseUrlencodedForm("a%5B%5D=%C3%A9%zz").get("a[]"), "é%zz");
  });

  test("makes an object without a prototype, repeated names as arrays", () => {
    const object = parseUrlencodedForm("a=1&b=2&a=3").toObject();
    assert.equal(Object.getPrototypeOf(object), null);
    assert.deepEqual({ ...object }, { a: ["1", "3"], b: "2" });
  });

  test("accepts 1000 fields unless told otherwise and refuses one more", () => {
    assert.equal(parseUrlencodedForm("a=1&".repeat(1000)).size, 1000);
    assert.throws(() => parseUrlencodedForm("a=1&".repeat(1001)), {
      name: "PayloadTooLarge",
      status: 413,
      message: "The form has too many fields; at most 1000 are accepted",
    });
    assert.equal(parseUrlencodedForm("a&b", { maximumFields: 2 }).size, 2);
    assert.throws(() => parseUrlencodedForm("a&b&c", { maximumFields: 2 }), { name: "PayloadTooLarge" });
  });

  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", ""]) {
    test(`treats the field name ${JSON.stringify(name)} as data`, () => {
      assert.equal(parseUrlencodedForm("other=1").get(name), undefined);
      const form = parseUrlencodedForm(`${name}=1&${name}=2`);
      assert.deepEqual(form.getAll(name), ["1", "2"]);
      const object = form.toObject();
      assert.deepEqual(Object.keys(object), [name]);
      assert.deepEqual(object[name], ["1", "2"]);
    });
  }
});
