import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Config, type ConfigOptions, SetupError, Spindash } from "spindash";
import { configKinds, environmentVariable, resolveConfig } from "../../src/app/config.ts";
import type { ConfigKind, ConfigValue } from "../../src/app/config-value.ts";

const keys = Object.keys(configKinds) as (keyof Config)[];

/** For each kind values as given and as read. */
const SAMPLES: Record<ConfigKind, [given: unknown, read: ConfigValue][]> = {
  duration: [
    ["90s", 90],
    ["250ms", 0.25],
    ["5m", 300],
    [7, 7],
    ["7", 7],
    [0.5, 0.5],
  ],
  durationFromZero: [
    [0, 0],
    ["20s", 20],
  ],
  size: [
    ["64kb", 65_536],
    ["2mb", 2 * 1024 * 1024],
    ["512b", 512],
    [4096, 4096],
  ],
  sizeFromZero: [
    [0, 0],
    ["1kb", 1024],
  ],
  messageSize: [
    ["64kb", 65_536],
    [4096, 4096],
  ],
  count: [
    [50, 50],
    ["50", 50],
  ],
  countFromZero: [
    [0, 0],
    ["3", 3],
  ],
  status: [
    [400, 400],
    ["422", 422],
  ],
  boolean: [
    [true, true],
    [false, false],
    ["yes", true],
    ["ON", true],
    ["1", true],
    ["no", false],
    ["disabled", false],
  ],
  errorFormat: [
    ["json", "json"],
    ["auto", "auto"],
  ],
  text: [["s3cret", "s3cret"]],
  list: [
    [
      ["10.0.0.0/8", "::1"],
      ["10.0.0.0/8", "::1"],
    ],
    ["10.0.0.0/8, ::1,", ["10.0.0.0/8", "::1"]],
  ],
};

const UNUSABLE: Record<ConfigKind, unknown[]> = {
  duration: ["soon", "5 s", "-5s", -5, 0, "0s", Number.NaN, Number.POSITIVE_INFINITY, true, null, {}, ""],
  durationFromZero: ["soon", -5, true],
  size: ["big", "1.5b", -1, 0, "0", "1mm", Number.NaN, false, [], ""],
  sizeFromZero: ["big", -1, true],
  messageSize: ["big", 0, "1gb", Number.MAX_SAFE_INTEGER],
  count: ["many", 1.5, -1, 0, Number.NaN, "", "1e99"],
  countFromZero: ["many", 1.5, -1, Number.NaN],
  status: [200, "404", "422.5", true, null, {}],
  boolean: ["maybe", 2, null, {}, ""],
  errorFormat: ["xml", "JSON", "", 5, null, "__proto__"],
  text: [5, true, null],
  list: [5, null, {}, [1]],
};

describe("the settings", () => {
  for (const key of keys) {
    test(`${key} is read from the program and from ${environmentVariable(key)}`, () => {
      for (const [given, read] of SAMPLES[configKinds[key]]) {
        assert.deepEqual(resolveConfig({ config: { [key]: given } as ConfigOptions }).config[key], read);
        assert.deepEqual(resolveConfig({}, { [environmentVariable(key)]: String(given) }).config[key], read);
      }
    });

    test(`${key} refuses what it cannot use, naming itself`, () => {
      for (const value of UNUSABLE[configKinds[key]]) {
        const options = { [key]: value } as ConfigOptions;
        assert.throws(
          () => resolveConfig({ config: options }),
          (error) => isUnusable(error, key),
          `${key}: ${String(value)}`,
        );
        if (typeof value !== "string" || value === "") continue;
        const variable = environmentVariable(key);
        assert.throws(
          () => resolveConfig({}, { [variable]: value }),
          (error) => isUnusable(error, variable),
        );
      }
    });
  }

  test("the environment variable of a key is in capitals with underscores", () => {
    assert.equal(environmentVariable("keepAliveTimeout"), "SPINDASH_KEEP_ALIVE_TIMEOUT");
    assert.equal(environmentVariable("debug"), "SPINDASH_DEBUG");
  });

  test("the defaults are those that are documented", () => {
    const documented: Partial<Config> = {
      requestLineLimit: 8 * 1024,
      headLimit: 16 * 1024,
      headerCountLimit: 100,
      bodyLimit: 1024 * 1024,
      headTimeout: 10,
      bodyTimeout: 30,
      minimumReceiveRate: 240,
      sendTimeout: 30,
      minimumSendRate: 240,
      handlerTimeout: 60,
      keepAliveTimeout: 75,
      maxRequestsPerConnection: 0,
      maxConnections: 0,
      gracefulStopTimeout: 15,
      websocketMessageLimit: 1024 * 1024,
      websocketPingInterval: 20,
      websocketPongTimeout: 20,
      websocketBufferLimit: 1024 * 1024,
      websocketBufferHardLimit: 16 * 1024 * 1024,
      websocketCompression: false,
      websocketCompressionThreshold: 1024,
      websocketCompressionMemory: 64 * 1024 * 1024,
      debug: false,
      reuseReadBuffer: true,
    };
    const defaults = resolveConfig().config;
    for (const [key, value] of Object.entries(documented))
      assert.equal(defaults[key as keyof Config], value, key);
  });

  test("the program wins over the environment, and the environment over the defaults", () => {
    const environment = { SPINDASH_BODY_LIMIT: "2mb", SPINDASH_HEAD_TIMEOUT: "3s" };
    const config = resolveConfig({ config: { bodyLimit: "4mb" } }, environment).config;
    assert.equal(config.bodyLimit, 4 * 1024 * 1024);
    assert.equal(config.headTimeout, 3);
  });

  test("empty variables, undefined values and foreign variables change nothing", () => {
    const environment = {
      SPINDASH_BODY_LIMIT: "",
      SPINDASH_HEAD_TIMEOUT: undefined,
      SPINDASH_COLOUR: "blue",
    };
    const config = { debug: undefined } as unknown as ConfigOptions;
    assert.deepEqual(resolveConfig({ config }, environment).config, resolveConfig().config);
  });

  const UNKNOWN: [key: string, hint: RegExp][] = [
    ["bodylimit", /There is no setting "bodylimit"; did you mean bodyLimit\?/],
    ["handlerTimout", /did you mean handlerTimeout\?/],
    ["colour", /known ones: requestLineLimit, /],
    ["__proto__", /There is no setting "__proto__"/],
    ["constructor", /There is no setting "constructor"/],
    ["toString", /There is no setting "toString"/],
  ];
  for (const [key, hint] of UNKNOWN) {
    test(`the unknown key ${key} is a setup error with a hint`, () => {
      const options = Object.defineProperty({}, key, { value: 1, enumerable: true });
      assert.throws(() => resolveConfig({ config: options }), { name: "SetupError", message: hint });
    });
  }

  test("an app reads them from its options and from the process's environment", () => {
    process.env.SPINDASH_BODY_LIMIT = "3mb";
    try {
      assert.equal(new Spindash("a").config.bodyLimit, 3 * 1024 * 1024);
      assert.equal(new Spindash("a", { config: { bodyLimit: "1kb" } }).config.bodyLimit, 1024);
    } finally {
      delete process.env.SPINDASH_BODY_LIMIT;
    }
    assert.throws(() => new Spindash("a", { config: { bodyLimit: "much" } }), SetupError);
  });
});

function isUnusable(error: unknown, name: string): true {
  assert.ok(error instanceof SetupError);
  assert.match(error.message, new RegExp(`^The setting ${name} is not usable: `));
  return true;
}
