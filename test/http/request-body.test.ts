import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BadRequest, PayloadTooLarge } from "../../src/http/errors.ts";
import { RequestBody } from "../../src/http/request-body.ts";
import { SetupError } from "../../src/http/setup-error.ts";

const CHUNKED = -1;
const LIMIT = 1000;

/** A body whose bytes the test brings, through one buffer that is reused like a socket's. */
class TestBody {
  readonly body: RequestBody;
  pulls = 0;
  private readonly shared = Buffer.alloc(256 * 1024);

  constructor(declaredLength: number, limit = LIMIT) {
    this.body = new RequestBody({ pull: () => void this.pulls++ }, declaredLength, limit);
  }

  /** Bytes arrive, are looked at in this turn, and are overwritten. */
  bring(text: string, meanwhile: () => void = () => {}): void {
    const size = this.shared.write(text, 3);
    this.body.push(this.shared, 3, 3 + size);
    meanwhile();
    this.body.own();
    this.shared.fill("!");
  }
}

function completed(text: string, limit = LIMIT): RequestBody {
  const test = new TestBody(Buffer.byteLength(text), limit);
  if (text !== "") test.bring(text);
  test.body.finish();
  return test.body;
}

async function piecesOf(body: RequestBody): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of body) pieces.push(piece.toString());
  return pieces;
}

/** Every way to read a body to its end. */
const ways: [name: string, read: (body: RequestBody) => Promise<string>][] = [
  ["bytes()", async (body) => (await body.bytes()).toString()],
  ["text()", (body) => body.text()],
  ["for await", async (body) => (await piecesOf(body)).join("")],
];

for (const [name, read] of ways) {
  describe(`reading by ${name}`, () => {
    test("A body that has arrived is read", async () => {
      assert.equal(await read(completed("hello")), "hello");
    });

    test("An empty body is read as nothing", async () => {
      assert.equal(await read(completed("")), "");
    });

    test("A body that is still arriving is waited for, and the sender is told", async () => {
      const test = new TestBody(10);
      const reading = read(test.body);
      await Promise.resolve();
      test.bring("hello");
      test.bring(" ");
      test.bring("you.");
      test.body.finish();
      assert.equal(await reading, "hello you.");
      assert.ok(test.pulls >= 1);
    });

    test("Bytes that arrive while somebody waits do not change when their buffer is reused", async () => {
      const test = new TestBody(CHUNKED);
      const reading = read(test.body);
      for (const word of ["one ", "two ", "three"]) {
        test.bring(word);
        await Promise.resolve();
      }
      test.body.finish();
      assert.equal(await reading, "one two three");
    });

    for (const [kind, declared] of [
      ["with a length", 1001],
      ["in chunks", CHUNKED],
    ] as const) {
      test(`A body ${kind} one byte past the limit is too large`, async () => {
        const test = new TestBody(declared);
        const reading = read(test.body);
        test.bring("x".repeat(600));
        test.bring("x".repeat(401));
        test.body.finish();
        await assert.rejects(reading, { name: "PayloadTooLarge", status: 413, message: /1000 bytes/ });
      });

      test(`A body ${kind} past the limit is too large also when all of it arrived before it is read`, async () => {
        const test = new TestBody(declared);
        test.bring("x".repeat(1001));
        test.body.finish();
        await assert.rejects(read(test.body), PayloadTooLarge);
      });

      test(`A limit that is lowered after a body ${kind} arrived still holds`, async () => {
        const test = new TestBody(declared === CHUNKED ? CHUNKED : 11);
        test.bring("x".repeat(11));
        test.body.finish();
        test.body.limit = 10;
        await assert.rejects(read(test.body), PayloadTooLarge);
      });

      test(`A limit that is raised before a body ${kind} is read counts`, async () => {
        const test = new TestBody(declared);
        test.bring("x".repeat(1001));
        test.body.limit = 2000;
        test.body.finish();
        assert.equal((await read(test.body)).length, 1001);
      });
    }

    test("A length past the limit is refused before the bytes arrive", async () => {
      const test = new TestBody(1001);
      await assert.rejects(read(test.body), PayloadTooLarge);
      assert.equal(test.pulls, 0);
    });

    test("A body exactly at its limit is read", async () => {
      const test = new TestBody(CHUNKED);
      test.bring("x".repeat(1000));
      test.body.finish();
      assert.equal((await read(test.body)).length, 1000);
    });

    test("A body that breaks off fails for who is reading and for who comes later", async () => {
      for (const isWaiting of [true, false]) {
        const test = new TestBody(10);
        test.bring("hello");
        const reading = isWaiting ? read(test.body) : undefined;
        await Promise.resolve();
        test.body.fail(new BadRequest("broken off"));
        await assert.rejects(reading ?? read(test.body), { message: "broken off" });
      }
    });

    test("The first failure stays", async () => {
      const test = new TestBody(10);
      test.body.fail(new BadRequest("first"));
      test.body.fail(new BadRequest("second"));
      await assert.rejects(read(test.body), { message: "first" });
    });

    test("A body that has arrived cannot break off any more", async () => {
      const body = completed("hello");
      body.fail(new BadRequest("too late"));
      assert.equal(await read(body), "hello");
    });

    test("Nothing is kept of what arrives after a failure", async () => {
      const test = new TestBody(CHUNKED);
      test.body.fail(new BadRequest("broken off"));
      test.bring("x".repeat(100_000));
      assert.equal(test.body.isFull, false);
      test.body.finish();
      await assert.rejects(read(test.body), { message: "broken off" });
    });
  });
}

