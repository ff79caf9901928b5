/**
 * One link of a Link field: `<target>`, then parameters whose values are tokens or quoted strings (RFC 8288 section 3).
 * Whitespace belongs to what follows it, so that there is one way to match and time stays linear.
 */
const LINK =
  /^<[!-;=?-~]*>(?:[\t ]*;(?:[\t ]*[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?:=(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+|"(?:[^"\\\x00-\x08\x0a-\x1f\x7f-\uffff]|\\[\t -~])*"))?)?)*$/;

const LONGEST = 4096;

/** The link, ready to be sent. Throws a TypeError for what is none, line breaks above all. */
export function checkLink(link: string): string {
  if (typeof link === "string" && link.length <= LONGEST && LINK.test(link)) return link;
  throw new TypeError(
    `${JSON.stringify(link)} is not a link; expected a URL in angle brackets and its parameters, ${LONGEST} characters at most, such as "</style.css>; rel=preload; as=style"`,
  );
}
