// A large upload that is never whole in memory: curl --upload-file film.mkv http://127.0.0.1:8000/checksum
import { createHash } from "node:crypto";
import { Spindash } from "spindash";

const app = new Spindash("checksum");

app.put("/checksum", { bodyLimit: "10gb" }, async (req) => {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const piece of req.body) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { bytes, sha256: hash.digest("hex") };
});

await app.run({ port: Number(process.env.PORT ?? 8000) });
