import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Expression } from "../../../src/routing/expression/expression.ts";

/** What JavaScript's own engine says; only for expressions and texts that do not send it into the woods. */
function nativeMatch(source: string, text: string): string | undefined {
  const found = new RegExp(`^(?:${source})$`, "u").exec(text);
  return found === null ? undefined : (found[1] ?? found[0]);
}

const CASES: [source: string, fits: string[], others: string[]][] = [
  ["abc", ["abc"], ["ab", "abcd", "ABC", ""]],
  ["", [""], ["a"]],
  ["a|b|", ["a", "b", ""], ["ab", "c"]],
  ["a*", ["", "a", "aaaa"], ["b", "aab"]],
  ["(?:ab)+", ["ab", "abab"], ["", "aba"]],
  ["a?b??", ["", "a", "b", "ab"], ["ba", "aa"]],
  ["a{2}", ["aa"], ["a", "aaa"]],
  ["a{2,}", ["aa", "aaaaa"], ["a"]],
  ["a{1,3}?", ["a", "aa", "aaa"], ["", "aaaa"]],
  ["a{0}b", ["b"], ["ab"]],
  ["[a-c]+", ["abc"], ["d", "abcd", "-"]],
  ["[a\\-c]+", ["a-c"], ["b"]],
  ["[-a]+", ["-a"], ["b"]],
  ["[a-]+", ["-a"], ["b"]],
  ["[^a-c]", ["d", "é", "😀"], ["a", "", "dd"]],
  ["[^]", ["a", "\n", "😀"], [""]],
  ["[]", [], ["", "a"]],
  ["[\\d_]+", ["0_9"], ["a"]],
  ["[\\]\\\\^]+", ["]\\^"], ["a"]],
  ["[^\\D5]", ["4"], ["5", "a"]],
  [".", ["a", "é", "😀"], ["\n", "\u2028", "ab"]],
  ["\\d{4}-\\d\\d", ["2026-11"], ["2026-1", "٢٠٢٦-11"]],
  ["\\w+", ["aZ_9"], ["é", "-"]],
  ["\\W\\S\\D", ["-a-"], ["aaa"]],
  ["\\s", [" ", "\u00a0", "\ufeff", "\t"], ["a", "\u200b"]],
  ["\\.\\*\\/\\$", [".*/$"], ["a"]],
  ["\\t\\n\\v\\f\\r\\0", ["\t\n\v\f\r\0"], ["t"]],
  ["\\x41\\u0042\\u{43}\\u{1F600}\\cA", ["ABC😀\x01"], []],
  ["\\ud83d\\ude00+", ["😀😀"], ["😀\ude00"]],
  ["[\\b]", ["\b"], ["b"]],
  ["😀{2}", ["😀😀"], ["😀"]],
  ["[😀-😂]", ["😁"], ["😃", "\ud83d"]],
  ["^a$", ["a"], ["^a$"]],
  ["a\\$", ["a$"], ["a"]],
  ["a\\\\$", ["a\\"], ["a\\$"]],
  ["^(?:a|b)$", ["a", "b"], ["ab"]],
  ["(?:a|ab)(?:c|bcd)(?:d*)", ["abcd", "acd", "abc"], ["abd"]],
];

for (const [source, fits, others] of CASES) {
  test(`The expression ${JSON.stringify(source)} fits what JavaScript's fits`, () => {
    const expression = new Expression(source);
    for (const text of fits) assert.equal(expression.match(text), text, JSON.stringify(text));
    for (const text of others) assert.equal(expression.match(text), undefined, JSON.stringify(text));
    for (const text of [...fits, ...others])
      assert.equal(expression.match(text), nativeMatch(source, text), JSON.stringify(text));
  });
}

const GROUPS: [source: string, text: string, captured: string | undefined][] = [
  ["v(\\d+)", "v12", "12"],
  ["(a+)(?:a*)b", "aaab", "aaa"],
  ["(a+?)(?:a*)b", "aaab", "a"],
  ["(?:a*)(a+)", "aaa", "a"],
  ["(.*)-(?:.*)", "a-b-c", "a-b"],
  ["(.*?)-(?:.*)", "a-b-c", "a"],
  ["x()y", "xy", ""],
  ["(?<name>a|b)c", "bc", "b"],
  ["(a)", "b", undefined],
];

for (const [source, text, captured] of GROUPS) {
  test(`The group of ${source} captures ${JSON.stringify(captured)} of ${text}`, () => {
    assert.equal(new Expression(source).match(text), captured);
    assert.equal(captured, nativeMatch(source, text));
  });
}

