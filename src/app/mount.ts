import type { RequestListener } from "node:http";
import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import { SetupError } from "../http/setup-error.ts";
import type { CallSite } from "../routing/call-site.ts";
import { ANY_METHOD } from "../routing/method-table.ts";
import { type FetchHandler, toWebRequest } from "../server/foreign-fetch.ts";
import { ForeignListener } from "../server/foreign-listener.ts";
import type { Answer, RouteOptions } from "./handler.ts";
import type { PlaceHost } from "./place.ts";
import type { RouteDeclaration } from "./registration.ts";
import type { RunnableApp } from "./running-server.ts";

/** What can be mounted: another app, a web-standard fetch handler, or an object with one (Hono, h3). */
export type MountTarget = RunnableApp | FetchHandler | { fetch: FetchHandler };

/** Options of `mount`. */
export interface MountTargetOptions
  extends Pick<RouteOptions, "name" | "host" | "bodyLimit" | "onRequest" | "use" | "onResponse" | "skip"> {
  /** What a function is: `"fetch"` takes a request, `"node"` a request and a response. @default by its number of parameters */
  as?: "fetch" | "node";
}

type Answerer = (request: Request) => Answer | Promise<Answer>;

/** The parameter that has the path below the prefix. */
const REST = "mounted";

/** The routes of something mounted: one for the path itself, one for everything below. Throws a {@link SetupError} for what cannot be mounted. */
export function declareMount(
  path: string,
  target: MountTarget | RequestListener,
  options: MountTargetOptions,
  registeredAt: CallSite,
): RouteDeclaration[] {
  const { as, name, ...others } = options;
  const answer = answererOf(path, target, as);
  const prefix = path.endsWith("/") ? path.slice(0, -1) : path;
  const plan = { methods: [ANY_METHOD], isWebSocket: false, registeredAt };
  const handlerFor = (host: PlaceHost): Answerer => {
    if (isApp(target)) host.joinApp(target);
    return (request) => answer(below(request));
  };
  const own: RouteOptions = { ...others, decode: false, strictSlashes: false };
  return [
    { ...plan, path: `${prefix}/<${REST}:path>`, options: own, handlerFor },
    { ...plan, path, options: name === undefined ? own : { ...own, name }, handlerFor },
  ];
}

/** The request as the mounted side sees it: the path is cut where the router has matched it, and nowhere else. */
function below(request: Request): Request {
  const { [REST]: rest = "" } = request.params as { [REST]?: string };
  const { path } = request;
  const end = path.length - rest.length - (rest !== "" || path.endsWith("/") ? 1 : 0);
  return request.below(path.slice(0, end));
}

function answererOf(
  path: string,
  target: MountTarget | RequestListener,
  as: "fetch" | "node" | undefined,
): Answerer {
  if (isApp(target)) return (request): Response | Promise<Response> => target.handle(request);
  const handler: unknown = typeof target === "object" && target !== null ? target.fetch : target;
  if (typeof handler !== "function" || !["fetch", "node", undefined].includes(as)) {
    throw new SetupError(
      `mount(${JSON.stringify(path)}) was given something that cannot be mounted; expected an app, a fetch handler, an object with fetch(), or a listener (request, response) of node:http`,
    );
  }
  const isListener = as === undefined ? typeof target === "function" && target.length >= 2 : as === "node";
  if (isListener) {
    const listener = new ForeignListener(handler as RequestListener);
    return (request) => listener.answer(request);
  }
  const owner = typeof target === "object" ? target : undefined;
  return (request) => (handler as FetchHandler).call(owner, toWebRequest(request));
}

function isApp(target: MountTarget | RequestListener): target is RunnableApp {
  return typeof target === "object" && target !== null && "runListeners" in target && "handle" in target;
}
