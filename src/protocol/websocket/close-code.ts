/** Why a websocket closed (RFC 6455 section 7.4.1 and its registry). */
export const CloseCode = {
  Normal: 1000,
  /** The server stops or the page is left. */
  GoingAway: 1001,
  ProtocolError: 1002,
  /** A kind of message the receiver does not take. */
  UnsupportedData: 1003,
  /** Never sent: the close frame named no code. */
  NoStatus: 1005,
  /** Never sent: the connection ended without a close frame. */
  Abnormal: 1006,
  /** Text that is not UTF-8, or another mismatch of data and type. */
  InvalidPayload: 1007,
  PolicyViolation: 1008,
  MessageTooBig: 1009,
  MandatoryExtension: 1010,
  InternalError: 1011,
  ServiceRestart: 1012,
  TryAgainLater: 1013,
  BadGateway: 1014,
} as const;
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

/**
 * Whether a close frame may carry `code`: 1000–1003, 1007–1014, 3000–4999 (RFC 6455 section 7.4.2).
 *
 * 1004 is reserved; 1005, 1006 and 1015 only describe what happened locally; the rest is not assigned.
 */
export function isSendableCloseCode(code: number): boolean {
  if (!Number.isInteger(code)) return false;
  if (code >= 3000) return code <= 4999;
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
}
