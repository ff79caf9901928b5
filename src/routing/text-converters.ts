import { HYPHEN, isDigit, isLowerLetter, LOWER_CASE_BIT } from "./characters.ts";

export function convertText(segment: string): string | undefined {
  return segment === "" ? undefined : segment;
}

export function convertSlug(segment: string): string | undefined {
  let afterCharacter = false;
  for (let index = 0; index < segment.length; index++) {
    const code = segment.charCodeAt(index);
    if (isLowerLetter(code) || isDigit(code)) afterCharacter = true;
    else if (code === HYPHEN && afterCharacter) afterCharacter = false;
    else return undefined;
  }
  return afterCharacter ? segment : undefined;
}

export function convertAlpha(segment: string): string | undefined {
  for (let index = 0; index < segment.length; index++) {
    if (!isLowerLetter(segment.charCodeAt(index) | LOWER_CASE_BIT)) return undefined;
  }
  return segment === "" ? undefined : segment;
}

export function convertUuid(segment: string): string | undefined {
  if (segment.length !== 36) return undefined;
  for (let index = 0; index < 36; index++) {
    const code = segment.charCodeAt(index);
    const fits =
      index === 8 || index === 13 || index === 18 || index === 23 ? code === HYPHEN : isHexDigit(code);
    if (!fits) return undefined;
  }
  return segment.toLowerCase();
}

function isHexDigit(code: number): boolean {
  const lower = code | LOWER_CASE_BIT;
  return isDigit(code) || (lower >= 0x61 && lower <= 0x66);
}
