import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import fc from "fast-check";
import { BadRequest, PayloadTooLarge } from "../../src/http/errors.ts";
import { defaultFormLimits, type FormLimits } from "../../src/http/form-limits.ts";
import { readMultipart } from "../../src/http/multipart.ts";
import type { Part } from "../../src/http/part.ts";

const BOUNDARY = "spin";

describe("readMultipart", () => {
  it("reads what the platform's own FormData writes, in order", async () => {
    const form = new FormData();
    form.append("name", "Tails – ✈");
    form.append(
      "photo",
      new File([new Uint8Array([0, 13, 10, 255])], 'a "quoted"\r\nname.png', { type: "image/png" }),
    );
    form.append("name", "");
    const parts = await collect(await encode(form));
    assert.deepEqual(parts, [
      ["name", undefined, "text/plain", Buffer.from("Tails – ✈")],
      ["photo", 'a "quoted"\r\nname.png', "image/png", Buffer.from([0, 13, 10, 255])],
      ["name", undefined, "text/plain", Buffer.alloc(0)],
    ]);
  });

  it("gives the same parts however the body is cut", async () => {
    const body = bodyOf(
      field("a", "1\r\n--spi"),
      file("f", "x.bin", "\r\n--spin-not-quite"),
      field("b", "–"),
    );
    const whole = await collect({ chunks: [body] });
    for (let cut = 1; cut < body.length; cut++) {
      assert.deepEqual(await collect({ chunks: [body.subarray(0, cut), body.subarray(cut)] }), whole);
    }
    assert.deepEqual(await collect({ chunks: [...body].map((byte) => Buffer.of(byte)) }), whole);
  });

  it("round-trips any fields and files", async () => {
    const part = fc.record({
      name: fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
      filename: fc.option(fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }), { nil: undefined }),
      bytes: fc.uint8Array({ maxLength: 300 }),
    });
    const property = fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 8 }), async (wanted) => {
      const form = new FormData();
      for (const { name, filename, bytes } of wanted) {
        if (filename === undefined) form.append(name, Buffer.from(bytes).toString("hex"));
        else form.append(name, new File([new Uint8Array(bytes)], filename));
      }
      const parts = await collect(await encode(form));
      const expected = [...form].map(([name, value]) => [
        name,
        typeof value === "string" ? undefined : value.name,
      ]);
      assert.deepEqual(
        parts.map(([name, filename]) => [name, filename]),
        expected,
      );
      wanted.forEach(({ filename, bytes }, index) => {
        const content = parts[index]?.[3];
        assert.deepEqual(
          content,
          filename === undefined ? Buffer.from(Buffer.from(bytes).toString("hex")) : Buffer.from(bytes),
        );
      });
    });
    await fc.assert(property, { numRuns: 60, seed: 7 });
  });

  const malformed: [title: string, body: string][] = [
    ["a body that ends in a part", "--spin\r\nContent-Disposition: form-data; name=a\r\n\r\nhalf"],
    ["a body that ends in a part's header", "--spin\r\nContent-Dispo"],
    [
      "a body without its last boundary",
      "--spin\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--spin",
    ],
    ["a body that has no boundary at all", "name=value"],
    ["an empty body", ""],
    ["a part without Content-Disposition", "--spin\r\nContent-Type: text/plain\r\n\r\nx\r\n--spin--\r\n"],
    ["a part without header fields", "--spin\r\n\r\nx\r\n--spin--\r\n"],
    [
      "a part of another disposition",
      "--spin\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--spin--\r\n",
    ],
    ["a part without a name", "--spin\r\nContent-Disposition: form-data\r\n\r\nx\r\n--spin--\r\n"],
  ];
  for (const [title, body] of malformed) {
    it(`refuses ${title} with a 400`, { timeout: 5000 }, async () => {
      await assert.rejects(collect({ chunks: [Buffer.from(body)] }), BadRequest);
      await assert.rejects(
        collect({ chunks: [...Buffer.from(body)].map((byte) => Buffer.of(byte)) }),
        BadRequest,
      );
    });
  }

  for (const boundary of [undefined, "", "x".repeat(71)]) {
    it(`refuses the boundary ${String(boundary).slice(0, 10)} with a 400`, async () => {
      await assert.rejects(readMultipart(chunked([]), boundary, defaultFormLimits).next(), BadRequest);
    });
  }

  const limits: [title: string, limits: Partial<FormLimits>, fits: Buffer, exceeds: Buffer][] = [
    [
      "fields",
      { formFieldLimit: 2 },
      bodyOf(field("a", ""), field("b", "")),
      bodyOf(field("a", ""), field("b", ""), field("c", "")),
    ],
    [
      "files",
      { formFileLimit: 1 },
      bodyOf(file("a", "a", "1")),
      bodyOf(file("a", "a", "1"), file("b", "b", "2")),
    ],
    ["a field's bytes", { formFieldSizeLimit: 3 }, bodyOf(field("a", "123")), bodyOf(field("a", "1234"))],
    [
      "a part's header fields",
      { formPartHeaderLimit: 2 },
      bodyOf(field("a", "", "X-A: 1\r\n")),
      bodyOf(field("a", "", "X-A: 1\r\nX-B: 2\r\n")),
    ],
  ];
  for (const [title, limit, fits, exceeds] of limits) {
    it(`answers more than the allowed number of ${title} with a 413`, { timeout: 5000 }, async () => {
      await collect({ chunks: [fits], limits: limit });
      await assert.rejects(collect({ chunks: [exceeds], limits: limit }), PayloadTooLarge);
    });
  }

  it("limits files by nothing but the body", async () => {
    const content = "x".repeat(100_000);
    const [part] = await collect({ chunks: [bodyOf(file("a", "a", content))] });
    assert.equal(part?.[3].length, content.length);
  });

  it("stops at 100,000 parts without reading them all", { timeout: 20_000 }, async () => {
    const one = Buffer.from(field("a", "1").replace("--spin\r\n", "--spin\r\n"));
    const many = Buffer.concat([...Array.from({ length: 100_000 }, () => one), Buffer.from("--spin--\r\n")]);
    await assert.rejects(collect({ chunks: [many] }), PayloadTooLarge);
  });

  it("skips what the handler leaves unread", async () => {
    const names: string[] = [];
    const body = bodyOf(
      file("big", "big", "x".repeat(200_000)),
      field("after", "1"),
      file("last", "l", "y".repeat(200_000)),
    );
    for await (const part of readMultipart(chunked(slices(body, 1000)), BOUNDARY, defaultFormLimits))
      names.push(part.name);
    assert.deepEqual(names, ["big", "after", "last"]);
  });

  it("ends when the handler leaves the loop in the middle of a file", { timeout: 5000 }, async () => {
    const body = bodyOf(file("big", "big", "x".repeat(500_000)), field("after", "1"));
    for await (const part of readMultipart(chunked(slices(body, 1000)), BOUNDARY, defaultFormLimits)) {
      for await (const chunk of part) if (chunk.length > 0) break;
      break;
    }
  });

  it("reads no faster than its parts are read", async () => {
    let taken = 0;
    async function* counting(): AsyncGenerator<Buffer> {
      for (const chunk of slices(bodyOf(file("big", "big", "x".repeat(4_000_000))), 16 * 1024)) {
        taken += chunk.length;
        yield chunk;
      }
    }
    for await (const part of readMultipart(counting(), BOUNDARY, defaultFormLimits)) {
      for await (const chunk of part) {
        assert.ok(taken < 1_000_000, `${taken} bytes were taken while ${chunk.length} were read`);
        break;
      }
      break;
    }
  });

  it("passes on the failure of the body to whoever reads a part", async () => {
    const failure = new PayloadTooLarge("too much");
    async function* failing(): AsyncGenerator<Buffer> {
      yield Buffer.from('--spin\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n\r\nhalf');
      throw failure;
    }
    await assert.rejects(async () => {
      for await (const part of readMultipart(failing(), BOUNDARY, defaultFormLimits)) await part.bytes();
    }, failure);
  });

  it("takes names such as __proto__ as data", async () => {
    const parts = await collect({
      chunks: [
        bodyOf(field("__proto__", "1"), field("constructor", "2"), file("toString", "__proto__", "3")),
      ],
    });
    assert.deepEqual(
      parts.map(([name, filename]) => [name, filename]),
      [
        ["__proto__", undefined],
        ["constructor", undefined],
        ["toString", "__proto__"],
      ],
    );
  });
});

