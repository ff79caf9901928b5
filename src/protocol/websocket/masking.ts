/** Below this many bytes the view over the words costs more than it saves: 105 ns against 218 at 125 bytes. */
const WORDWISE_FROM = 128;

const isLittleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/**
 * Applies or removes the mask of a frame in place (RFC 6455 section 5.3).
 *
 * @param key the masking key, its first byte lowest.
 * @param offset how many bytes of the payload came before `start`.
 */
export function applyMask(bytes: Buffer, start: number, end: number, key: number, offset: number): void {
  const turned = rotate(key, offset);
  if (isLittleEndian && end - start >= WORDWISE_FROM) maskWords(bytes, start, end, turned);
  else maskBytes(bytes, start, end, turned);
}

/**
 * Unmasks a short payload in place with the key in the four bytes before it.
 *
 * @returns all its bytes or-ed together: below 128 when every one is ASCII.
 */
export function unmaskShort(bytes: Buffer, start: number, end: number): number {
  const first = bytes[start - 4]!;
  const second = bytes[start - 3]!;
  const third = bytes[start - 2]!;
  const fourth = bytes[start - 1]!;
  let all = 0;
  let p = start;
  // Four at a time: 72 ns against 168 for 32 bytes with an index into the key.
  for (const stop = end - 3; p < stop; p += 4) {
    all |= bytes[p]! ^= first;
    all |= bytes[p + 1]! ^= second;
    all |= bytes[p + 2]! ^= third;
    all |= bytes[p + 3]! ^= fourth;
  }
  if (p < end) all |= bytes[p]! ^= first;
  if (p + 1 < end) all |= bytes[p + 1]! ^= second;
  if (p + 2 < end) all |= bytes[p + 2]! ^= third;
  return all;
}

/** The key as it applies to a payload cut `offset` bytes further on. */
function rotate(key: number, offset: number): number {
  const bits = (offset & 3) << 3;
  return bits === 0 ? key : (key >>> bits) | (key << (32 - bits));
}

function maskBytes(bytes: Buffer, start: number, end: number, key: number): void {
  let turning = key;
  for (let p = start; p < end; p++) {
    bytes[p]! ^= turning & 0xff;
    turning = (turning >>> 8) | (turning << 24);
  }
}

/** Four bytes at a time, four times in a row: 0.2 ms for a megabyte against 1.6 ms byte by byte. */
function maskWords(bytes: Buffer, start: number, end: number, key: number): void {
  const aligned = start + (-(bytes.byteOffset + start) & 3);
  maskBytes(bytes, start, aligned, key);
  const turned = rotate(key, aligned - start);
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + aligned, (end - aligned) >> 2);
  const stop = words.length & ~3;
  for (let i = 0; i < stop; i += 4) {
    words[i]! ^= turned;
    words[i + 1]! ^= turned;
    words[i + 2]! ^= turned;
    words[i + 3]! ^= turned;
  }
  maskBytes(bytes, aligned + stop * 4, end, turned);
}
