import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { type Logger, parseDuration, Spindash } from "spindash";
import { type ConfigInput, resolveConfig } from "../../src/app/config.ts";
// What programs have that tsx runs: settings in TypeScript are loaded by require().
import "tsx/cjs";

const folder = mkdtempSync(join(tmpdir(), "spindash-config-"));
after(() => rmSync(folder, { recursive: true }));

/** Writes a file of settings, and gives its path. */
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("sources of settings", () => {
  const SAMES: [kind: string, name: string, text: string][] = [
    [
      "JSON",
      "same.json",
      '{ "bodyLimit": "2mb", "debug": true, "trustedProxies": ["::1"], "proxiesCount": 2 }',
    ],
    [
      "TOML",
      "same.toml",
      'bodyLimit = "2mb" # twice\ndebug = true\ntrustedProxies = ["::1"]\nproxiesCount = 2\n',
    ],
    [
      "an .env file",
      "same.env",
      'SPINDASH_BODY_LIMIT="2mb"\nexport SPINDASH_DEBUG=yes\n# note\nOTHER=1\nSPINDASH_TRUSTED_PROXIES=::1\nSPINDASH_PROXIES_COUNT=2\n',
    ],
    [
      "a module's default export",
      "same.mjs",
      'export default { bodyLimit: "2mb", debug: true, trustedProxies: ["::1"], proxiesCount: 2 };\n',
    ],
    [
      "what a module exports as config",
      "config.mjs",
      'export const config = { bodyLimit: "2mb", debug: true, trustedProxies: ["::1"], proxiesCount: 2 };\n',
    ],
    [
      "a TypeScript module",
      "same.ts",
      'const limit: string = "2mb";\nexport default { bodyLimit: limit, debug: true, trustedProxies: ["::1"], proxiesCount: 2 };\n',
    ],
  ];
  for (const [kind, name, text] of SAMES) {
    test(`${kind} gives its settings, by path and by URL`, () => {
      const path = file(name, text);
      for (const source of [path, pathToFileURL(path)]) {
        const { config } = resolveConfig({ sources: [source] });
        assert.equal(config.bodyLimit, 2 * 1024 * 1024);
        assert.equal(config.debug, true);
        assert.deepEqual(config.trustedProxies, ["::1"]);
        assert.equal(config.proxiesCount, 2);
      }
    });
  }

  test("of several the later one wins, the environment over all, and the program over that", () => {
    const sources = [
      file(
        "order.json",
        '{ "headTimeout": 1, "bodyTimeout": 1, "handlerTimeout": 1, "keepAliveTimeout": 1 }',
      ),
      file(
        "order.env",
        "SPINDASH_BODY_TIMEOUT=2\nSPINDASH_HANDLER_TIMEOUT=2\nSPINDASH_KEEP_ALIVE_TIMEOUT=2\n",
      ),
      { keepAliveTimeout: 3, handlerTimeout: 3 },
    ];
    const environment = { SPINDASH_KEEP_ALIVE_TIMEOUT: "4", SPINDASH_GRACEFUL_STOP_TIMEOUT: "4" };
    const { config } = resolveConfig({ sources, config: { gracefulStopTimeout: 5 } }, environment);
    const { headTimeout, bodyTimeout, handlerTimeout, keepAliveTimeout, gracefulStopTimeout } = config;
    assert.deepEqual(
      [headTimeout, bodyTimeout, handlerTimeout, keepAliveTimeout, gracefulStopTimeout],
      [1, 2, 3, 4, 5],
    );
  });

  test("an .env file need not be there; any other must", () => {
    assert.deepEqual(
      resolveConfig({ sources: [join(folder, ".env"), join(folder, ".env.local")] }),
      resolveConfig(),
    );
    for (const name of ["none.json", "none.toml", "none.mjs"])
      assert.throws(() => resolveConfig({ sources: [join(folder, name)] }), {
        name: "SetupError",
        message: /none/,
      });
  });

  const MALFORMED: [title: string, name: string, text: string, message: RegExp][] = [
    [
      "JSON",
      "bad.json",
      '{\n  "debug": true,\n  "password": "hunter2",,\n}',
      /bad\.json are no JSON: line 3, column 25: /,
    ],
    ["empty JSON", "empty.json", "", /empty\.json are no JSON: line 1/],
    ["JSON that is no object", "list.json", "[1]", /list\.json are no object/],
    [
      "TOML",
      "bad.toml",
      'debug = true\npassword = "hunter2\n',
      /bad\.toml are no TOML at line 2, column \d+: /,
    ],
    [
      "a key given twice",
      "twice.toml",
      'debug = true\ndebug = "hunter2"\n',
      /twice\.toml are no TOML at line 2/,
    ],
    ["a module", "bad.mjs", "export default {;", /bad\.mjs cannot be loaded: /],
    [
      "a module that throws",
      "throws.mjs",
      'throw new Error("no database");',
      /throws\.mjs cannot be loaded: no database/,
    ],
    ["a module without an object", "number.mjs", "export default 5;", /number\.mjs are no object/],
    [
      "a kind of file that there is not",
      "bad.yaml",
      "debug: true",
      /expected \.json, \.toml, \.env, or a module/,
    ],
    [
      "a key that there is not",
      "key.json",
      '{ "bodyLimt": 5 }',
      /"bodyLimt" in .*key\.json; did you mean bodyLimit\?/,
    ],
    [
      "a key of objects",
      "proto.json",
      '{ "__proto__": { "debug": true } }',
      /There is no setting "__proto__"/,
    ],
    [
      "a value that cannot be read",
      "value.toml",
      'bodyLimit = "big"',
      /bodyLimit of .*value\.toml is not usable/,
    ],
    [
      "a variable that cannot be read",
      "value.env",
      "SPINDASH_BODY_LIMIT=big",
      /SPINDASH_BODY_LIMIT of .*value\.env is not/,
    ],
  ];
  for (const [title, name, text, message] of MALFORMED) {
    test(`${title} is refused, saying where, and never what a secret may be`, () => {
      const path = file(name, text);
      assert.throws(
        () => resolveConfig({ sources: [path] }),
        (error: Error) => {
          assert.equal(error.name, "SetupError");
          assert.match(error.message, message);
          assert.ok(!error.message.includes("hunter2"), error.message);
          return true;
        },
      );
    });
  }

  test("a folder in place of a file is refused", () => {
    assert.throws(() => resolveConfig({ sources: [file("x.json", "{}").replace("x.json", "")] }), {
      name: "SetupError",
    });
  });
});

