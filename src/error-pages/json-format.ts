import { stringifyJson } from "../http/json.ts";
import type { DebugView, ErrorView } from "./error-view.ts";

/** Deeper causes are left out. */
const CAUSES = 16;

/** An error as plain JSON: `status`, `description`, `message`, and what else it was given. */
export function formatJson(view: ErrorView): string {
  return stringifyJson(
    {
      ...view.members,
      description: view.reason,
      status: view.status,
      message: view.message,
      ...commonMembers(view),
    },
    "The error's answer",
  );
}

/** An error as a problem (RFC 9457 section 3.1). */
export function formatProblem(view: ErrorView): string {
  return stringifyJson(
    {
      type: "about:blank",
      title: view.reason,
      ...view.members,
      status: view.status,
      detail: view.message,
      ...commonMembers(view),
    },
    "The error's answer",
  );
}

function commonMembers({ code, context, requestId, debug }: ErrorView): object {
  return {
    ...(code === undefined ? {} : { code }),
    ...(context === undefined ? {} : { context }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(debug === null ? {} : { debug: debugMembers(debug) }),
  };
}

function debugMembers({ error, extra, request }: DebugView): object {
  return {
    ...(request === null ? {} : { path: request.path, params: request.params }),
    ...(extra === undefined ? {} : { extra }),
    exceptions: exceptionsOf(error),
  };
}

/** The error and what caused it, each with the lines of its stack. */
function exceptionsOf(error: Error): object[] {
  const exceptions: object[] = [];
  let current: unknown = error;
  while (current instanceof Error && exceptions.length < CAUSES) {
    const frames = (current.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
    exceptions.push({
      type: current.constructor.name,
      message: current.message,
      frames: frames.map((line) => line.trim().slice("at ".length)),
    });
    current = current.cause;
  }
  return exceptions;
}
