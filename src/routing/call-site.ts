/** Where our own sources lie: `src/`, or the one folder of the built package. */
const OWN_FOLDER = new URL(/\/src\/routing\/[^/]*$/.test(import.meta.url) ? ".." : ".", import.meta.url).href;

/**
 * The line of the program that registered something, for errors that must name it. Remembers where it was made; the
 * text is worked out when it is asked for.
 */
export class CallSite {
  readonly #error = new Error();

  /** File, line and column, such as `/shop/routes.ts:12:5`; `an unknown place` where the runtime tells none. */
  toString(): string {
    const frames = (this.#error.stack ?? "").split("\n").slice(1).map(locationOf).filter(isOfProgram);
    // Where everything is bundled into one file no frame is foreign: the outermost one is the program's then.
    const place = frames.find((location) => !location.startsWith(OWN_FOLDER)) ?? frames.at(-1);
    return place === undefined ? "an unknown place" : shorten(place);
  }
}

/** The location of a line of a stack: `at name (file:///a.ts:1:2)` or `at file:///a.ts:1:2`. */
function locationOf(frame: string): string {
  const inBrackets = frame.lastIndexOf("(");
  if (inBrackets !== -1) return toUrl(frame.slice(inBrackets + 1, frame.lastIndexOf(")")));
  return toUrl(frame.slice(frame.indexOf("at ") + 3).replace(/^async /, ""));
}

function isOfProgram(location: string): boolean {
  return location.startsWith("file:");
}

/** Modules of CommonJS, and those that a loader compiled, are named by path. */
function toUrl(location: string): string {
  if (location.startsWith("/")) return `file://${location}`;
  return /^[A-Za-z]:[\\/]/.test(location) ? `file:///${location.replaceAll("\\", "/")}` : location;
}

function shorten(location: string): string {
  const path = location.slice("file://".length);
  return decodeURI(/^\/[A-Za-z]:/.test(path) ? path.slice(1) : path);
}
