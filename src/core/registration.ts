import { z } from 'zod';

/** How a registered cluster is reached. */
export const Connection = z.union([
  z.strictObject({
    kubeconfig: z.string(),
    context: z.string().optional(),
    /** Allows a kubeconfig that runs a program to log in. Only for files that an administrator wrote. */
    allowExec: z.boolean().default(false),
  }),
  z.strictObject({ inCluster: z.literal(true) }),
  z.strictObject({
    world: z.string(),
    /** Keeps what was changed in the world, across processes. */
    journal: z.string().optional(),
    /** How much faster than real time the world's clock runs. */
    speed: z.number().min(0.1).max(1000).default(1),
    /** How long each read takes, in real milliseconds: a cluster far away, for a demonstration. */
    readMilliseconds: z.number().int().min(0).max(10_000).default(0),
  }),
]);
export type Connection = z.infer<typeof Connection>;

/** A cluster as the platform owner registers it. */
export const Registration = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/,
      'A cluster is named in lower case letters, digits, dots and hyphens.',
    ),
  environment: z.string().default('production'),
  labels: z.record(z.string(), z.string()).default({}),
  /** `observe` looks only; `remediate` also makes approved changes. */
  mode: z.enum(['observe', 'remediate']).default('observe'),
  policy: z.string().default('default'),
  connect: Connection,
});
export type Registration = z.infer<typeof Registration>;
