import { SetupError } from "../http/setup-error.ts";
import type { Converter } from "../routing/converter.ts";
import { nearestName } from "../routing/nearest-name.ts";
import { parsePattern } from "../routing/pattern.ts";

/** The signals that Spindash dispatches itself. */
export const builtInSignals = [
  "server.init.before",
  "server.init.after",
  "server.shutdown.before",
  "server.shutdown.after",
  "server.exception.report",
  "http.lifecycle.begin",
  "http.lifecycle.request",
  "http.lifecycle.handle",
  "http.lifecycle.exception",
  "http.lifecycle.response",
  "http.lifecycle.complete",
  "http.routing.before",
  "http.routing.after",
  "http.middleware.before",
  "http.middleware.after",
  "http.handler.before",
  "http.handler.after",
  "websocket.handler.before",
  "websocket.handler.after",
  "websocket.handler.exception",
] as const;

/** The name of one signal, in two: what is fixed, and what may vary. */
export interface SignalName {
  /** `namespace.reference`, `""` for a name of one part. */
  readonly group: string;
  readonly action: string;
}

/** What one listens to: one action, those that a parameter type takes, or any. */
export interface SignalPattern {
  readonly source: string;
  readonly group: string;
  /** The only action, null when several fit. */
  readonly action: string | null;
  /** The parameter that the action becomes, null for none. */
  readonly parameter: { readonly name: string; readonly converter: Converter } | null;
}

const RESERVED = new Set(builtInSignals.map((name) => name.slice(0, name.indexOf("."))));
const WORD = /^[\w-]+$/;

/** Whether a name, or part of one, belongs to Spindash. */
export function isReserved(group: string): boolean {
  const dot = group.indexOf(".");
  return dot !== -1 && RESERVED.has(group.slice(0, dot));
}

/**
 * Reads the name of a signal that is dispatched: `user.created.7`, or a single word.
 *
 * @throws {SetupError} for what is no name.
 */
export function parseSignalName(event: string): SignalName {
  const { group, action } = splitName(event);
  if (action === "") throw mistake(event, "its last part is empty");
  return { group, action };
}

/**
 * Reads what is listened to: a name whose last part may be a parameter as in the path of a route (`user.created.<id:int>`),
 * or `*` for any.
 *
 * @throws {SetupError} for what is no name, and for a built-in signal that there is not.
 */
export function parseSignalPattern(event: string): SignalPattern {
  const { group, action } = splitName(event);
  if (action === "*") return { source: event, group, action: null, parameter: null };
  if (action.startsWith("<")) {
    const [segment] = parsePattern(`/${action}`).segments;
    if (segment?.kind !== "parameter") throw mistake(event, `${JSON.stringify(action)} is no parameter`);
    const { name, converter } = segment;
    return { source: event, group, action: null, parameter: { name, converter } };
  }
  if (!WORD.test(action)) {
    throw mistake(event, 'its last part is neither a word, nor a parameter such as "<id:int>", nor "*"');
  }
  if (isReserved(group)) assertBuiltIn(event);
  return { source: event, group, action, parameter: null };
}

function splitName(event: string): SignalName {
  if (typeof event !== "string") throw mistake(String(event), "it is no text");
  // A parameter may have dots in it; what is before it never has.
  const parameter = event.indexOf("<");
  const fixed = parameter === -1 ? event : event.slice(0, parameter);
  const parts = fixed.split(".");
  if (parts.length !== 1 && parts.length !== 3) {
    throw mistake(event, `it has ${parts.length} parts; expected one or three: "namespace.reference.action"`);
  }
  const last = (parts.at(-1) ?? "") + event.slice(fixed.length);
  if (parts.length === 1) return { group: "", action: last };
  const wrong = parts.slice(0, 2).find((part) => !WORD.test(part));
  if (wrong === undefined) return { group: `${parts[0]}.${parts[1]}`, action: last };
  throw mistake(event, `${JSON.stringify(wrong)} is no word of letters, digits, "_" and "-"`);
}

function assertBuiltIn(event: string): void {
  if ((builtInSignals as readonly string[]).includes(event)) return;
  const nearest = nearestName(event, builtInSignals);
  throw mistake(
    event,
    `this namespace belongs to Spindash, which has no such signal; ${nearest === undefined ? "choose another name" : `did you mean ${nearest}?`}`,
  );
}

function mistake(event: string, problem: string): SetupError {
  return new SetupError(`The signal ${JSON.stringify(event)} is not valid: ${problem}`, {
    code: "E_BAD_SIGNAL",
  });
}
