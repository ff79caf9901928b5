import { chunkCases } from "../conformance/http1/chunk-cases.ts";
import { codingCases } from "../conformance/http1/coding-cases.ts";
import { connectionCases } from "../conformance/http1/connection-cases.ts";
import { fieldCases } from "../conformance/http1/field-cases.ts";
import { lengthCases } from "../conformance/http1/length-cases.ts";
import { requestLineCases } from "../conformance/http1/request-line-cases.ts";
import { targetCases } from "../conformance/http1/target-cases.ts";
import { trailerCases } from "../conformance/http1/trailer-cases.ts";

/** A whole number from 0 up to, but not, `below`. */
export type Random = (below: number) => number;

/** A small generator with a seed, so that a failure can be repeated. */
export function generator(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const LONGEST_SEED = 400;

const all = [
  ...requestLineCases,
  ...targetCases,
  ...fieldCases,
  ...lengthCases,
  ...codingCases,
  ...chunkCases,
  ...trailerCases,
  ...connectionCases,
].filter(({ bytes, limits }) => bytes !== "" && bytes.length <= LONGEST_SEED && limits === undefined);

const isRefused = ({ verdict }: (typeof all)[number]): boolean => {
  const last = verdict.at(-1);
  return typeof last === "object" && "refused" in last;
};

/** Good messages are mutated as often as bad ones, though there are fewer of them. */
const seeds = [all.filter((each) => !isRefused(each)), all.filter(isRefused)].map((cases) =>
  cases.map(({ bytes }) => bytes),
);

const FRAGMENTS = [
  "\r\n",
  "\r",
  "\n",
  "\r\n\r\n",
  "\0",
  " ",
  "\t",
  ":",
  ",",
  ";",
  "0\r\n\r\n",
  "5\r\nhello\r\n",
  "ffffffff\r\n",
  "Content-Length: 5\r\n",
  "Content-Length: 0\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Host: b\r\n",
  "Connection: close\r\n",
  "Expect: 100-continue\r\n",
  "GET /b HTTP/1.1\r\nHost: a\r\n\r\n",
  "HTTP/1.0",
  "\xff",
];

const LENGTHS = [
  "0",
  "1",
  "4",
  "6",
  "100",
  "00",
  "-1",
  "99999999",
  "ffffffffffff",
  "100000005",
  "5 ",
  "+5",
  "a",
];

function pick<Item>(random: Random, items: readonly Item[], none: Item): Item {
  return items[random(items.length)] ?? none;
}

type Mutation = (text: string, random: Random) => string;

const mutations: Mutation[] = [
  function flipBit(text, random) {
    const at = random(text.length);
    const flipped = String.fromCharCode(text.charCodeAt(at) ^ (1 << random(8)));
    return text.slice(0, at) + flipped + text.slice(at + 1);
  },
  function setByte(text, random) {
    const at = random(text.length);
    return text.slice(0, at) + String.fromCharCode(random(256)) + text.slice(at + 1);
  },
  function remove(text, random) {
    const at = random(text.length);
    return text.slice(0, at) + text.slice(at + 1 + random(random(10) === 0 ? text.length : 4));
  },
  function duplicate(text, random) {
    const at = random(text.length);
    const end = at + 1 + random(random(5) === 0 ? text.length : 12);
    return text.slice(0, end) + text.slice(at);
  },
  function insert(text, random) {
    const at = random(text.length + 1);
    return text.slice(0, at) + pick(random, FRAGMENTS, "") + text.slice(at);
  },
  function splice(text, random) {
    const other = pick(random, pick(random, seeds, []), "");
    return text.slice(0, random(text.length + 1)) + other.slice(random(other.length + 1));
  },
  function lieAboutLength(text, random) {
    const numbers = [...text.matchAll(/(?<=content-length:\s*|\r\n)[0-9a-f]+(?=\s*(;|\r\n))/gi)];
    const number = numbers[random(numbers.length)];
    if (number === undefined) return text;
    return (
      text.slice(0, number.index) + pick(random, LENGTHS, "") + text.slice(number.index + number[0].length)
    );
  },
  function cutShort(text, random) {
    return text.slice(0, random(text.length + 1));
  },
  function appendAnother(text, random) {
    return text + pick(random, pick(random, seeds, []), "");
  },
];

/** One or several messages of the corpus, damaged in up to four ways. */
export function mutatedRequest(random: Random): Buffer {
  let text = pick(random, pick(random, seeds, []), "");
  for (let count = random(5); count > 0 && text !== ""; count--)
    text = pick(random, mutations, (same) => same)(text, random);
  return Buffer.from(text, "latin1");
}
