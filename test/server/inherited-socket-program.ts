// Serves the listening socket that its parent passed on as file descriptor 3.
import { Spindash } from "spindash";

const app = new Spindash("inherited");
app.get("/", () => `answered by ${process.pid}`);
await app.run({ fd: 3 });
