import { statSync } from "node:fs";
import type { Request } from "../http/request.ts";
import { SetupError } from "../http/setup-error.ts";
import { nearestName } from "../routing/nearest-name.ts";
import { StaticFile } from "./static-file.ts";
import { StaticFolder } from "./static-folder.ts";
import { type StaticOptions, toAbsolutePath } from "./static-options.ts";

/** A route that serves files. */
export interface StaticRoute {
  readonly path: string;
  /** Whether `urlFor` means this one. */
  readonly isMain: boolean;
  answer(request: Request): unknown;
}

/** The parameter that the path of a file is in. */
const PARAMETER = "file";

/**
 * The routes under which a file, or a folder and all that is in it, is served.
 *
 * @throws SetupError when nothing lies at `target`, or something else than `kind` says.
 */
export function createStaticRoutes(
  path: string,
  target: string | URL,
  options: StaticOptions,
): StaticRoute[] {
  checkOptions(path, options);
  const absolute = toAbsolutePath(target);
  if (kindOf(path, absolute, options.kind) === "file") {
    const file = new StaticFile(absolute, options);
    return [{ path, isMain: true, answer: (request) => file.answer(request) }];
  }
  const folder = new StaticFolder(absolute, options);
  const base = path.endsWith("/") ? path.slice(0, -1) : path;
  return [
    { path: base === "" ? "/" : base, isMain: false, answer: (request) => folder.answer(request, "") },
    {
      path: `${base}/<${PARAMETER}:path>`,
      isMain: true,
      answer: (request) => folder.answer(request, String(request.params[PARAMETER])),
    },
  ];
}

function kindOf(path: string, target: string, wanted: StaticOptions["kind"]): "file" | "folder" {
  const state = statSync(target, { throwIfNoEntry: false });
  if (state === undefined) {
    if (wanted !== undefined) return wanted;
    throw new SetupError(
      `Nothing lies at ${target}, which is to be served at ${path}; make it first, or say what it will be: { kind: "folder" }`,
    );
  }
  const kind = state.isDirectory() ? "folder" : "file";
  if (wanted === undefined || wanted === kind) return kind;
  throw new SetupError(`${target} is to be served at ${path} as a ${wanted}, but is a ${kind}`);
}

const OPTION_NAMES: readonly (keyof StaticOptions)[] = [
  "maxAge",
  "immutable",
  "private",
  "noStore",
  "headers",
  "contentType",
  "index",
  "browse",
  "fallback",
  "precompressed",
  "dotfiles",
  "outsideLinks",
  "recheck",
  "kind",
];

function checkOptions(path: string, options: object): void {
  for (const name of Object.keys(options)) {
    if ((OPTION_NAMES as readonly string[]).includes(name)) continue;
    const nearest = nearestName(name, OPTION_NAMES);
    const hint =
      nearest === undefined ? `known ones: ${OPTION_NAMES.join(", ")}` : `did you mean ${nearest}?`;
    throw new SetupError(
      `The static files at ${path} have an unknown option ${JSON.stringify(name)}; ${hint}`,
    );
  }
}
