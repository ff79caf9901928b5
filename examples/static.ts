// Serves a folder (the first argument, or the working directory): ranges, validation, and a page for every folder.
import { Spindash } from "spindash";

const app = new Spindash("static");
app.static("/", process.argv[2] ?? ".", { browse: true });

await app.run({ port: Number(process.env.PORT ?? 8000) });
