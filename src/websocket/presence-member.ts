/** Somebody who is present. */
export interface Member<Data = unknown> {
  /** Different for each member of all processes. */
  readonly id: string;
  /** What it told about itself. */
  readonly data: Data;
}

/** Something that changed about who is present. */
export interface PresenceChange<Data = unknown> {
  readonly type: "join" | "update" | "leave";
  /** As it is now; at a leave, as it was. */
  readonly member: Member<Data>;
}

/** Each member is kept by every process, so what it tells about itself is small. */
const LARGEST_DATA = 1024;

/**
 * The data of a member as others will get it.
 *
 * @throws {TypeError} when it has no JSON, {RangeError} when that has more than 1 KiB.
 */
export function checkMemberData(data: unknown): unknown {
  const text: string | undefined = JSON.stringify(data ?? null);
  if (text === undefined)
    throw new TypeError(`A member's data is ${typeof data}; expected a value that has JSON`);
  const size = Buffer.byteLength(text);
  if (size > LARGEST_DATA)
    throw new RangeError(`A member's data has ${size} bytes of JSON; expected at most ${LARGEST_DATA}`);
  return JSON.parse(text);
}
