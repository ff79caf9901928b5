/** How large the parts of a message head may be; all in bytes but the count. */
export interface HeadLimits {
  /** The request line without its CRLF. Past it: 414. @default 8 KiB */
  requestLineLimit: number;
  /** Request line and all header fields together; also all trailer fields together. Past it: 431. @default 16 KiB */
  headLimit: number;
  /** Number of header fields; also of trailer fields. Past it: 431. @default 100 */
  headerCountLimit: number;
}

/** The defaults of {@link HeadLimits}. */
export const defaultHeadLimits: Readonly<HeadLimits> = {
  requestLineLimit: 8 * 1024,
  headLimit: 16 * 1024,
  headerCountLimit: 100,
};
