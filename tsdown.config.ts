import { defineConfig, type UserConfig } from "tsdown";

const node: UserConfig = {
  name: "node",
  entry: {
    index: "src/index.ts",
    testing: "src/testing/index.ts",
    redis: "src/websocket/relays/redis.ts",
    nats: "src/websocket/relays/nats.ts",
  },
  format: "esm",
  platform: "node",
  target: "node20.19",
  dts: { oxc: true },
  sourcemap: false,
  clean: true,
};

/** For pages: nothing of the server may come along, and a page may load it as it is. */
const browser: UserConfig = {
  name: "client",
  entry: { client: "src/client/index.ts" },
  format: "esm",
  platform: "browser",
  target: "es2022",
  outExtensions: () => ({ js: ".mjs", dts: ".d.mts" }),
  dts: { oxc: true },
  minify: true,
  clean: false,
};

const config: UserConfig[] = defineConfig([node, browser]);

export default config;
