import { SetupError } from "../http/setup-error.ts";
import { checkName } from "./name.ts";
import type { Mounting, Place, PlaceDefaults } from "./place.ts";
import type { Scope } from "./scope.ts";
import type { Declaration } from "./scope-owner.ts";

/** What blueprints, groups and their mounting can say of the routes inside; a route's own option wins. */
export interface MountOptions extends PlaceDefaults {
  /** In front of the paths; may have parameters. @default "" */
  prefix?: string;
}

/** What can be mounted in an app, a blueprint or a group. */
export interface Mountable {
  /** @internal */
  readonly mounts: Mounts;
}

/** The declarations of a blueprint or a group, and the places where they take effect. */
export class Mounts {
  readonly places: Place[] = [];
  private readonly title: string;
  private readonly scope: Scope;
  private own: Pick<Mounting, "name" | "prefix" | "defaults">;
  private readonly declarations: Declaration[] = [];

  /** Throws a {@link SetupError} for a bad prefix. */
  constructor(name: string, scope: Scope, options: MountOptions = {}) {
    this.title = name === "" ? "A group of blueprints" : `The blueprint "${name}"`;
    this.scope = scope;
    this.own = { name, ...this.read(options) };
  }

  get prefix(): string {
    return this.own.prefix;
  }

  /** Makes a declaration take effect in every place, now and later. */
  declare(declaration: Declaration): void {
    this.declarations.push(declaration);
    for (const place of this.places) declaration(place);
  }

  /** Makes everything declared here, now and later, take effect at a place; `options` win over its own. */
  mountIn(parent: Place, { name, ...options }: MountOptions & { name?: string } = {}): void {
    const { own, scope } = this;
    if (parent.scopes.includes(scope)) throw new SetupError(`${this.title} cannot be mounted inside itself`);
    const given = this.read(options);
    const place = parent.inside({
      scope,
      name: name === undefined ? own.name : checkName(name, "a blueprint"),
      prefix: options.prefix === undefined ? own.prefix : given.prefix,
      defaults: { ...own.defaults, ...given.defaults },
    });
    this.places.push(place);
    try {
      for (const declaration of this.declarations) declaration(place);
    } catch (cause) {
      if (!(cause instanceof SetupError)) throw cause;
      throw new SetupError(`${this.title} cannot be mounted in "${parent.host.name}": ${cause.message}`, {
        cause,
      });
    }
  }

  /** Middleware or error handlers have changed: chains must be composed again. */
  forgetChains(): void {
    for (const { host } of this.places) host.routes.forgetChains();
  }

  /** Takes over what another one declares, and its options where `options` say nothing. */
  take(other: Mounts, options: MountOptions): void {
    const { prefix, defaults } = other.own;
    this.own = { name: this.own.name, ...this.read({ prefix, ...defaults, ...options }) };
    this.declarations.push(...other.declarations);
  }

  private read(options: MountOptions): Pick<Mounting, "prefix" | "defaults"> {
    const { prefix = "", ...defaults } = options;
    const unknown = Object.keys(defaults).find((name) => !DEFAULTS.has(name));
    if (unknown !== undefined)
      throw new SetupError(
        `${this.title} has an unknown option "${unknown}"; known ones: prefix, ${[...DEFAULTS].join(", ")}`,
      );
    if (typeof prefix !== "string" || !(prefix === "" || prefix.startsWith("/"))) {
      throw new SetupError(
        `${this.title} has the prefix ${JSON.stringify(prefix)}; expected a path such as "/users"`,
      );
    }
    return { prefix: prefix.endsWith("/") ? prefix.slice(0, -1) : prefix, defaults: definedOf(defaults) };
  }
}

const DEFAULTS: ReadonlySet<string> = new Set(["host", "version", "versionPrefix", "strictSlashes"]);

/** An option that is there and undefined must not hide one further out. */
function definedOf(defaults: PlaceDefaults): PlaceDefaults {
  return Object.fromEntries(Object.entries(defaults).filter(([, value]) => value !== undefined));
}
