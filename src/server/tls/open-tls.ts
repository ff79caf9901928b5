import type { Server as TlsServer } from "node:tls";
import type { ListenerHandlers } from "../listener.ts";
import { CertificateStore } from "./certificate-store.ts";
import { developmentCertificate } from "./development-certificate.ts";
import { createTlsListener } from "./tls-listener.ts";
import { readTlsOptions, type TlsOptions } from "./tls-options.ts";

/** Makes a listener that serves https as `options` say. Rejects with a SetupError when a certificate cannot be used. */
export async function openTls(options: TlsOptions, handlers: ListenerHandlers): Promise<TlsServer> {
  const settings = readTlsOptions(options === "dev" ? await developmentCertificate() : options);
  return createTlsListener(new CertificateStore(settings), settings, handlers.handshakeTimeout, {
    onConnection: (socket) => handlers.onConnection(socket),
    onReloadError: (error) => handlers.onError(error),
  });
}
