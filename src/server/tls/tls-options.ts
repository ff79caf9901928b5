import { statSync } from "node:fs";
import { join } from "node:path";
import { SetupError } from "../../http/setup-error.ts";

/** One certificate with its key: paths of PEM files, or PEM text. */
export interface CertificateFiles {
  /** The certificate, followed by its intermediates. */
  cert: string;
  key: string;
  /** Of an encrypted key. */
  passphrase?: string;
  /** Host names it serves, `*.example.com` for one level of names. @default those in the certificate */
  names?: readonly string[];
}

/** A certificate: its files, or a folder with `fullchain.pem` and `privkey.pem`. */
export type CertificateSource = string | CertificateFiles;

/** Several certificates, or certificates of clients. */
export interface TlsSettings {
  /** Chosen by the host name the client asks for; the first serves clients that ask for none or another. */
  certificates: readonly CertificateSource[];
  /** Refuse clients that ask for no name or for one without a certificate. @default false */
  strict?: boolean;
  /** Authorities whose client certificates are asked for: path of a PEM file, or PEM text. */
  clientAuthorities?: string;
  /** Refuse clients without a certificate of `clientAuthorities`. @default true when those are given */
  requireClientCertificate?: boolean;
}

/** How to serve https: one certificate, several, all settings, or `"dev"` for a certificate made on this machine. */
export type TlsOptions = "dev" | CertificateSource | readonly CertificateSource[] | TlsSettings;

const CERTIFICATE_FILE = "fullchain.pem";
const KEY_FILE = "privkey.pem";

/** Brings the short forms to {@link TlsSettings}. Throws a SetupError when it is none of them. */
export function readTlsOptions(options: Exclude<TlsOptions, "dev">): TlsSettings {
  const settings = isSettings(options)
    ? options
    : { certificates: Array.isArray(options) ? options : [options] };
  if (settings.certificates.length === 0)
    throw new SetupError("tls has no certificate; give it { cert, key } or a folder", { code: "E_BAD_TLS" });
  return settings as TlsSettings;
}

/** The files of a certificate. Throws a SetupError when a folder lacks one of them or something else was given. */
export function certificateFiles(source: CertificateSource): CertificateFiles {
  if (typeof source === "object" && source !== null && "cert" in source && "key" in source) return source;
  if (typeof source !== "string") {
    throw new SetupError(
      "tls takes { cert, key }, a folder with fullchain.pem and privkey.pem, or a list of these",
      { code: "E_BAD_TLS" },
    );
  }
  const files = { cert: join(source, CERTIFICATE_FILE), key: join(source, KEY_FILE) };
  for (const path of Object.values(files)) {
    if (statSync(path, { throwIfNoEntry: false }) === undefined) {
      throw new SetupError(
        `The tls folder ${source} has no ${path.slice(source.length + 1)}; it needs ${CERTIFICATE_FILE} and ${KEY_FILE}`,
        { code: "E_BAD_TLS" },
      );
    }
  }
  return files;
}

/** Whether a cert, key or authority is PEM text and not a path. */
export function isPem(value: string): boolean {
  return value.includes("-----BEGIN ");
}

function isSettings(options: object | string): options is TlsSettings {
  return typeof options === "object" && "certificates" in options;
}
