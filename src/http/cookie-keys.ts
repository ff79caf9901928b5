import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { SetupError } from "./setup-error.ts";

interface KeyPair {
  readonly signing: Uint8Array;
  readonly encryption: Uint8Array;
}

const SHORTEST_SECRET = 32;
const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** 32 bytes in base64url. */
const SIGNATURE_LENGTH = 43;
const BASE64URL = /^[A-Za-z0-9_-]*$/;

/**
 * Keys that seal cookies: the first one signs and encrypts, all of them are tried on what comes back.
 *
 * A cookie's name, with its prefix, is part of what is sealed: a value is worth nothing under another name.
 */
export class CookieKeys {
  private readonly keys: readonly KeyPair[];

  private constructor(secrets: readonly string[]) {
    this.keys = secrets.map((secret) => ({
      signing: deriveKey(secret, "spindash cookie signing"),
      encryption: deriveKey(secret, "spindash cookie encryption"),
    }));
  }

  /** Null without secrets. Throws a SetupError for one that is too short to be none that can be guessed. */
  static from(secrets: readonly string[]): CookieKeys | null {
    for (const [index, secret] of secrets.entries()) {
      if (secret.length >= SHORTEST_SECRET) continue;
      throw new SetupError(
        `Number ${index + 1} of cookieSecrets has ${secret.length} characters; expected ${SHORTEST_SECRET} or more, as from: node -p "crypto.randomBytes(32).toString('hex')"`,
      );
    }
    return secrets.length === 0 ? null : new CookieKeys(secrets);
  }

  /** The value with its signature behind it. */
  sign(name: string, value: string): string {
    return `${value}.${macOf(this.newest, name, value).toString("base64url")}`;
  }

  /** The value of what {@link CookieKeys.sign} gave, undefined when it is not that. */
  verify(name: string, signed: string): string | undefined {
    const dot = signed.length - SIGNATURE_LENGTH - 1;
    if (dot < 0 || signed[dot] !== ".") return undefined;
    const value = signed.slice(0, dot);
    const signature = decodeBase64Url(signed.slice(dot + 1));
    if (signature === undefined) return undefined;
    return this.keys.some((key) => timingSafeEqual(macOf(key, name, value), signature)) ? value : undefined;
  }

  /** The text, readable by nobody without the key. */
  encrypt(name: string, text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.newest.encryption, nonce);
    cipher.setAAD(Buffer.from(name));
    const content = [cipher.update(text, "utf8"), cipher.final()];
    return Buffer.concat([nonce, ...content, cipher.getAuthTag()]).toString("base64url");
  }

  /** The text that {@link CookieKeys.encrypt} was given, undefined when this is nothing it gave. */
  decrypt(name: string, encrypted: string): string | undefined {
    const bytes = decodeBase64Url(encrypted);
    if (bytes === undefined || bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
    for (const key of this.keys) {
      const text = decryptWith(key, name, bytes);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  private get newest(): KeyPair {
    return this.keys[0] as KeyPair;
  }
}

/** One secret, several purposes: a key of its own for each. */
function deriveKey(secret: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", secret, "", purpose, 32));
}

/** No name has a line feed, so that name and value cannot be divided in another way. */
function macOf({ signing }: KeyPair, name: string, value: string): Buffer {
  return createHmac("sha256", signing).update(`${name}\n${value}`).digest();
}

function decryptWith({ encryption }: KeyPair, name: string, bytes: Buffer): string | undefined {
  const decipher = createDecipheriv(CIPHER, encryption, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(name));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}

/** Only the one spelling that encoding gives: unused bits at the end would make several. */
function decodeBase64Url(text: string): Buffer | undefined {
  if (!BASE64URL.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64url");
  return bytes.toString("base64url") === text ? bytes : undefined;
}