const atom = fc.constantFrom("a", "b", "[ab]", "[^a]", ".", "\\w", "\\d", "1", "(?:ab|a)", "(?:a|b1|)");
const repeated = fc
  .tuple(atom, fc.constantFrom("", "", "*", "+", "?", "{2}", "{1,3}", "{0,2}?", "*?", "??"))
  .map(([part, count]) => part + count);
const sequence = fc.array(repeated, { maxLength: 4 }).map((parts) => parts.join(""));
const anyExpression = fc
  .tuple(fc.array(sequence, { minLength: 1, maxLength: 3 }), fc.constantFrom("", "", "+", "{2}"), sequence)
  .map(([options, count, rest]) => `(?:${options.join("|")})${count}${rest}`);
const captureExpression = fc.tuple(sequence, sequence, sequence).map(([a, b, c]) => `${a}(${b})${c}`);
const anyText = fc.string({ unit: fc.constantFrom("a", "b", "1", "é"), maxLength: 7 });

test("Random expressions agree with JavaScript's, captures included", () => {
  let fitting = 0;
  fc.assert(
    fc.property(
      fc.oneof(anyExpression, captureExpression),
      fc.array(anyText, { minLength: 8, maxLength: 8 }),
      (source, texts) => {
        const expression = new Expression(source);
        for (const text of texts) {
          const captured = expression.match(text);
          if (captured !== undefined) fitting++;
          assert.equal(captured, nativeMatch(source, text), `${source} on ${JSON.stringify(text)}`);
        }
      },
    ),
    { seed: 3, numRuns: 1500 },
  );
  assert.ok(fitting > 1000, `the comparison covers fits, not only misfits (${fitting})`);
});

test("Two expressions overlap exactly when some text fits both", () => {
  const texts = [""];
  for (const text of texts) if (text.length < 5) texts.push(`${text}a`, `${text}b`, `${text}1`);
  fc.assert(
    fc.property(sequence, sequence, (one, other) => {
      const [first, second] = [new Expression(one), new Expression(other)];
      const shared = texts.find(
        (text) => first.match(text) !== undefined && second.match(text) !== undefined,
      );
      if (shared !== undefined) assert.ok(first.overlaps(second), `${one} and ${other} share ${shared}`);
      assert.equal(first.overlaps(second), second.overlaps(first));
    }),
    { seed: 5, numRuns: 300 },
  );
  const DISJOINT: [string, string][] = [
    ["\\d+", "[a-z]+"],
    ["a+", "b+"],
    ["\\d{4}", "\\d{5,}"],
    ["[^a]+", "a+"],
    ["x.*", "y.*"],
  ];
  for (const [one, other] of DISJOINT)
    assert.equal(new Expression(one).overlaps(new Expression(other)), false, `${one} ${other}`);
  assert.ok(new Expression("[^a]+").overlaps(new Expression("é")));
});

/** Patterns that take JavaScript's engine exponential or polynomial time, each with a text that makes it. */
const ATTACKS: [source: string, text: string][] = [
  ["(?:a+)+b", "a".repeat(999)],
  ["(?:a*)*b", "a".repeat(999)],
  ["(?:a|a)*b", "a".repeat(999)],
  ["(?:a|aa)+b", "a".repeat(999)],
  ["(?:\\w+\\s?)*!", "word ".repeat(199)],
  [".*.*.*.*=.*x", "=".repeat(999)],
  ["(?:a?){60}a{60}", "a".repeat(60)],
  ["(?:(?:(?:a+)+)+)+b", "a".repeat(999)],
  ["[^/]+[^/]+[^/]+[^/]+x", "a".repeat(999)],
  ["(?:[a-z0-9]+-?)*\\.x", "a-".repeat(499)],
];

for (const [source, text] of ATTACKS) {
  test(`${source} takes no longer than its steps allow, whatever it is asked`, () => {
    const expression = new Expression(source);
    const started = performance.now();
    for (let round = 0; round < 10; round++) expression.match(text);
    const elapsed = performance.now() - started;
    assert.ok(elapsed < 2000, `ten matches took ${elapsed.toFixed()} ms`);
  });
}

test("A text of more than a thousand characters fits nothing", () => {
  const expression = new Expression("a*");
  assert.equal(expression.match("a".repeat(1000)), "a".repeat(1000));
  assert.equal(expression.match("a".repeat(1001)), undefined);
});
