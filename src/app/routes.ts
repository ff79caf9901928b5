import { type BadRequest, MethodNotAllowed, NotFound, NotImplemented } from "../http/errors.ts";
import { parseSize } from "../http/quantity.ts";
import type { Request } from "../http/request.ts";
import { empty } from "../http/responses.ts";
import { SetupError } from "../http/setup-error.ts";
import { nearestName } from "../routing/nearest-name.ts";
import { Router } from "../routing/router.ts";
import type { RouteOptions } from "./handler.ts";
import type { RouteRecord } from "./route.ts";
import type { Scope } from "./scope.ts";
import { inputLocations } from "./validation/input-location.ts";

const OPTION_NAMES = [
  "name",
  "strictSlashes",
  "decode",
  "bodyLimit",
  "validationStatus",
  ...inputLocations,
  "origins",
  "subprotocols",
  "messageLimit",
];
const SLASH = 0x2f;
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Z]+$/;

/** An app's routes, and the stand-ins that answer where none fits. */
export class Routes {
  /** Every route in order of registration. */
  readonly all: RouteRecord[] = [];
  private readonly router = new Router<RouteRecord>();
  private readonly notFound: RouteRecord;
  /** Those of the app: around everything, also around what is no route. */
  private readonly scopes: readonly Scope[];

  constructor(scopes: readonly Scope[]) {
    this.scopes = scopes;
    this.notFound = this.answering("(no route)", (request) => {
      throw new NotFound(`There is nothing at ${request.path}`);
    });
  }

  /** Throws a SetupError for a bad path, method or option, or when the route is there already. */
  add(
    methods: readonly string[],
    path: string,
    options: RouteOptions,
    handler: RouteRecord["handler"],
    { scopes, errorHandlers }: Pick<RouteRecord, "scopes" | "errorHandlers">,
  ): RouteRecord {
    const record: RouteRecord = {
      name: options.name ?? `${methods.join("|")} ${path}`,
      path,
      methods: methods.map(checkMethod),
      handler,
      bodyLimit: options.bodyLimit === undefined ? undefined : parseSize(options.bodyLimit),
      errorHandlers,
      scopes,
      chain: null,
    };
    checkOptions(options, record.name);
    const { strictSlashes, decode } = options;
    this.router.add(record.methods, path, record, {
      ...(strictSlashes === undefined ? {} : { strictSlashes }),
      ...(decode === undefined ? {} : { decode }),
    });
    this.all.push(record);
    return record;
  }

  /** Forgets the composed chains: middleware has changed. */
  forgetChains(): void {
    for (const route of this.all) route.chain = null;
    this.notFound.chain = null;
  }

  /** The route of a request; sets its parameters. Where no route fits, a stand-in that answers 404, 405 or OPTIONS. */
  find(request: Request): RouteRecord {
    const { method, path } = request;
    if (path.charCodeAt(0) !== SLASH) return this.withoutPath(request);
    const match = this.router.find(method, path);
    if (match.value === undefined)
      return match.allowed.length === 0 ? this.notFound : this.standIn(method, match.allowed);
    request.params = match.parameters;
    return match.value;
  }

  /** Stands in when the path itself cannot be read. */
  unreadable(error: BadRequest): RouteRecord {
    return this.answering("(no route)", () => {
      throw error;
    });
  }

  private withoutPath(request: Request): RouteRecord {
    if (request.path === "*") return this.answering("OPTIONS *", () => empty());
    return this.answering(request.method, () => {
      throw new NotImplemented("This server is no proxy: it opens no tunnels");
    });
  }

  private standIn(method: string, allowed: readonly string[]): RouteRecord {
    if (method === "OPTIONS")
      return this.answering("OPTIONS", () => empty({ headers: { allow: allowed.join(", ") } }));
    return this.answering(method, () => {
      throw new MethodNotAllowed(method, allowed);
    });
  }

  private answering(name: string, handler: RouteRecord["handler"]): RouteRecord {
    const { scopes } = this;
    return {
      name,
      path: "",
      methods: [],
      handler,
      bodyLimit: undefined,
      errorHandlers: null,
      scopes,
      chain: null,
    };
  }
}

function checkMethod(method: string): string {
  if (METHOD.test(method)) return method;
  throw new SetupError(`${JSON.stringify(method)} is not a method; methods are in capitals, such as "GET"`);
}

function checkOptions(options: object, route: string): void {
  for (const name of Object.keys(options)) {
    if (OPTION_NAMES.includes(name)) continue;
    const nearest = nearestName(name, OPTION_NAMES);
    const hint =
      nearest === undefined ? `known ones: ${OPTION_NAMES.join(", ")}` : `did you mean ${nearest}?`;
    throw new SetupError(`The route ${route} has an unknown option ${JSON.stringify(name)}; ${hint}`);
  }
}
