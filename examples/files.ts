// Takes uploads, lists them, and sends them back under their own names; a download that broke goes on where it stopped.
import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { file, html, json, Spindash } from "spindash";

const folder = await mkdtemp(join(tmpdir(), "uploads-"));
const names = new Map<string, string>();
const app = new Spindash("files");

app.get("/", () =>
  html(
    '<form method="post" action="/files" enctype="multipart/form-data"><input type="file" name="file"><button>Send',
  ),
);

app.post("/files", { bodyLimit: "1gb" }, async (req) => {
  for await (const part of req.multipart()) {
    if (part.filename === undefined) continue;
    const id = crypto.randomUUID();
    await part.save(join(folder, id));
    names.set(id, part.filename);
    return json({ id }, { status: 201, headers: { location: `/files/${id}` } });
  }
  return json({ error: "Send a file" }, { status: 422 });
});

app.get("/files", async () => (await readdir(folder)).map((id) => ({ id, name: names.get(id) })));

// The name comes from outside: `root` keeps it in the folder.
app.get("/files/:id", (_req, { id }) => file(id, { root: folder, download: names.get(id) ?? true }));

await app.run({ port: Number(process.env.PORT ?? 8000) });
