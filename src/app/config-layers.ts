import { SetupError } from "../http/setup-error.ts";
import { nearestName } from "../routing/nearest-name.ts";
import { readConfigFile } from "./config-file.ts";

/** Where settings may come from: a file by its path or URL, or an object. */
export type ConfigSource = string | URL | Readonly<Record<string, unknown>>;

/** A value as it was given, and how an error names it. */
export interface GivenValue {
  readonly label: string;
  readonly value: unknown;
}

/** Environment variables, or what an `.env` file has in their place. */
export type Variables = Readonly<Record<string, unknown>>;

/** Collects the values of settings from one layer after another; later layers win. */
export class ConfigLayers {
  readonly given: Map<string, GivenValue> = new Map();
  /** Variables with our prefix that name no setting, with what was probably meant. */
  readonly unknownVariables: { readonly variable: string; readonly nearest: string | undefined }[] = [];
  private readonly keys: ReadonlySet<string>;
  private readonly prefix: string;
  private readonly keysByVariable: ReadonlyMap<string, string>;

  /** @param prefix of environment variables; `""` when none are read. */
  constructor(keys: Iterable<string>, prefix: string) {
    this.keys = new Set(keys);
    this.prefix = prefix;
    this.keysByVariable = new Map([...this.keys].map((key) => [variableOf(key, prefix), key]));
  }

  /** @throws {SetupError} for a file that cannot be read, and for a key that there is not. */
  addSource(source: ConfigSource): void {
    if (typeof source === "object" && !(source instanceof URL)) {
      this.addKeys(source);
      return;
    }
    const { name, kind, values } = readConfigFile(source);
    if (kind === "keys") this.addKeys(values, name);
    else this.addVariables(values, name);
  }

  /**
   * Adds values by key.
   *
   * @throws {SetupError} for a key that there is not, naming the nearest one.
   */
  addKeys(values: Readonly<Record<string, unknown>>, file?: string): void {
    for (const [key, value] of Object.entries(values)) {
      if (!this.keys.has(key)) throw this.unknownKey(key, file);
      if (value !== undefined)
        this.given.set(key, { label: file === undefined ? key : `${key} of ${file}`, value });
    }
  }

  /** Adds variables with our prefix. Empty ones count as none; of unknown ones a note is made. */
  addVariables(variables: Variables, file?: string): void {
    if (this.prefix === "") return;
    for (const [variable, value] of Object.entries(variables)) {
      if (!variable.startsWith(this.prefix) || value === undefined || value === "") continue;
      const key = this.keysByVariable.get(variable);
      if (key === undefined) {
        const nearest = nearestName(variable, this.keysByVariable.keys());
        this.unknownVariables.push({ variable, nearest });
      } else this.given.set(key, { label: file === undefined ? variable : `${variable} of ${file}`, value });
    }
  }

  private unknownKey(key: string, file: string | undefined): SetupError {
    const nearest = nearestName(key, this.keys);
    const hint =
      nearest === undefined ? `known ones: ${[...this.keys].join(", ")}` : `did you mean ${nearest}?`;
    const where = file === undefined ? "" : ` in ${file}`;
    return new SetupError(`There is no setting ${JSON.stringify(key)}${where}; ${hint}`, {
      code: "E_UNKNOWN_SETTING",
    });
  }
}

/** The environment variable of a key: `requestTimeout` → `SPINDASH_REQUEST_TIMEOUT`. */
export function variableOf(key: string, prefix: string): string {
  return prefix + key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