describe("settings of the app's own", () => {
  const settings = {
    pageSize: 20,
    isOpen: false,
    greeting: "Hello",
    languages: ["en"],
    cacheFor: (text = "5m") => parseDuration(text),
    database: (text: string | undefined) => new URL(text ?? ""),
  } as const;
  const environment = { SPINDASH_DATABASE: "postgres://db/shop" };

  test("have the values of their definitions, unless something is given", () => {
    const { settings: values } = resolveConfig({ settings }, environment);
    assert.deepEqual(values, { ...settings, cacheFor: 300, database: new URL("postgres://db/shop") });
  });

  test("are read from every source, by the type of their default", () => {
    const sources = [
      file("own.toml", 'pageSize = 50\nlanguages = ["de", "it"]\nbodyLimit = "2mb"\n'),
      file("own.env", "SPINDASH_IS_OPEN=yes\nSPINDASH_GREETING=1\n"),
    ];
    const variables = { ...environment, SPINDASH_CACHE_FOR: "30s", SPINDASH_LANGUAGES: "fr, nl" };
    const resolved = resolveConfig({ sources, settings }, variables);
    assert.deepEqual(resolved.settings, {
      pageSize: 50,
      isOpen: true,
      greeting: "1",
      languages: ["fr", "nl"],
      cacheFor: 30,
      database: new URL("postgres://db/shop"),
    });
    assert.equal(resolved.config.bodyLimit, 2 * 1024 * 1024);
    assert.deepEqual(resolved.warnings, []);
  });

  const WRONG: [title: string, input: ConfigInput, variables: Record<string, string>, message: RegExp][] = [
    ["one that is missing", { settings }, {}, /The setting database is missing .* set SPINDASH_DATABASE/],
    [
      "a number that is none",
      { settings: { size: 1 } },
      { SPINDASH_SIZE: "hunter2" },
      /SPINDASH_SIZE is not usable: expected a number$/,
    ],
    [
      "a boolean that is none",
      { settings: { on: true } },
      { SPINDASH_ON: "hunter2" },
      /expected true or false$/,
    ],
    [
      "text that is none",
      { settings: { name: "" }, sources: [{ name: 5 }] },
      {},
      /name is not usable: expected text$/,
    ],
    [
      "a list that is none",
      { settings: { names: ["a"] }, sources: [{ names: 5 }] },
      {},
      /expected a list of texts$/,
    ],
    [
      "what its reader refuses",
      {
        settings: {
          key: (text: string | undefined) => {
            throw new Error(`${text} is too short, ${text}!`);
          },
        },
      },
      { SPINDASH_KEY: "hunter2" },
      /SPINDASH_KEY is not usable: … is too short, …!$/,
    ],
    ["a name of Spindash", { settings: { bodyLimit: 5 } }, {}, /Spindash has a setting bodyLimit itself/],
    ["a name that no variable has", { settings: { "page-size": 5 } }, {}, /cannot name a setting/],
    [
      "a name of objects",
      { settings: JSON.parse('{"__proto__": 5}') as object as ConfigInput["settings"] },
      {},
      /cannot name/,
    ],
    [
      "a misspelt one",
      { settings: { pageSize: 5 }, sources: [{ pageSise: 5 }] },
      {},
      /did you mean pageSize\?/,
    ],
  ];
  for (const [title, input, variables, message] of WRONG) {
    test(`${title} is refused, and a value is never told`, () => {
      assert.throws(
        () => resolveConfig(input, variables),
        (error: Error) => {
          assert.equal(error.name, "SetupError");
          assert.match(error.message, message);
          assert.ok(!`${error.stack}${String(error.cause)}`.includes("hunter2"));
          return true;
        },
      );
    });
  }

  test("of an app are typed, and cannot be changed", () => {
    process.env.SHOP_PAGE_SIZE = "7";
    const app = new Spindash("shop", { settings: { pageSize: 20 }, envPrefix: "SHOP_" });
    delete process.env.SHOP_PAGE_SIZE;
    assert.equal(app.settings.pageSize.toFixed(), "7");
    assert.throws(() => Object.assign(app.settings, { pageSize: 8 }), TypeError);
    assert.deepEqual(new Spindash("none").settings, {});
  });
});

