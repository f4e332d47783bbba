import { z } from 'zod';

const dns1123 = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

function named(what: string): z.ZodString {
  return z.string().regex(dns1123, `A ${what} is named in lower case letters, digits, dots and hyphens.`);
}

/** What a run may be pointed at. A playbook takes some of these keys; all are optional. */
export const Target = z
  .object({
    subnet: named('subnet'),
    namespace: named('namespace'),
    pod: named('pod'),
    node: named('node'),
    service: named('service'),
    /** A host name of an Ingress; a wildcard is written as `*.example.com`. */
    host: z.string().regex(/^(\*\.)?[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'A host is written like shop.example.com.'),
    ip: z.union([z.ipv4(), z.ipv6()], { error: 'An address is written like 10.16.0.12 or fd00::12.' }),
  })
  .partial()
  .strict();
export type Target = z.infer<typeof Target>;
export type TargetKey = keyof Target;
export const targetKeys = Object.keys(Target.shape) as TargetKey[];
