import { createServer, type TLSSocket, type Server as TlsServer } from "node:tls";
import type { CertificateStore } from "./certificate-store.ts";
import type { TlsSettings } from "./tls-options.ts";

/** Seconds between two looks at the certificates' files. */
const RELOAD_PERIOD = 5;

/** What a TLS listener tells its server. */
export interface TlsListenerHandlers {
  onConnection(socket: TLSSocket): void;
  /** New certificates could not be read; the former ones stay. */
  onReloadError(error: unknown): void;
}

/** Creates a listener that answers handshakes with the store's certificates, and with new ones when their files change. */
export function createTlsListener(
  store: CertificateStore,
  settings: TlsSettings,
  handshakeTimeout: number,
  handlers: TlsListenerHandlers,
): TlsServer {
  const asksClients = settings.clientAuthorities !== undefined;
  const listener = createServer(
    {
      ...(settings.strict === true ? {} : store.first.options),
      minVersion: "TLSv1.2",
      ALPNProtocols: ["http/1.1"],
      SNICallback: (name, done) => {
        const certificate = store.select(name);
        if (certificate === undefined) done(new Error(`No certificate for ${name}`));
        else done(null, certificate.context);
      },
      requestCert: asksClients,
      rejectUnauthorized: asksClients && settings.requireClientCertificate !== false,
      handshakeTimeout: handshakeTimeout * 1000,
      noDelay: true,
    },
    (socket) => handlers.onConnection(socket),
  );
  const timer = setInterval(() => refresh(listener, store, settings, handlers), RELOAD_PERIOD * 1000);
  timer.unref();
  listener.once("close", () => clearInterval(timer));
  return listener;
}

/** Takes changed certificates over, for the next handshakes. */
export function refresh(
  listener: TlsServer,
  store: CertificateStore,
  settings: TlsSettings,
  handlers: TlsListenerHandlers,
): void {
  try {
    if (store.refresh() && settings.strict !== true) listener.setSecureContext(store.first.options);
  } catch (error) {
    handlers.onReloadError(error);
  }
}
