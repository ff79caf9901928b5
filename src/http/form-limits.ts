/** How much a form may have; sizes in bytes. The body's own limit holds besides. */
export interface FormLimits {
  /** Fields of a form. Past it: 413. @default 1000 */
  formFieldLimit: number;
  /** Bytes of one field of a multipart form. Past it: 413. @default 64 KiB */
  formFieldSizeLimit: number;
  /** Files of a multipart form. Past it: 413. @default 100 */
  formFileLimit: number;
  /** Header fields of one part of a multipart form. Past it: 413. @default 16 */
  formPartHeaderLimit: number;
}

/** The defaults of {@link FormLimits}. */
export const defaultFormLimits: Readonly<FormLimits> = {
  formFieldLimit: 1000,
  formFieldSizeLimit: 64 * 1024,
  formFileLimit: 100,
  formPartHeaderLimit: 16,
};
