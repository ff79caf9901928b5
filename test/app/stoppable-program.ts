// A program for run-program.test.ts: `/slow` ends its answer only once the server has been told to stop.
import { Spindash, stream } from "spindash";

const app = new Spindash("stoppable", { config: { gracefulStopTimeout: process.env.STOP_TIMEOUT ?? "15s" } });
const stopping = new Promise<void>((resolve) => {
  app.beforeServerStop(() => resolve());
});
app.get("/slow", () =>
  stream(async (out) => {
    await out.write("begun ");
    await stopping;
    await new Promise((resolve) => setTimeout(resolve, 30));
    await out.write("finished");
  }),
);
app.get("/never", () =>
  stream(async (out) => {
    await out.write("begun");
    await new Promise(() => {});
  }),
);
if (process.env.STUCK_TASK !== undefined) app.addTask(() => new Promise(() => {}), { name: "poll" });
if (process.env.START_ERROR !== undefined) {
  app.beforeServerStart(() => {
    throw new Error(process.env.START_ERROR);
  });
}
await app.run({ port: Number(process.env.PORT) });
