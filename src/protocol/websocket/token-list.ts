import { SPACE, TAB, TOKEN } from "../http1/characters.ts";

/** Whether `text` is a token (RFC 9110 section 5.6.2): what names of subprotocols and field names are made of. */
export function isToken(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (TOKEN[text.charCodeAt(i)] !== 1) return false;
  }
  return text !== "";
}

/** The members of a comma-separated list (RFC 9110 section 5.6.1) as they are written; empty ones are left out. */
export function parseTokenList(list: string): string[] {
  const members: string[] = [];
  for (let start = 0; start <= list.length; ) {
    const comma = list.indexOf(",", start);
    const end = comma < 0 ? list.length : comma;
    const member = trimmed(list, start, end);
    if (member !== "") members.push(member);
    start = end + 1;
  }
  return members;
}

/** Whether the list has the member `token`, in whatever case. `token` is given in lower case. */
export function hasToken(list: string | undefined, token: string): boolean {
  return list !== undefined && parseTokenList(list).some((member) => member.toLowerCase() === token);
}

/** Only spaces and tabs surround a member; `trim` would take other white space for them too. */
function trimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}
