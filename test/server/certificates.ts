import { generate } from "selfsigned";

export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate for host names, signed by `issuer` or by itself. */
export async function makeCertificate(
  names: readonly string[],
  issuer?: TestCertificate,
): Promise<TestCertificate> {
  const made = await generate([{ name: "commonName", value: names[0] ?? "" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: issuer === undefined },
      { name: "subjectAltName", altNames: names.map((value) => ({ type: 2 as const, value })) },
    ],
    ...(issuer === undefined ? {} : { ca: { cert: issuer.cert, key: issuer.key } }),
  });
  return { cert: made.cert, key: made.private };
}
