import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { type Program, startProgram } from "../program.ts";
import { launchChromium, skipWithoutChromium } from "./chromium.ts";

const PLAIN_CLIENTS = 200;

describe("the visitor counter in a browser", { skip: skipWithoutChromium }, () => {
  let program: Program;
  let browser: Browser;

  before(async () => {
    program = await startProgram("examples/visitors/server.ts");
    browser = await launchChromium();
  });

  after(async () => {
    await browser?.close();
    assert.equal(await program?.stop(), 0, "the server ends well on Ctrl-C");
  });

  it("shows three in each of three tabs, and two when one closes", async () => {
    const tabs = await openTabs(3);
    await everyTabShows(tabs, 3);
    await tabs.pop()?.close();
    await everyTabShows(tabs, 2);
    await closeAll(tabs);
  });

  it("lists the user agents with how many there are of each", async () => {
    const tabs = await openTabs(2);
    await everyTabShows(tabs, 2);
    const row = await tabs[0]?.textContent("#agents li");
    assert.match(row ?? "", /^2×.*Chrome/);
    await closeAll(tabs);
  });

  it("counts 200 plain clients beside the browser, live as they come and go", async () => {
    const tabs = await openTabs(1);
    const sockets = await Promise.all(Array.from({ length: PLAIN_CLIENTS }, openPlainSocket));
    await everyTabShows(tabs, PLAIN_CLIENTS + 1);
    for (const socket of sockets.splice(0, PLAIN_CLIENTS / 2)) socket.destroy();
    await everyTabShows(tabs, PLAIN_CLIENTS / 2 + 1);
    for (const socket of sockets) socket.destroy();
    await everyTabShows(tabs, 1);
    await closeAll(tabs);
  });

  it("shows hostile user agents as text", async () => {
    const tabs = await openTabs(1);
    const socket = await openPlainSocket("<img src=x onerror=document.title='owned'>");
    await everyTabShows(tabs, 2);
    assert.equal(await tabs[0]?.locator("#agents img").count(), 0);
    socket.destroy();
    await closeAll(tabs);
  });

  it("reconnects by itself when the server comes back", async () => {
    const tabs = await openTabs(1);
    await everyTabShows(tabs, 1);
    const { port } = new URL(program.url);
    await program.stop();
    await tabs[0]?.waitForFunction(() => document.body.className === "offline");
    program = await startProgram("examples/visitors/server.ts", { PORT: port });
    await everyTabShows(tabs, 1);
    await closeAll(tabs);
  });

  async function openTabs(count: number): Promise<Page[]> {
    return Promise.all(
      Array.from({ length: count }, async () => {
        const page = await browser.newPage();
        await page.goto(program.url);
        return page;
      }),
    );
  }

  /** Opens a websocket with bare bytes and reads whatever comes. */
  async function openPlainSocket(agent: unknown): Promise<Socket> {
    const { hostname, port, host } = new URL(program.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `GET /feed HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n` +
        `User-Agent: ${typeof agent === "string" ? agent : "plain client"}\r\n\r\n`,
    );
    const [answer] = (await once(socket, "data")) as [Buffer];
    assert.match(answer.toString("latin1"), /^HTTP\/1\.1 101 /);
    socket.resume();
    return socket;
  }
});

describe("the visitor counter's source", () => {
  it("has at most 85 lines of TypeScript, HTML and JavaScript together", () => {
    const files = ["server.ts", "page.html"].map(
      (name) => new URL(`../../examples/visitors/${name}`, import.meta.url),
    );
    const lines = files.map((file) => readFileSync(file, "utf8").trimEnd().split("\n").length);
    assert.ok(lines.reduce((sum, count) => sum + count) <= 85);
  });
});

async function everyTabShows(tabs: readonly Page[], count: number): Promise<void> {
  const shows = (expected: string): boolean => document.getElementById("count")?.textContent === expected;
  await Promise.all(tabs.map((tab) => tab.waitForFunction(shows, String(count), { timeout: 15_000 })));
}

async function closeAll(tabs: readonly Page[]): Promise<void> {
  await Promise.all(tabs.map((tab) => tab.close()));
}
