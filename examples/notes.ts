// A small JSON API: typed path parameters, checked bodies, errors as problem documents.
import { empty, HttpError, json, NotFound, problem, Spindash, UnprocessableContent } from "spindash";

const notes = new Map<number, string>();
let lastId = 0;
const app = new Spindash("notes");

app.onError(HttpError, (_req, error) => problem(error.status, error.message));

app.get("/notes", () => [...notes].map(([id, text]) => ({ id, text })));

app.post("/notes", async (req) => {
  const text = readText(await req.json());
  const id = ++lastId;
  notes.set(id, text);
  return json({ id, text }, { status: 201, headers: { location: `/notes/${id}` } });
});

app.get("/notes/<id:int>", (_req, { id }) => ({ id, text: find(id) }));

app.put("/notes/<id:int>", async (req, { id }) => {
  find(id);
  const text = readText(await req.json());
  notes.set(id, text);
  return { id, text };
});

app.delete("/notes/<id:int>", (_req, { id }) => {
  find(id);
  notes.delete(id);
  return empty();
});

await app.run({ port: Number(process.env.PORT ?? 8000) });

function find(id: number): string {
  const text = notes.get(id);
  if (text === undefined) throw new NotFound(`There is no note ${id}`);
  return text;
}

function readText(body: unknown): string {
  if (typeof body === "object" && body !== null && "text" in body && typeof body.text === "string")
    return body.text;
  throw new UnprocessableContent('A note looks like {"text": "…"}');
}