describe("reading whole", () => {
  test("A body may be read whole more than once and in several forms", async () => {
    const body = completed("hello");
    assert.equal(await body.text(), "hello");
    assert.equal((await body.bytes()).toString(), "hello");
    assert.equal(body.textIfComplete(), "hello");
    assert.equal(await body.bytes(), await body.bytes());
  });

  test("Two readers cannot wait for one body", async () => {
    const test = new TestBody(5);
    const first = test.body.text();
    await assert.rejects(test.body.text(), { name: "SetupError", message: /two readers/ });
    test.bring("hello");
    test.body.finish();
    assert.equal(await first, "hello");
  });

  test("textIfComplete() is undefined until all has arrived, and then needs no copy", () => {
    const test = new TestBody(10);
    test.bring("hello", () => assert.equal(test.body.textIfComplete(), undefined));
    assert.equal(test.body.textIfComplete(), undefined);
    test.bring(" you.", () => {
      test.body.finish();
      assert.equal(test.body.textIfComplete(), "hello you.");
    });
    assert.equal(test.body.textIfComplete(), "hello you.");
  });

  test("textIfComplete() reads what still lies in the reused buffer", async () => {
    const test = new TestBody(5);
    test.bring("hello", () => {
      test.body.finish();
      assert.equal(test.body.textIfComplete(), "hello");
    });
    assert.equal(await test.body.text(), "hello");
    assert.equal(test.body.textIfComplete(), "hello");
  });

  test("textIfComplete() hands out nothing past the limit", async () => {
    const body = completed("x".repeat(11));
    body.limit = 10;
    assert.equal(body.textIfComplete(), undefined);
    await assert.rejects(body.text(), PayloadTooLarge);
  });

  test("textIfComplete() of a body that broke off is undefined", () => {
    const test = new TestBody(10);
    test.body.fail(new BadRequest());
    test.body.finish();
    assert.equal(test.body.textIfComplete(), undefined);
  });
});

describe("reading twice", () => {
  test("A body cannot be read whole once its pieces were read", async () => {
    const body = completed("hello");
    await piecesOf(body);
    await assert.rejects(body.text(), { name: "SetupError", message: /piece by piece already/ });
    assert.throws(() => body.textIfComplete(), SetupError);
  });

  test("The pieces of a body cannot be read once it was read whole", async () => {
    const body = completed("hello");
    await body.text();
    await assert.rejects(piecesOf(body), { name: "SetupError", message: /whole already/ });
  });

  test("The pieces of a body cannot be read twice", async () => {
    const body = completed("hello");
    await piecesOf(body);
    await assert.rejects(piecesOf(body), { name: "SetupError", message: /piece by piece already/ });
  });

  test("The pieces of a body cannot be read by two at once", async () => {
    const test = new TestBody(5);
    const first = piecesOf(test.body);
    await assert.rejects(piecesOf(test.body), SetupError);
    test.bring("hello");
    test.body.finish();
    assert.deepEqual(await first, ["hello"]);
  });
});

