import { defineConfig, type UserConfig } from "tsdown";

const config: UserConfig = defineConfig({
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
});

export default config;
