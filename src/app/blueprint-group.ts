import { type Mountable, type MountOptions, Mounts } from "./mountable.ts";
import { type Declaration, ScopeOwner } from "./scope-owner.ts";
import type { Spindash } from "./spindash.ts";

/** Blueprints and groups with what is common to them; made by `Blueprint.group()`. */
export class BlueprintGroup extends ScopeOwner<Spindash> implements Mountable {
  /** @internal */
  readonly mounts: Mounts;
  protected readonly blueprintName = "";

  /** Throws a SetupError for a bad option. */
  constructor(members: readonly Mountable[], options: MountOptions = {}) {
    super();
    this.mounts = new Mounts("", this.scope, options);
    this.blueprint(members);
  }

  protected declare(declaration: Declaration): void {
    this.mounts.declare(declaration);
  }

  protected scopeChanged(): void {
    this.mounts.forgetChains();
  }
}
