import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { ensureClient } from "../../scripts/client.mjs";
import { openWebSocket } from "../examples/websocket-client.ts";
import { type Program, startProgram } from "../program.ts";
import { launchChromium, skipWithoutChromium } from "./chromium.ts";

describe("the chat in two tabs", { skip: skipWithoutChromium }, () => {
  let program: Program;
  let browser: Browser;

  before(async () => {
    ensureClient();
    program = await startProgram("examples/chat/server.ts");
    browser = await launchChromium();
  });

  after(async () => {
    await browser?.close();
    assert.equal(await program?.stop(), 0, "the server ends well on Ctrl-C");
  });

  /** A tab of its own browser profile, so that each has its name. */
  async function enter(name: string, hash = ""): Promise<Page> {
    const tab = await (await browser.newContext()).newPage();
    await tab.goto(program.url + hash);
    await tab.fill("#hello input", name);
    await tab.click("#hello button");
    await shows(tab, "#members", name);
    return tab;
  }

  async function say(tab: Page, text: string): Promise<void> {
    await tab.fill("#say input", text);
    await tab.press("#say input", "Enter");
  }

  const shows = (tab: Page, selector: string, text: string): Promise<unknown> =>
    tab.locator(selector, { hasText: text }).first().waitFor({ timeout: 20_000 });

  const hides = (tab: Page, selector: string, text: string): Promise<unknown> =>
    tab.locator(selector, { hasText: text }).first().waitFor({ state: "detached", timeout: 20_000 });

  it("shows lines, names, who is there, and who is typing", async () => {
    const [tails, amy] = [await enter("Tails"), await enter("Amy")];
    for (const tab of [tails, amy]) for (const name of ["Tails", "Amy"]) await shows(tab, "#members", name);
    await amy.locator("#say input").pressSequentially("Hel");
    await shows(tails, "#typing", "Amy is typing");
    await say(amy, "Hello Tails!");
    for (const tab of [tails, amy]) await shows(tab, ".line", "Hello Tails!");
    await hides(tails, "#typing", "Amy is typing");
    assert.match((await tails.textContent(".line b")) ?? "", /^Amy$/);
    await amy.context().close();
    await hides(tails, "#members", "Amy");
    await tails.context().close();
  });

  it("keeps lines for those who come later, and rooms apart", async () => {
    const tails = await enter("Tails", "#music");
    for (let line = 1; line <= 3; line++) await say(tails, `line ${line}`);
    await shows(tails, ".line", "line 3");
    const amy = await enter("Amy", "#music");
    await shows(amy, ".line", "line 3");
    assert.deepEqual(await amy.locator(".line p").allTextContents(), ["line 1", "line 2", "line 3"]);
    await amy.click("nav a:has-text('#speed')");
    await shows(amy, "#room", "#speed");
    await hides(tails, "#members", "Amy");
    assert.equal(await amy.locator(".line").count(), 0);
    for (const tab of [tails, amy]) await tab.context().close();
  });

  it("shows hostile names and lines as text", async () => {
    const hostile = "<img src=x onerror=document.title='owned'>";
    const tails = await enter(hostile.slice(0, 30), "#hostile");
    await say(tails, hostile);
    await shows(tails, ".line p", hostile);
    assert.equal(await tails.locator("img").count(), 0);
    assert.equal(await tails.title(), "Chat");
    await tails.context().close();
  });

  it("goes on when the server was away, with what was said meanwhile", async () => {
    const tails = await enter("Tails", "#again");
    const { port } = new URL(program.url);
    await program.stop();
    await tails.locator("#state.offline").waitFor();
    await say(tails, "said while it was away");
    program = await startProgram("examples/chat/server.ts", { PORT: port });
    await shows(tails, ".line", "said while it was away");
    await tails.context().close();
  });

  it("lets nobody speak without a name, for others, or in what is no room", async () => {
    const ws = await openWebSocket(program.url, "/live");
    const tell = async (message: object): Promise<{ type: string; message?: string }> => {
      await ws.send(JSON.stringify({ ref: 1, ...message }));
      return JSON.parse(String(await ws.receive()));
    };
    const line = { type: "publish", topic: "#lobby", data: "hello" };
    assert.equal((await tell(line)).message, "You may not publish to #lobby");
    for (const topic of ["lobby", "#", "#a b", `#${"x".repeat(31)}`, "__proto__"])
      for (const type of ["subscribe", "join", "publish", "watch"])
        assert.equal(
          (await tell({ type, topic, data: { name: "Tails" } })).type,
          "error",
          `${type} ${topic}`,
        );
    await tell({ type: "join", topic: "#lobby", data: { name: "Tails" } });
    assert.equal((await tell({ ...line, data: { name: "Amy", text: "x" } })).type, "error");
    assert.equal((await tell(line)).type, "ok");
    await ws.close();
  });
});

describe("the chat's server", () => {
  it("has at most 60 lines and begins with a sentence", () => {
    const lines = readFileSync(new URL("../../examples/chat/server.ts", import.meta.url), "utf8")
      .trimEnd()
      .split("\n");
    assert.ok(lines.length <= 60, `${lines.length} lines`);
    assert.match(lines[0] ?? "", /^\/\/ [A-Z]/);
  });
});
