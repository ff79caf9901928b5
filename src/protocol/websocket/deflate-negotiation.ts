import {
  type Extension,
  type ExtensionParameter,
  formatExtension,
  parseExtensions,
} from "./extension-list.ts";

const NAME = "permessage-deflate";
const WIDEST_WINDOW = 15;
/** zlib takes a raw window of 8 bits for one of 9, so it cannot promise the narrower one. */
const NARROWEST_OWN_WINDOW = 9;

/** How the two sides of a websocket compress (RFC 7692 section 7.1). */
export interface DeflateAgreement {
  /** Whether messages of the server may refer to those before them. */
  readonly serverTakeover: boolean;
  readonly clientTakeover: boolean;
  /** How far back such references reach, as a power of two, 8 to 15. */
  readonly serverWindowBits: number;
  readonly clientWindowBits: number;
}

/** What one side of a websocket wants. */
export interface DeflateWishes {
  /** Whether messages may refer to earlier ones, which costs both sides memory for each websocket. */
  readonly contextTakeover: boolean;
  /** The widest window, 9 to 15. */
  readonly windowBits: number;
}

/** What a server agrees to, and the field that says so. */
export interface DeflateAnswer {
  readonly agreement: DeflateAgreement;
  readonly field: string;
}

/** The four parameters of an offer or an answer; a window of 0 is not mentioned, one of -1 has no value. */
interface DeflateParameters {
  serverNoTakeover: boolean;
  clientNoTakeover: boolean;
  serverWindow: number;
  clientWindow: number;
}

const UNMENTIONED = 0;
const WITHOUT_VALUE = -1;

/**
 * Takes the first offer of a client that can be met (RFC 7692 section 5); offers with unknown, repeated or unusable
 * parameters are passed over.
 *
 * @returns undefined when there is none: the websocket opens without compression.
 */
export function chooseDeflate(
  offers: readonly Extension[],
  wishes: DeflateWishes,
): DeflateAnswer | undefined {
  for (const { name, parameters } of offers) {
    const offer = name === NAME ? readParameters(parameters) : undefined;
    if (offer === undefined) continue;
    // Only the answer to an offer must name a value.
    if (offer.serverWindow === WITHOUT_VALUE) continue;
    if (offer.serverWindow !== UNMENTIONED && offer.serverWindow < NARROWEST_OWN_WINDOW) continue;
    return answerTo(offer, wishes);
  }
  return undefined;
}

/** The offer of a client. */
export function offerDeflate({ contextTakeover, windowBits }: DeflateWishes): string {
  const parameters: ExtensionParameter[] = [];
  if (!contextTakeover) parameters.push(["server_no_context_takeover", undefined]);
  if (!contextTakeover) parameters.push(["client_no_context_takeover", undefined]);
  if (windowBits < WIDEST_WINDOW) parameters.push(["server_max_window_bits", String(windowBits)]);
  parameters.push(["client_max_window_bits", windowBits < WIDEST_WINDOW ? String(windowBits) : undefined]);
  return formatExtension({ name: NAME, parameters });
}

/**
 * Reads a server's answer to {@link offerDeflate} (RFC 7692 section 7.1).
 *
 * @returns what is agreed on, undefined when there is no compression, or what is wrong, which must fail the connection.
 */
export function readDeflateAnswer(
  field: string | undefined,
  wishes: DeflateWishes,
): DeflateAgreement | undefined | string {
  if (field === undefined) return undefined;
  const problem = `The server agreed to extensions that were not offered: ${JSON.stringify(field)}`;
  const [extension, ...others] = parseExtensions(field) ?? [];
  if (extension === undefined || extension.name !== NAME || others.length > 0) return problem;
  const answer = readParameters(extension.parameters);
  if (answer === undefined || answer.clientWindow === WITHOUT_VALUE) return problem;
  const serverWindowBits = answer.serverWindow === UNMENTIONED ? WIDEST_WINDOW : answer.serverWindow;
  const clientWindow = answer.clientWindow === UNMENTIONED ? WIDEST_WINDOW : answer.clientWindow;
  if (serverWindowBits > wishes.windowBits || serverWindowBits < 0) return problem;
  if (!wishes.contextTakeover && !answer.serverNoTakeover) return problem;
  return {
    serverTakeover: !answer.serverNoTakeover,
    clientTakeover: wishes.contextTakeover && !answer.clientNoTakeover,
    serverWindowBits,
    clientWindowBits: Math.min(clientWindow, wishes.windowBits),
  };
}

function answerTo(offer: DeflateParameters, wishes: DeflateWishes): DeflateAnswer {
  const serverTakeover = wishes.contextTakeover && !offer.serverNoTakeover;
  const clientTakeover = wishes.contextTakeover && !offer.clientNoTakeover;
  const serverWindowBits = Math.min(wishes.windowBits, offer.serverWindow || WIDEST_WINDOW);
  const clientWindowBits = clientWindowFor(offer.clientWindow, wishes.windowBits);
  const parameters: ExtensionParameter[] = [];
  if (!serverTakeover) parameters.push(["server_no_context_takeover", undefined]);
  if (!clientTakeover) parameters.push(["client_no_context_takeover", undefined]);
  if (offer.serverWindow !== UNMENTIONED || serverWindowBits < WIDEST_WINDOW) {
    parameters.push(["server_max_window_bits", String(serverWindowBits)]);
  }
  // An answer may not narrow the window of a client that did not offer it.
  if (offer.clientWindow !== UNMENTIONED && clientWindowBits < WIDEST_WINDOW) {
    parameters.push(["client_max_window_bits", String(clientWindowBits)]);
  }
  const agreement = { serverTakeover, clientTakeover, serverWindowBits, clientWindowBits };
  return { agreement, field: formatExtension({ name: NAME, parameters }) };
}

function clientWindowFor(offered: number, wished: number): number {
  if (offered === UNMENTIONED) return WIDEST_WINDOW;
  return offered === WITHOUT_VALUE ? wished : Math.min(offered, wished);
}

/** @returns undefined when a parameter is unknown, repeated or has a value it may not have. */
function readParameters(parameters: readonly ExtensionParameter[]): DeflateParameters | undefined {
  const read: DeflateParameters = {
    serverNoTakeover: false,
    clientNoTakeover: false,
    serverWindow: UNMENTIONED,
    clientWindow: UNMENTIONED,
  };
  const seen = new Set<string>();
  for (const [name, value] of parameters) {
    if (seen.has(name) || !readParameter(read, name, value)) return undefined;
    seen.add(name);
  }
  return read;
}

function readParameter(read: DeflateParameters, name: string, value: string | undefined): boolean {
  const isWindow = name === "server_max_window_bits" || name === "client_max_window_bits";
  if (!isWindow && value !== undefined) return false;
  if (name === "server_no_context_takeover") read.serverNoTakeover = true;
  else if (name === "client_no_context_takeover") read.clientNoTakeover = true;
  else if (!isWindow || !isWindowValue(value)) return false;
  else if (name === "server_max_window_bits") read.serverWindow = windowOf(value);
  else read.clientWindow = windowOf(value);
  return true;
}

/** Decimal, 8 to 15, without a leading zero (RFC 7692 section 7.1.2). */
function isWindowValue(value: string | undefined): boolean {
  return value === undefined || /^(?:8|9|1[0-5])$/.test(value);
}

function windowOf(value: string | undefined): number {
  return value === undefined ? WITHOUT_VALUE : Number(value);
}
