import { z } from 'zod';
import { defineKind, objectWith } from '../../src/core/kind.ts';

/** Who asks for which certificate, and how far that got. The request itself and the certificate are not read. */
export const CertificateSigningRequestShape = objectWith({
  spec: z
    .object({
      /** Absent on servers before 1.18, where all requests are of one kind. */
      signerName: z.string().default(''),
      username: z.string().default(''),
    })
    .prefault({}),
  status: z
    .object({
      conditions: z
        .array(z.object({ type: z.string(), reason: z.string().default(''), message: z.string().default('') }))
        .nullish(),
      certificate: z.string().nullish(),
    })
    .prefault({}),
});
export type CertificateSigningRequest = z.infer<typeof CertificateSigningRequestShape>;
export const CertificateSigningRequest = defineKind<CertificateSigningRequest>({
  name: 'CertificateSigningRequest',
  plural: 'certificatesigningrequests',
  apiVersions: ['certificates.k8s.io/v1', 'certificates.k8s.io/v1beta1'],
  namespaced: false,
  schema: CertificateSigningRequestShape,
});
