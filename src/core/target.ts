import { z } from 'zod';

const dns1123 = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** What a run may be pointed at. A playbook takes some of these keys; all are optional. */
export const Target = z
  .object({
    subnet: z.string().regex(dns1123, 'A subnet is named in lower case letters, digits, dots and hyphens.'),
  })
  .partial()
  .strict();
export type Target = z.infer<typeof Target>;
export type TargetKey = keyof Target;
export const targetKeys = Object.keys(Target.shape) as TargetKey[];
