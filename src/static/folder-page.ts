import { escapeHtml } from "../http/html-text.ts";
import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import { html, json } from "../http/responses.ts";
import type { FolderEntry, FolderListing } from "./folder-listing.ts";

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#16202c, #e6ebf2); --soft: light-dark(#66717f, #93a0b0);
  --line: light-dark(#e4e8ee, #2a333f); --paper: light-dark(#fff, #161c24); --ground: light-dark(#f4f6f9, #0e1319);
  --hover: light-dark(#f0f5ff, #1d2733); --accent: light-dark(#1257d6, #7fb0ff); }
* { box-sizing: border-box; }
body { margin: 0; padding: 3rem 1rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 56rem; margin: 0 auto; }
h1 { margin: 0 0 1rem; font-size: 1.35rem; font-weight: 650; overflow-wrap: anywhere; }
h1 a { color: var(--accent); text-decoration: none; } h1 a:hover { text-decoration: underline; }
h1 span { color: var(--soft); font-weight: 400; padding: 0 .3rem; }
table { width: 100%; border-collapse: separate; border-spacing: 0; background: var(--paper);
  border: 1px solid var(--line); border-radius: .75rem; overflow: hidden; }
th { text-align: left; font-weight: 600; color: var(--soft); } th, th.size, th.modified { font-size: .8rem; }
th, td { padding: .55rem 1rem; border-bottom: 1px solid var(--line); }
tr:last-child td { border-bottom: 0; } tbody tr:hover { background: var(--hover); }
td:first-child { width: 100%; overflow-wrap: anywhere; }
td a { color: inherit; text-decoration: none; display: block; }
td a:hover, td a:focus-visible { color: var(--accent); }
td a::before { content: ""; display: inline-block; width: 1.1rem; height: 1.1rem; margin-right: .75rem;
  vertical-align: -.2rem; background: var(--soft);
  clip-path: polygon(14% 0, 62% 0, 62% 30%, 90% 30%, 90% 100%, 14% 100%, 14% 0, 70% 2%, 88% 22%, 70% 22%, 70% 2%); }
td a.folder { font-weight: 600; }
td a.folder::before { background: var(--accent);
  clip-path: polygon(0 14%, 36% 14%, 47% 28%, 100% 28%, 100% 88%, 0 88%); }
td a.up::before { clip-path: polygon(50% 12%, 88% 52%, 62% 52%, 62% 90%, 38% 90%, 38% 52%, 12% 52%); }
.size, .modified { white-space: nowrap; color: var(--soft); font-variant-numeric: tabular-nums; font-size: .9rem; }
.size { text-align: right; }
footer { margin: .8rem .2rem; color: var(--soft); font-size: .85rem; }
@media (max-width: 34rem) { .modified { display: none; } }
`;

/** Shows a folder: as a page, or as JSON to clients that like that better. */
export function showFolder(request: Request, listing: FolderListing): Response {
  const { path, entries, isCut } = listing;
  const response =
    request.accepts("html", "json") === "json" ? json({ path, entries, isCut }) : folderPage(listing);
  response.headers.set("cache-control", "no-cache");
  response.headers.set("vary", "accept");
  return response;
}

/** A page of its own, without scripts: nothing but its style may load. */
function folderPage(listing: FolderListing): Response {
  const title = escapeHtml(listing.path);
  return html(
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${breadcrumbs(listing)}</h1>
<table>
<thead><tr><th scope="col">Name</th><th scope="col" class="size">Size</th><th scope="col" class="modified">Modified</th></tr></thead>
<tbody>
${listing.depth > 0 ? '<tr><td><a class="up" href="../">Up</a></td><td></td><td></td></tr>\n' : ""}${listing.entries.map(row).join("\n")}
</tbody>
</table>
<footer>${summary(listing)}</footer>
</main>
</body>
</html>
`,
    { headers: { "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'" } },
  );
}

function row({ name, kind, size, modified }: FolderEntry): string {
  const slash = kind === "folder" ? "/" : "";
  // A name with a colon would be read as a URL with a scheme.
  const target = `./${encodeURIComponent(Buffer.from(name).toString())}${slash}`;
  const date = modified.toISOString();
  return `<tr><td><a class="${kind}" href="${escapeHtml(target)}">${escapeHtml(name)}${slash}</a></td><td class="size">${
    kind === "folder" ? "" : formatSize(size)
  }</td><td class="modified"><time datetime="${date}">${date.slice(0, 16).replace("T", " ")}</time></td></tr>`;
}

/** Every folder of the path; those that are served and lie above have a link. */
function breadcrumbs({ path, depth }: FolderListing): string {
  const names = path.split("/").slice(1, -1);
  const crumbs = names.map((name, index) => {
    const above = names.length - 1 - index;
    return above === 0 || above > depth
      ? escapeHtml(name)
      : `<a href="${"../".repeat(above)}">${escapeHtml(name)}</a>`;
  });
  return `${crumbs.map((crumb) => `<span>/</span>${crumb}`).join("")}<span>/</span>`;
}

function summary({ entries, isCut }: FolderListing): string {
  const files = entries.filter(({ kind }) => kind === "file");
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const counts = [count(entries.length - files.length, "folder"), count(files.length, "file")].join(", ");
  return isCut ? `The first ${entries.length} entries are shown` : `${counts}, ${formatSize(bytes)}`;
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}

const UNITS = ["B", "KB", "MB", "GB", "TB"];

function formatSize(bytes: number): string {
  const unit = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(bytes, 1)) / 10));
  const amount = bytes / 1024 ** unit;
  return `${amount < 10 && unit > 0 ? amount.toFixed(1) : Math.round(amount)} ${UNITS[unit]}`;
}
