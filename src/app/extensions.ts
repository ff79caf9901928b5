import { SetupError } from "../http/setup-error.ts";
import { isPromise } from "./chain.ts";
import type { Extension } from "./extension.ts";
import type { Spindash } from "./spindash.ts";

/** The extensions of an app in the order they came. */
export class Extensions {
  private readonly byName = new Map<string, Extension>();

  /** Those that are set up, by name. */
  get all(): ReadonlyMap<string, Extension> {
    return this.byName;
  }

  /** Sets an extension up. Throws a SetupError when it cannot be, naming it and what is in its way. */
  add(extension: Extension, app: Spindash): void {
    this.assertUsable(extension);
    const { name } = extension;
    const missing = extension.requires?.find((required) => !this.byName.has(required));
    if (missing !== undefined) {
      throw new SetupError(
        `The extension ${name} needs the extension ${missing}; extend the app by ${missing} first`,
      );
    }
    for (const earlier of this.byName.values()) {
      if (earlier.after?.includes(name) !== true) continue;
      throw new SetupError(
        `The extension ${earlier.name} has to come after ${name}; extend the app by ${name} first`,
      );
    }
    runSetup(extension, app);
    this.byName.set(name, extension);
  }

  private assertUsable(extension: Extension): void {
    if (typeof extension !== "object" || extension === null || typeof extension.name !== "string")
      throw new SetupError("extend() was given no extension; expected an object with a name");
    if (extension.name === "") throw new SetupError("An extension has an empty name; give it one");
    if (this.byName.has(extension.name)) {
      throw new SetupError(
        `The app is extended by ${extension.name} already; extend it once, with all the options`,
      );
    }
  }
}

function runSetup(extension: Extension, app: Spindash): void {
  let result: unknown;
  try {
    result = extension.setup?.(app);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SetupError(`The extension ${extension.name} could not be set up: ${reason}`, { cause });
  }
  if (!isPromise(result)) return;
  result.catch(() => {});
  throw new SetupError(
    `The setup of the extension ${extension.name} is async, which nobody would wait for; let it register a start listener`,
  );
}
