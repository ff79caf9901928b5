import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { converters } from "../../src/routing/converters.ts";
import { FileNameConverter } from "../../src/routing/file-name-converter.ts";

function fileNames(type: string, extensions?: string): FileNameConverter {
  const ofName = converters.get(type);
  assert.ok(ofName);
  return new FileNameConverter(ofName, extensions?.split("|"));
}

const CASES: [
  type: string,
  extensions: string | undefined,
  text: string,
  value: [unknown, string] | undefined,
][] = [
  ["str", undefined, "a.jpg", ["a", "jpg"]],
  ["str", undefined, "with.extra.dot", ["with.extra", "dot"]],
  ["str", undefined, "a.mp3", ["a", "mp3"]],
  ["str", undefined, "a", undefined],
  ["str", undefined, "a.", undefined],
  ["str", undefined, ".a", undefined],
  ["str", undefined, "", undefined],
  ["str", undefined, ".", undefined],
  ["str", undefined, "a.JPG", undefined],
  ["str", undefined, "a.j-g", undefined],
  ["str", undefined, "..jpg", [".", "jpg"]],
  ["str", "jpg", "a.jpg", ["a", "jpg"]],
  ["str", "jpg", "a.png", undefined],
  ["str", "jpg", "jpg", undefined],
  ["str", "jpg|png", "a.png", ["a", "png"]],
  ["str", "jpg|png", "a.b.png", ["a.b", "png"]],
  ["str", "tar.gz", "a.tar.gz", ["a", "tar.gz"]],
  ["str", "tar.gz", "a.b.tar.gz", ["a.b", "tar.gz"]],
  ["str", "tar.gz", "tar.gz", undefined],
  ["str", "tar.gz", ".tar.gz", undefined],
  ["str", "tar.gz", "a.gz", undefined],
  ["int", undefined, "12.html", [12, "html"]],
  ["int", undefined, "x.html", undefined],
  ["float", "tar.gz", "1.5.tar.gz", [1.5, "tar.gz"]],
  ["float", undefined, "1.5", [1, "5"]],
];

for (const [type, extensions, text, value] of CASES) {
  test(`A name of type ${type} with the extension ${extensions ?? "(any)"} ${value ? "fits" : "does not fit"} ${JSON.stringify(text)}`, () => {
    const expected = value === undefined ? undefined : { name: value[0], ext: value[1] };
    const converter = fileNames(type, extensions);
    assert.deepEqual(converter.convert(text), expected);
    if (expected !== undefined)
      assert.deepEqual(converter.convert(converter.format(expected) ?? ""), expected);
  });
}

test("Names and extensions come back as they were formatted", () => {
  const name = fc.string({ minLength: 1 });
  const ext = fc.string({ unit: fc.constantFrom("a", "b", "0"), minLength: 1 });
  fc.assert(
    fc.property(name, ext, (name, ext) => {
      const converter = fileNames("str");
      assert.deepEqual(converter.convert(converter.format({ name, ext }) ?? ""), { name, ext });
    }),
    { seed: 1 },
  );
});

for (const value of [
  null,
  "a.jpg",
  {},
  { name: "a" },
  { name: 7, ext: "jpg" },
  { name: "a", ext: "tar.gz" },
]) {
  test(`${JSON.stringify(value)} is no file name with an extension`, () => {
    assert.equal(fileNames("str").format(value), undefined);
  });
}

test("More definite kinds come first", () => {
  const kinds = [
    fileNames("int", "tar.gz"),
    fileNames("str", "tar.gz"),
    fileNames("int", "gz"),
    fileNames("str", "gz"),
    fileNames("uuid"),
    fileNames("str"),
  ];
  const ordered = kinds.toSorted((one, other) => other.specificity - one.specificity);
  assert.deepEqual(ordered, kinds);
});

test("Two kinds overlap when they share an extension", () => {
  assert.ok(fileNames("str", "jpg|png").overlaps(fileNames("str", "gif|png")));
  assert.ok(fileNames("str").overlaps(fileNames("str", "gif|png")));
  assert.equal(fileNames("str", "jpg").overlaps(fileNames("str", "gif|png")), false);
});
