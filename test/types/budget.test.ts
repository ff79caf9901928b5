import assert from "node:assert/strict";
import { describe, it } from "node:test";
import ts from "typescript";
import { createProgram, fileOf } from "./compiler.ts";

const FILE = "budget-app.ts";

/** Programs of many routes, by what each route has. */
const apps: {
  name: string;
  head: string;
  route: (index: number) => string;
  budget: number;
  most?: number;
}[] = [
  {
    name: "routes with two parameters",
    head: "",
    route: (i) =>
      `app.get("/r${i}/<id:int>/x/<name>", (_req, { id, name }) => ({ id: id + 1, name: name.trim() }));`,
    budget: 60_000,
    most: 500,
  },
  {
    name: "routes with two parameters, options and an injected value",
    head: `
      const user = provide(() => ({ id: 7 }));`,
    route: (i) =>
      `app.get("/r${i}/<id:int>/x/<name>", { name: "r${i}", inject: { user } }, (_req, { id, user }) => [id + user.id]);`,
    budget: 90_000,
  },
  {
    name: "routes with two parameters and a schema",
    head: `
      const body: StandardSchema<unknown, { title: string; price: number }> = {
        "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [] }) },
      };`,
    route: (i) =>
      `app.post("/r${i}/<id:int>/x/<name>", { body }, (_req, { id, body }) => ({ id, title: body.title }));`,
    budget: 90_000,
  },
  {
    name: "routes of an app that injects everywhere",
    head: `
      const bare = app;
      {
        const app = bare.inject({ user: provide(() => ({ id: 7 })) });`,
    route: (i) => `app.get("/r${i}/<id:int>/x/<name>", (_req, { id, user }) => [id + user.id]);`,
    budget: 60_000,
  },
];

describe("what routes cost the compiler, in type instantiations", () => {
  for (const { name, head, route, budget, most = 200 } of apps) {
    it(`grows in a line with ${name}; 200 stay within ${budget}`, (t) => {
      const program = (count: number): string =>
        [
          'import { provide, Spindash, type StandardSchema } from "spindash";',
          'const app = new Spindash("budget");',
          head,
          ...Array.from({ length: count }, (_, index) => route(index)),
          head.includes("{\n        const app") ? "}" : "",
          "export { provide, type StandardSchema };",
        ].join("\n");
      const empty = instantiationsOf(program(0));
      const counts = [...new Set([100, 200, most])];
      const costs = counts.map((count) => instantiationsOf(program(count)) - empty);
      t.diagnostic(counts.map((count, index) => `${count}: ${costs[index]}`).join(", "));
      const [hundred = 0, twoHundred = 0] = costs;
      const many = costs.at(-1) ?? 0;
      assert.ok(twoHundred <= budget, `${twoHundred} for 200 routes`);
      const growth = many / hundred / (most / 100);
      assert.ok(growth <= 1.05, `${hundred} for 100 routes, ${many} for ${most}`);
      assert.ok(growth >= 0.8, "the routes are what is counted");
    });
  }
});

/** How many types the compiler makes of others to check a program. */
function instantiationsOf(source: string): number {
  const program = createProgram([FILE], { [FILE]: source });
  const file = fileOf(program, FILE);
  const mistakes = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  assert.deepEqual(
    mistakes.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
    [],
  );
  return program.getInstantiationCount();
}
