import type { TLSSocket } from "node:tls";
import type { TlsDetails } from "../../http/request.ts";

/** What was agreed on in a connection's handshake. */
export function tlsDetails(socket: TLSSocket): TlsDetails {
  const certificate = socket.getPeerX509Certificate();
  return {
    protocol: socket.getProtocol() ?? "",
    cipher: socket.getCipher()?.name ?? "",
    serverName: typeof socket.servername === "string" ? socket.servername : "",
    clientCertificate:
      certificate === undefined
        ? undefined
        : {
            subject: certificate.subject,
            issuer: certificate.issuer,
            fingerprint256: certificate.fingerprint256,
            validTo: new Date(certificate.validTo),
            isTrusted: socket.authorized,
          },
  };
}