describe("Part.save", () => {
  const folder = mkdtempSync(join(tmpdir(), "spindash-part-"));
  after(() => rmSync(folder, { recursive: true }));

  it("writes the part under the path when it is whole", async () => {
    const content = randomBytes(100_000);
    const body = Buffer.concat([
      Buffer.from('--spin\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n\r\n'),
      content,
      Buffer.from("\r\n--spin--\r\n"),
    ]);
    const path = join(folder, "whole");
    for await (const part of readMultipart(chunked(slices(body, 1000)), BOUNDARY, defaultFormLimits))
      await part.save(path);
    assert.deepEqual(readFileSync(path), content);
  });

  it("leaves no file behind when the form ends early", async () => {
    const before = readdirSync(folder);
    const path = join(folder, "half");
    const body = Buffer.from(
      '--spin\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n\r\nhalf of it',
    );
    await assert.rejects(async () => {
      for await (const part of readMultipart(chunked([body]), BOUNDARY, defaultFormLimits))
        await part.save(path);
    }, BadRequest);
    assert.equal(existsSync(path), false);
    assert.deepEqual(readdirSync(folder), before);
  });
});

interface Given {
  chunks: readonly Buffer[];
  boundary?: string;
  limits?: Partial<FormLimits>;
}

type Collected = [name: string, filename: string | undefined, contentType: string, bytes: Buffer];

async function collect({ chunks, boundary = BOUNDARY, limits = {} }: Given): Promise<Collected[]> {
  const collected: Collected[] = [];
  for await (const part of readMultipart(chunked(chunks), boundary, { ...defaultFormLimits, ...limits }))
    collected.push(await read(part));
  return collected;
}

async function read(part: Part): Promise<Collected> {
  return [part.name, part.filename, part.contentType, await part.bytes()];
}

async function* chunked(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}

function slices(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

async function encode(form: FormData): Promise<Given> {
  const response = new Response(form);
  const boundary = /boundary=(.*)$/.exec(response.headers.get("content-type") ?? "")?.[1] ?? "";
  return { chunks: [Buffer.from(await response.arrayBuffer())], boundary };
}

function field(name: string, value: string, headers = ""): string {
  return `--spin\r\nContent-Disposition: form-data; name="${name}"\r\n${headers}\r\n${value}\r\n`;
}

function file(name: string, filename: string, content: string): string {
  return `--spin\r\nContent-Disposition: form-data; name="${name}"; filename="${filename}"\r\n\r\n${content}\r\n`;
}

function bodyOf(...parts: readonly string[]): Buffer {
  return Buffer.from(`${parts.join("")}--spin--\r\n`);
}
