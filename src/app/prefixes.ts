import type { Converter } from "../routing/converter.ts";
import { parseHostPattern } from "../routing/host.ts";
import { HostRouter } from "../routing/host-router.ts";
import { type Pattern, parsePattern } from "../routing/pattern.ts";
import type { RouteRecord } from "./route.ts";
import type { Scope } from "./scope.ts";
import { notFound } from "./stand-ins.ts";

/** What answers unknown paths under one prefix. */
interface Claim {
  answer: RouteRecord;
}

/** The one method of this router: unknown paths belong to a prefix whatever the method. */
const ANY = "ANY";

/**
 * Which blueprints unknown paths belong to. Prefixes are matched by the router that matches routes, so that both read a
 * path in the same way.
 */
export class Prefixes {
  private readonly router = new HostRouter<Claim>();
  private readonly claims = new Map<string, Claim>();
  private readonly parameterTypes: ReadonlyMap<string, Converter>;

  constructor(parameterTypes: ReadonlyMap<string, Converter>) {
    this.parameterTypes = parameterTypes;
  }

  /** Gives unknown paths under a prefix to `scopes`; where several blueprints have one prefix, to all of them. */
  claim(prefix: string, hosts: readonly string[], scopes: readonly Scope[]): void {
    const pattern = parsePattern(prefix === "" ? "/" : prefix, this.parameterTypes);
    const key = `${hosts.map(parseHostPattern).sort().join()} ${shapeOf(pattern)}`;
    const known = this.claims.get(key);
    if (known !== undefined) {
      known.answer = notFound([...new Set([...known.answer.scopes, ...scopes])]);
      return;
    }
    const claim: Claim = { answer: notFound(scopes) };
    this.claims.set(key, claim);
    const below = parsePattern(`${prefix}/<${freeName(pattern)}:path>`, this.parameterTypes);
    for (const each of [pattern, below]) this.router.add([ANY], each, claim, { hosts, decode: false });
  }

  /** What answers an unknown path, undefined where it is under no prefix. */
  find(path: string, host: () => string): RouteRecord | undefined {
    if (this.claims.size === 0) return undefined;
    try {
      return this.router.find(ANY, path, this.router.hasHosts ? host() : "").value?.answer;
    } catch {
      // A parameter type of the program's own has failed at the prefix: then the path is under none.
      return undefined;
    }
  }

  forgetChains(): void {
    for (const { answer } of this.claims.values()) answer.chain = null;
  }
}

/** A pattern without the names of its parameters: what tells prefixes apart. */
function shapeOf({ segments }: Pattern): string {
  return segments
    .map((segment) => (segment.kind === "literal" ? segment.encoded : `<${segment.converter.name}>`))
    .join("/");
}

/** A name for the rest of the path that no parameter of the prefix has. */
function freeName({ parameterNames }: Pattern): string {
  let name = "rest";
  while (parameterNames.includes(name)) name += "_";
  return name;
}
