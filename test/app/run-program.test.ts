import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { projectFolder, typescriptArguments } from "../../scripts/setup.mjs";
import { type Program, startProgram } from "../program.ts";

const PROGRAM = "test/app/stoppable-program.ts";

/** Starts the program, and collects what it prints as an error. */
async function start(
  environment: Record<string, string> = {},
): Promise<{ program: Program; errors: () => string }> {
  const program = await startProgram(PROGRAM, environment);
  let errors = "";
  program.child.stderr?.on("data", (data: Buffer) => {
    errors += data.toString();
  });
  return { program, errors: () => errors };
}

/** Asks for a path whose answer begins at once, and gives the rest of the answer. */
async function begin(url: string): Promise<() => Promise<string>> {
  const response = await fetch(url);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const first = await reader.read();
  assert.match(Buffer.from(first.value ?? []).toString(), /^begun/);
  return async () => {
    let rest = "";
    for (let piece = await reader.read(); !piece.done; piece = await reader.read())
      rest += Buffer.from(piece.value).toString();
    return rest;
  };
}

/** Runs the program until it ends or has said `until`, and gives what it printed. */
async function printed(
  environment: Record<string, string>,
  until = "nothing",
): Promise<{ code: number | null; output: string; errors: string }> {
  const child = spawn(process.execPath, [...typescriptArguments(), PROGRAM], {
    cwd: projectFolder,
    env: { ...process.env, PORT: "0", ...environment },
  });
  let output = "";
  let errors = "";
  child.stdout.on("data", (data: Buffer) => {
    output += data.toString();
    if (output.includes(until)) child.kill("SIGINT");
  });
  child.stderr.on("data", (data: Buffer) => {
    errors += data.toString();
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output, errors };
}

describe("app.run()", { concurrency: 2 }, () => {
  test("SIGINT stops it with code 0, after the request in flight is answered", async () => {
    const { program, errors } = await start();
    const rest = await begin(`${program.url}/slow`);
    const [code, text] = await Promise.all([program.stop("SIGINT"), rest()]);
    assert.equal(text, "finished");
    assert.equal(code, 0);
    assert.equal(errors(), "SIGINT: stopping; what is in flight has 15 s to end. Once more: stop at once.\n");
  });

  test("a second signal ends it at once, with code 1", async () => {
    const { program, errors } = await start();
    const rest = await begin(`${program.url}/never`);
    const exit = once(program.child, "exit");
    program.child.kill("SIGINT");
    while (!errors().includes("stopping")) await sleep(5);
    program.child.kill("SIGTERM");
    const [code] = (await exit) as [number];
    assert.equal(code, 1);
    assert.equal(errors().match(/stopping/g)?.length, 1);
    await assert.rejects(rest());
  });

  test("SIGTERM stops it too; what does not end in time is cut, and tasks are named", async () => {
    const { program, errors } = await start({ STUCK_TASK: "1", STOP_TIMEOUT: "50ms" });
    const rest = await begin(`${program.url}/never`);
    const [code] = await Promise.all([program.stop("SIGTERM"), assert.rejects(rest())]);
    assert.equal(code, 0);
    assert.match(errors(), /These tasks did not stop in time: poll\n$/);
  });

  test("a port that is in use is one sentence that names it, and code 1", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { code, output, errors } = await printed({ PORT: String(port) });
    other.close();
    assert.equal(code, 1);
    assert.equal(output, "");
    assert.equal(
      errors,
      `Port ${port} on 127.0.0.1 is in use; stop the program that has it, or choose another: app.run({ port: ${port + 1} })\n`,
    );
  });

  test("an error of a start listener is shown with its stack, and code 1", async () => {
    const { code, output, errors } = await printed({ START_ERROR: "no database" });
    assert.equal(code, 1);
    assert.equal(output, "");
    assert.match(
      errors,
      /^The server did not start: The beforeServerStart listener failed: no database\nError: no database\n[\s\S]*stoppable-program\.ts:\d+/,
    );
  });

  test("the banner comes on a pipe without colours, and marks debug mode", async () => {
    const { code, output } = await printed({ SPINDASH_DEBUG: "1" }, "!!\n!!!!");
    assert.equal(code, 0);
    assert.match(output, /│ app +│ stoppable +│/);
    assert.match(output, /│ address +│ http:\/\/127\.0\.0\.1:[1-9]\d* +│/);
    assert.match(output, /!! DEBUG IS ON/);
    assert.ok(!output.includes("\u001b["));
  });
});
