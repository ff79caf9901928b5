// Routes by type, host, version and name, and links between them.
import { formatRoutes, Spindash } from "spindash";

const app = new Spindash("routing", {
  // A parameter type of this app's own: two letters that stand for a language it speaks.
  parameterTypes: { language: (text) => (text === "en" || text === "de" ? text : undefined) },
});
const greetings = { en: "Hello", de: "Hallo" };

app.get("/<language:language>/hello/<name?>", (_req, { language, name = "world" }) => {
  return `${greetings[language]}, ${name}!`;
});

const show = app.get("/items/<id:int>", { name: "items.show", version: 1 }, (_req, { id }) => ({ id }));
app.get("/items", { version: 1 }, (req) => ({
  first: app.urlFor(show, { id: 1 }),
  page: req.urlFor("items.show", { id: 1, page: 2 }),
}));

app.get("/pictures/<picture:ext=jpg|png>", (_req, { picture }) => ({ ...picture }));
app.get("/releases/<year:\\d{4}>", (_req, { year }) => ({ year }));
app.get("/", { host: "admin.localhost" }, () => "for administrators");
app.get("/", () => formatRoutes(app.routes));

await app.run({ port: Number(process.env.PORT ?? 8000) });
