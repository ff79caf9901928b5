import { BadRequest, type HttpError } from "../../http/errors.ts";
import { isHost, isHostWithPort } from "./host.ts";

const SLASH = 0x2f;

/** A request target in one of its four forms (RFC 9112 section 3.2), told apart once, for everybody. */
export class RequestTarget {
  /** The path as sent, starting with `/`; `*` for the asterisk form, `""` for the authority form. */
  path = "/";
  /** Bounds of the query in the head's text, without `?`; equal where there is none. */
  queryStart = 0;
  queryEnd = 0;
  /** Host and port of the absolute and authority forms, else `""`: they take precedence over the Host field. */
  authority = "";

  /**
   * Takes the target that begins at `start` of the head's `text`, its path ending at `pathEnd` and itself at `end`;
   * `bytes` from `section` on are the same head. Gives what is wrong with it, else null.
   */
  read(
    method: string,
    bytes: Buffer,
    section: number,
    text: string,
    start: number,
    pathEnd: number,
    end: number,
  ): HttpError | null {
    this.queryStart = pathEnd < end ? pathEnd + 1 : end;
    this.queryEnd = end;
    this.authority = "";
    if (method === "CONNECT") return this.readAuthority(bytes, section, text, start, end);
    if (bytes[section + start] === SLASH) {
      this.path = text.slice(start, pathEnd);
      return null;
    }
    if (end - start === 1 && text.charAt(start) === "*") {
      this.path = "*";
      return method === "OPTIONS" ? null : new BadRequest("The target * is for OPTIONS only");
    }
    return this.readAbsolute(bytes, section, text, start, pathEnd);
  }

  private readAuthority(
    bytes: Buffer,
    section: number,
    text: string,
    start: number,
    end: number,
  ): HttpError | null {
    this.path = "";
    this.authority = text.slice(start, end);
    return isHostWithPort(bytes, section + start, section + end)
      ? null
      : new BadRequest("The target of CONNECT is a host and a port");
  }

  private readAbsolute(
    bytes: Buffer,
    section: number,
    text: string,
    start: number,
    pathEnd: number,
  ): HttpError | null {
    const scheme = text.slice(start, start + 8).toLowerCase();
    const schemeLength = scheme.startsWith("http://") ? 7 : scheme === "https://" ? 8 : 0;
    if (schemeLength === 0) return new BadRequest("Malformed request target: expected a path or an http URL");
    const authorityStart = start + schemeLength;
    const slash = text.indexOf("/", authorityStart);
    const authorityEnd = slash >= 0 && slash < pathEnd ? slash : pathEnd;
    if (!isHost(bytes, section + authorityStart, section + authorityEnd)) {
      return new BadRequest("Malformed request target: its host is not a host with an optional port");
    }
    this.authority = text.slice(authorityStart, authorityEnd);
    this.path = authorityEnd < pathEnd ? text.slice(authorityEnd, pathEnd) : "/";
    return null;
  }
}