describe("variables that name no setting", () => {
  test("are told with the nearest one, and never with their value", () => {
    const { warnings } = resolveConfig(
      { settings: { pageSize: 5 } },
      {
        SPINDASH_BODY_LIMT: "hunter2",
        SPINDASH_PAGE_SIZES: "hunter2",
        SPINDASH_SOMETHING_ELSE: "hunter2",
        OTHER_BODY_LIMT: "hunter2",
        SPINDASH_DEBUGG: "",
      },
    );
    assert.deepEqual(warnings, [
      "The environment variable SPINDASH_BODY_LIMT names no setting; did you mean SPINDASH_BODY_LIMIT?",
      "The environment variable SPINDASH_PAGE_SIZES names no setting; did you mean SPINDASH_PAGE_SIZE?",
      "The environment variable SPINDASH_SOMETHING_ELSE names no setting; it changes nothing",
    ]);
  });

  test("go to the app's log", () => {
    const warned: string[] = [];
    const nothing = (): void => {};
    const logger: Logger = {
      debug: nothing,
      info: nothing,
      warn: (_details, message = "") => void warned.push(message),
      error: nothing,
    };
    process.env.SPINDASH_BODY_LIMT = "5mb";
    new Spindash("warned", { logger });
    delete process.env.SPINDASH_BODY_LIMT;
    assert.equal(warned.length, 1);
    assert.match(warned[0] ?? "", /did you mean SPINDASH_BODY_LIMIT/);
  });

  test("are nobody's business under another prefix, or under none", () => {
    const environment = {
      SPINDASH_BODY_LIMIT: "2mb",
      SPINDASH_X: "1",
      SHOP_BODY_LIMIT: "3mb",
      BODY_LIMIT: "4mb",
    };
    const limitOf = (prefix: string): number => resolveConfig({ prefix }, environment).config.bodyLimit;
    assert.equal(limitOf("SHOP_"), 3 * 1024 * 1024);
    assert.equal(limitOf(""), 1024 * 1024);
    assert.deepEqual(resolveConfig({ prefix: "" }, environment).warnings, []);
  });

  test("are never taken for a setting, whatever they are called", () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().map((name) => `SPINDASH_${name}`),
          fc.string({ minLength: 1 }),
        ),
        (variables) => {
          fc.pre(Object.keys(variables).every((name) => !/^SPINDASH_[A-Z_]+$/.test(name)));
          const { config, warnings } = resolveConfig({}, variables);
          assert.deepEqual(config, resolveConfig().config);
          assert.equal(warnings.length, Object.keys(variables).length);
        },
      ),
    );
  });
});
