// A folder of files on Express with its own express.static.
import { fileURLToPath } from "node:url";
import express from "express";

const app = express();
app.use("/files", express.static(fileURLToPath(new URL("../../public", import.meta.url))));
app.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("ready"));
