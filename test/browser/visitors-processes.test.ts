import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { type Program, startProgram } from "../program.ts";
import { type Broker, skipWithout, startBroker } from "../relays/brokers.ts";
import { launchChromium, skipWithoutChromium } from "./chromium.ts";

const program = "examples/visitors/server.ts";

describe("the visitor counter in two processes joined by Redis", {
  skip: skipWithoutChromium || skipWithout("redis"),
}, () => {
  let broker: Broker;
  let browser: Browser;
  let one: Program;
  let other: Program;

  before(async () => {
    broker = await startBroker("redis");
    const environment = { REDIS: broker.url, SPINDASH_PRESENCE_HEARTBEAT: "500ms" };
    [one, other] = await Promise.all([
      startProgram(program, environment),
      startProgram(program, environment),
    ]);
    browser = await launchChromium();
  });

  after(async () => {
    await browser?.close();
    await one?.stop();
    await other?.stop();
    await broker?.remove();
  });

  async function openTab({ url }: Program): Promise<Page> {
    const tab = await browser.newPage();
    await tab.goto(url);
    return tab;
  }

  async function shows(tab: Page, count: number): Promise<void> {
    const isShown = (expected: string): boolean => document.getElementById("count")?.textContent === expected;
    await tab.waitForFunction(isShown, String(count), { timeout: 20_000 });
  }

  it("counts the visitors of both, live, and those of a killed one no more", async () => {
    const here = await openTab(one);
    await shows(here, 1);
    const there = await openTab(other);
    for (const tab of [here, there]) await shows(tab, 2);
    const third = await openTab(other);
    for (const tab of [here, there, third]) await shows(tab, 3);
    await third.close();
    for (const tab of [here, there]) await shows(tab, 2);
    assert.match((await here.textContent("#agents li")) ?? "", /^2×.*Chrome/);
    await other.stop("SIGKILL");
    await shows(here, 1);
  });
});