describe("reading pieces", () => {
  test("Each piece is handed on as it arrives", async () => {
    const test = new TestBody(CHUNKED);
    const iterator = test.body[Symbol.asyncIterator]();
    for (const word of ["one", "two", "three"]) {
      const next = iterator.next();
      test.bring(word);
      assert.equal((await next).value?.toString(), word);
    }
    test.body.finish();
    assert.equal((await iterator.next()).done, true);
  });

  test("A piece that was handed on stays as it is when more arrives", async () => {
    const test = new TestBody(CHUNKED);
    const iterator = test.body[Symbol.asyncIterator]();
    test.bring("one");
    const { value } = await iterator.next();
    for (let i = 0; i < 20; i++) test.bring("more");
    assert.equal(value?.toString(), "one");
  });

  test("A reader waits for bytes, and only then the sender is asked for more", async () => {
    const test = new TestBody(CHUNKED);
    const iterator = test.body[Symbol.asyncIterator]();
    test.bring("one");
    await iterator.next();
    assert.equal(test.pulls, 0);
    assert.equal(test.body.isAwaited, false);
    const next = iterator.next();
    await Promise.resolve();
    assert.equal(test.pulls, 1);
    assert.equal(test.body.isAwaited, true);
    test.bring("two");
    assert.equal(test.body.isAwaited, false);
    await next;
  });
});

describe("holding the sender back", () => {
  const HIGH_WATER_MARK = 64 * 1024;

  test("A body that nobody reads is full past 64 KiB", () => {
    const test = new TestBody(CHUNKED, 1_000_000);
    test.bring("x".repeat(HIGH_WATER_MARK));
    assert.equal(test.body.isFull, false);
    test.bring("x");
    assert.equal(test.body.isFull, true);
  });

  test("A body whose pieces are read has room again", async () => {
    const test = new TestBody(CHUNKED, 1_000_000);
    test.bring("x".repeat(HIGH_WATER_MARK + 1));
    assert.equal(test.body.isFull, true);
    await test.body[Symbol.asyncIterator]().next();
    assert.equal(test.body.isFull, false);
  });

  test("A body that is read whole is never full: its limit bounds it", async () => {
    const test = new TestBody(CHUNKED, 1_000_000);
    const reading = test.body.bytes();
    test.bring("x".repeat(HIGH_WATER_MARK * 2));
    assert.equal(test.body.isFull, false);
    test.body.finish();
    assert.equal((await reading).length, HIGH_WATER_MARK * 2);
  });
});

describe("text", () => {
  const valid = [
    "",
    "plain",
    "grün €😀",
    "\uFEFFwith a byte order mark",
    "a replacement character: \uFFFD",
    "\0",
  ];
  for (const text of valid) {
    test(`${JSON.stringify(text)} is read as it was written`, async () => {
      assert.equal(await completed(text).text(), text);
      assert.equal(completed(text).textIfComplete(), text);
    });
  }

  const invalid: [what: string, bytes: number[]][] = [
    ["a lone continuation byte", [0x61, 0x80]],
    ["a character cut short", [0xe2, 0x82]],
    ["an overlong slash", [0xc0, 0xaf]],
    ["half of a surrogate pair", [0xed, 0xa0, 0x80]],
    ["a code past U+10FFFF", [0xf4, 0x90, 0x80, 0x80]],
    ["latin1", [0xe9]],
    ["a real replacement character and a bad byte", [0xef, 0xbf, 0xbd, 0xff]],
  ];
  for (const [what, codes] of invalid) {
    test(`${what} is no UTF-8 and refused`, async () => {
      const bytes = Buffer.from(codes);
      const make = () => {
        const body = new RequestBody({ pull() {} }, bytes.length, LIMIT);
        body.push(bytes, 0, bytes.length);
        body.finish();
        return body;
      };
      await assert.rejects(make().text(), { name: "BadRequest", message: /UTF-8/ });
      assert.throws(() => make().textIfComplete(), BadRequest);
      assert.deepEqual(await make().bytes(), bytes);
    });
  }
});
