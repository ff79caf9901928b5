// Remembers who has visited and how often: a signed cookie that the client can read, and an encrypted one that it cannot.
import { json, redirect, Spindash } from "spindash";

const app = new Spindash("cookies", {
  config: { cookieSecrets: [process.env.COOKIE_SECRET ?? "only for trying out: 32 characters"] },
});

app.get("/", (req) => {
  const visits = Number(req.cookies.getSigned("visits") ?? 0) + 1;
  const response = json({ visits, note: req.cookies.getEncrypted("note") ?? null });
  // Over plain HTTP browsers take Secure cookies from localhost alone.
  const secure = req.scheme === "https";
  response.cookies.set("visits", String(visits), { signed: true, maxAge: "30d", secure });
  response.cookies.set("note", `last here ${new Date().toISOString()}`, {
    encrypted: true,
    httpOnly: true,
    secure,
  });
  return response;
});

app.post("/forget", () => {
  const response = redirect("/", { status: 303 });
  for (const name of ["visits", "note"]) response.cookies.delete(name, { secure: false });
  return response;
});

await app.run({ port: Number(process.env.PORT ?? 8000) });
