// A folder of files on Spindash from the built package.
import { Spindash } from "../../../dist/index.mjs";

const app = new Spindash("bench");
app.static("/files", new URL("../../public", import.meta.url));
app.afterServerStart(() => console.log("ready"));
await app.run({ port: Number(process.argv[2]), host: "127.0.0.1", banner: false });
