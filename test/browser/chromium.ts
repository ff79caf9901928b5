import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Browser } from "playwright-core";

/** The Chromium on PATH, undefined when there is none. */
const chromiumPath: string | undefined = (process.env.PATH ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "chromium"))
  .find((path) => existsSync(path));

/** Why browser tests are skipped, or false to run them. On CI they run, and fail without a browser. */
export const skipWithoutChromium: string | false =
  chromiumPath === undefined && !process.env.CI
    ? "Chromium is not on PATH (Debian: apt-get install chromium)"
    : false;

/** Starts a headless browser; rejects when there is none. */
export async function launchChromium(): Promise<Browser> {
  if (chromiumPath === undefined)
    throw new Error("Chromium is not on PATH; install Debian's package chromium");
  const { chromium } = await import("playwright-core");
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
    ],
  });
}
