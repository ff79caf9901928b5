import { isToken } from "../protocol/websocket/token-list.ts";
import { checkFieldValue } from "./response-headers.ts";

/** A way to say who is asking (RFC 9110 section 11.3): its scheme, and what else a client needs to know. */
export interface Challenge {
  /** `"Basic"`, `"Bearer"` … */
  readonly scheme: string;
  /** Parameters: `realm`, `charset`, `error` … */
  readonly [parameter: string]: string;
}

/**
 * Writes a challenge as `WWW-Authenticate` carries it. All parameters are quoted, which every reader takes.
 *
 * Throws a TypeError for names and values that cannot be sent.
 */
export function formatChallenge({ scheme, ...parameters }: Challenge): string {
  const wrong = [scheme, ...Object.keys(parameters)].find((name) => !isToken(name));
  if (wrong !== undefined) {
    throw new TypeError(
      `${JSON.stringify(wrong)} cannot stand in a challenge; expected letters, digits and hyphens, as in { scheme: "Bearer", realm: "shop" }`,
    );
  }
  const list = Object.entries(parameters).map(([name, value]) => `${name}="${escapeQuoted(String(value))}"`);
  return checkFieldValue("www-authenticate", list.length === 0 ? scheme : `${scheme} ${list.join(", ")}`);
}

function escapeQuoted(text: string): string {
  return text.replace(/["\\]/g, "\\$&");
}
