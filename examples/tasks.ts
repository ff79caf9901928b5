// Background work: a queue that a task works off, a schedule, and a way to look at both and to end them.
import { setTimeout as sleep } from "node:timers/promises";
import { NotFound, Spindash } from "spindash";

const app = new Spindash("worker", { ctx: { queue: [] as string[], done: [] as string[] } });

app.addTask(
  async (signal) => {
    while (!signal.aborted) {
      const job = app.ctx.queue.shift();
      if (job !== undefined) app.ctx.done.push(job.toUpperCase());
      else await sleep(20, undefined, { signal });
    }
  },
  { name: "queue" },
);

app.schedule("0 4 * * *", { name: "cleanup", timezone: "Europe/Rome" }, () => {
  app.ctx.done.length = 0;
});

app.post("/jobs/:job", (_req, { job }) => {
  app.ctx.queue.push(job);
  return { waiting: app.ctx.queue.length };
});
app.get("/jobs", () => app.ctx.done);
app.get("/tasks", () => Array.from(app.tasks, ({ name, state }) => ({ name, state })));
app.delete("/tasks/:name", async (_req, { name }) => {
  if (!(await app.cancelTask(name))) throw new NotFound(`There is no task ${name}`);
  return { cancelled: name };
});

await app.run({ port: Number(process.env.PORT ?? 8000) });
