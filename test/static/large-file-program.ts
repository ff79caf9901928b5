// Serves the folder in FOLDER, and says how much memory it takes.
import { Spindash } from "../../src/index.ts";

const app = new Spindash("large");
app.static("/files", process.env.FOLDER ?? ".");
app.get("/memory", () => ({ rss: process.memoryUsage.rss() }));
await app.run({ port: Number(process.env.PORT ?? 0) });
