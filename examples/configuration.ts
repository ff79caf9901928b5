// Settings: those of Spindash and the app's own, from an .env file, an object, the environment and the program.
import { parseDuration, Spindash } from "spindash";

const app = new Spindash("shop", {
  envPrefix: "SHOP_",
  configSources: [".env", { bodyLimit: "64kb", greeting: "Hello" }],
  settings: {
    greeting: "Hi",
    pageSize: 20,
    cacheFor: (text = "5m") => parseDuration(text),
    shop: (text = "http://localhost") => new URL(text),
  },
  config: { errorFormat: "problem" },
});

// SHOP_PAGE_SIZE=50 SHOP_SHOP=https://example.com node examples/configuration.ts
app.get("/", () => ({
  greeting: app.settings.greeting,
  pageSize: app.settings.pageSize,
  cacheFor: app.settings.cacheFor,
  shop: app.settings.shop.origin,
  bodyLimit: app.config.bodyLimit,
}));

await app.run({ port: Number(process.env.PORT ?? 8000) });
