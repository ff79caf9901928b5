// A view: the handlers of one path as a class, with typed parameters, and one as an object.
import { NotFound, type Request, Spindash, View } from "spindash";

const notes = new Map<number, string>();

class NoteView extends View<"/notes/<id:int>"> {
  static readonly options = { name: "note", bodyLimit: "10kb" };

  get(_req: Request, { id }: this["args"]) {
    return { id, text: this.find(id) };
  }

  async put(req: Request, { id }: this["args"]) {
    notes.set(id, await req.text());
    return this.get(req, { id });
  }

  delete(req: Request, { id }: this["args"]) {
    const note = this.get(req, { id });
    notes.delete(id);
    return note;
  }

  private find(id: number): string {
    const text = notes.get(id);
    if (text === undefined) throw new NotFound(`There is no note ${id}`);
    return text;
  }
}

const app = new Spindash("notes");
app.add(NoteView, "/notes/<id:int>");
app.add(
  {
    get: () => [...notes.keys()].map((id) => app.urlFor("note", { id })),
    delete: () => {
      notes.clear();
      return { left: notes.size };
    },
  },
  "/notes",
);
await app.run({ port: Number(process.env.PORT ?? 8000) });
