import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { html, type RunningServer, Spindash, topic } from "spindash";
import { clientFile, ensureClient } from "../../scripts/client.mjs";
import { launchChromium, skipWithoutChromium } from "./chromium.ts";

const kept = topic<number>("kept", { history: 100 });

/** Shows the state, what was heard, and who is present, as text. */
const page = `<!doctype html><title>client</title><p id="state"><p id="heard"><p id="present">
<script type="module">
  import { connect } from "/client.mjs";
  const show = (id, value) => { document.getElementById(id).textContent = value; };
  const live = connect("/live");
  const heard = [];
  live.onState((state) => show("state", state));
  live.subscribe("kept", (number) => show("heard", heard.push(number) && heard.join()), { last: 2 });
  live.presence("kept", (members) => show("present", members.map(({ data }) => data).sort().join()));
  live.join("kept", new URLSearchParams(location.search).get("name"));
  window.publish = (data) => live.publish("kept", data);
</script>`;

describe("the client in a browser", { skip: skipWithoutChromium }, () => {
  let app: Spindash;
  let server: RunningServer;
  let browser: Browser;

  before(async () => {
    ensureClient();
    app = new Spindash("client");
    app.get("/", () => html(page));
    app.static("/client.mjs", clientFile);
    app.realtime("/live", { topics: [kept], publish: () => kept, join: () => true });
    server = await app.listen({ port: 0 });
    browser = await launchChromium();
  });

  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function openTab(name: string): Promise<Page> {
    const tab = await browser.newPage();
    await tab.goto(`${server.url}/?name=${name}`);
    return tab;
  }

  async function shows(tab: Page, id: string, expected: string): Promise<void> {
    const isShown = ([id, expected]: readonly string[]): boolean =>
      document.getElementById(id ?? "")?.textContent === expected;
    await tab.waitForFunction(isShown, [id, expected], { timeout: 20_000 });
  }

  it("hears what was kept and what comes, publishes, and sees who is there", async () => {
    for (const number of [1, 2, 3]) await app.publish(kept, number);
    const [tails, amy] = [await openTab("Tails"), await openTab("Amy")];
    for (const tab of [tails, amy]) await shows(tab, "present", "Amy,Tails");
    await tails.evaluate("publish(4)");
    await shows(amy, "heard", "2,3,4");
    await tails.close();
    await shows(amy, "present", "Amy");
    await amy.close();
  });

  it("comes back when the server does, with what it missed and what it had to say", async () => {
    const tab = await openTab("Tails");
    await shows(tab, "heard", "3,4");
    await app.publish(kept, 5);
    await shows(tab, "heard", "3,4,5");
    const { port } = new URL(server.url);
    await server.stop();
    await shows(tab, "state", "offline");
    await app.publish(kept, 6);
    await tab.evaluate("void publish(7)");
    server = await app.listen({ port: Number(port) });
    await shows(tab, "heard", "3,4,5,6");
    await app.publish(kept, 8);
    await shows(tab, "heard", "3,4,5,6,8");
    const numbers = (await app.history(kept)).map(({ data }) => data);
    assert.deepEqual(numbers.slice(-3), [6, 7, 8]);
    await shows(tab, "present", "Tails");
    await tab.close();
  });
});
