import { X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import { SetupError } from "../../http/setup-error.ts";
import { type CertificateFiles, certificateFiles, isPem, type TlsSettings } from "./tls-options.ts";

/** A certificate ready for handshakes. */
export interface LoadedCertificate {
  /** Host names it serves, in lower case. */
  readonly names: readonly string[];
  readonly options: SecureContextOptions;
  readonly context: SecureContext;
}

/** A server's certificates: chosen by host name, read again when their files change. */
export class CertificateStore {
  private readonly sources: readonly CertificateFiles[];
  private readonly settings: TlsSettings;
  private certificates: readonly LoadedCertificate[];
  private stamp: string;

  /** Throws a SetupError when a certificate cannot be used. */
  constructor(settings: TlsSettings) {
    this.settings = settings;
    this.sources = settings.certificates.map(certificateFiles);
    this.stamp = this.readStamp();
    this.certificates = this.load();
  }

  /** The first certificate: for clients that ask for no name or for an unknown one. */
  get first(): LoadedCertificate {
    const [first] = this.certificates;
    if (first === undefined) throw new SetupError("tls has no certificate", { code: "E_BAD_TLS" });
    return first;
  }

  /** The certificate of a host name: one that names it, else one of its parent domain's wildcard, else the first or, if strict, none. */
  select(hostName: string): LoadedCertificate | undefined {
    const name = hostName.toLowerCase();
    const dot = name.indexOf(".");
    const wildcard = dot > 0 ? `*${name.slice(dot)}` : "";
    return (
      this.serving(name) ?? this.serving(wildcard) ?? (this.settings.strict === true ? undefined : this.first)
    );
  }

  /**
   * Reads the certificates again if a file has changed. Throws, and keeps the former ones, when the new ones cannot be used,
   * as when a key is written before its certificate; the next call tries again.
   *
   * @returns whether there are new ones.
   */
  refresh(): boolean {
    const stamp = this.readStamp();
    if (stamp === this.stamp) return false;
    this.certificates = this.load();
    this.stamp = stamp;
    return true;
  }

  private serving(name: string): LoadedCertificate | undefined {
    return this.certificates.find(({ names }) => names.includes(name));
  }

  private load(): LoadedCertificate[] {
    const { clientAuthorities } = this.settings;
    const ca = clientAuthorities === undefined ? {} : { ca: readPem(clientAuthorities, "clientAuthorities") };
    return this.sources.map((source) => loadCertificate(source, ca));
  }

  private readStamp(): string {
    const paths = this.sources.flatMap(({ cert, key }) => [cert, key]);
    if (this.settings.clientAuthorities !== undefined) paths.push(this.settings.clientAuthorities);
    return paths
      .filter((path) => !isPem(path))
      .map((path) => {
        const stat = statSync(path, { throwIfNoEntry: false });
        return stat === undefined ? "missing" : `${stat.ino}:${stat.mtimeMs}:${stat.size}`;
      })
      .join(" ");
  }
}

function loadCertificate(source: CertificateFiles, common: SecureContextOptions): LoadedCertificate {
  const cert = readPem(source.cert, "cert");
  const options: SecureContextOptions = {
    ...common,
    cert,
    key: readPem(source.key, "key"),
    minVersion: "TLSv1.2",
    ...(source.passphrase === undefined ? {} : { passphrase: source.passphrase }),
  };
  try {
    const names = (source.names ?? namesIn(cert)).map((name) => name.toLowerCase());
    return { names, options, context: createSecureContext(options) };
  } catch (error) {
    const what = isPem(source.cert) ? "The tls certificate" : `The tls certificate ${source.cert}`;
    throw new SetupError(`${what} cannot be used with its key: ${(error as Error).message}`, {
      code: "E_BAD_TLS",
      cause: error,
    });
  }
}

function readPem(value: string, what: string): string {
  if (isPem(value)) return value;
  try {
    return readFileSync(value, "utf8");
  } catch (error) {
    throw new SetupError(
      `The tls ${what} ${value} cannot be read; expected the path of a PEM file or PEM text`,
      { code: "E_BAD_TLS", cause: error },
    );
  }
}

function namesIn(pem: string): string[] {
  const alternatives = new X509Certificate(pem).subjectAltName ?? "";
  return alternatives
    .split(", ")
    .filter((each) => each.startsWith("DNS:"))
    .map((each) => each.slice("DNS:".length));
}
