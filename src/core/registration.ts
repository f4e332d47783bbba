import { z } from 'zod';

const forms = 'Say how it is reached: kubeconfig: FILE, folder: FOLDER, inCluster: true, or world: FILE.';

/** How a registered cluster is reached. Files are read again when their content changes, as a renewed Secret's does. */
const connections = [
  z.strictObject({
    kubeconfig: z.string(),
    context: z.string().optional(),
    /** Allows a kubeconfig that runs a program to log in. Only for files that an administrator wrote. */
    allowExec: z.boolean().default(false),
  }),
  z.strictObject({
    /**
     * A mounted Secret: either it has a kubeconfig under `kubeconfig`, `config` or `value`, or it is the Secret of a
     * service account with `token` and `ca.crt`, and `server` says where. It can never run a program to log in.
     */
    folder: z.string(),
    server: z.url({ protocol: /^https$/, error: 'An API server is written like https://10.0.0.1:6443.' }).optional(),
    context: z.string().optional(),
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
] as const;
export const Connection = z.union(connections, { error: forms });
export type Connection = z.infer<typeof Connection>;

const owner = z
  .string()
  .regex(
    /^[UWS][A-Z0-9]{1,20}$/,
    'An owner is the id of a person, like U0123456789, or of a user group, like S0123456789.',
  );

const channel = z.string().regex(/^[CG][A-Z0-9]{1,20}$/, 'A channel is written by its id, like C0123456789.');

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
  /** Who is responsible for it: ids of people and of user groups, named where something is wrong with it. */
  owners: z.array(owner).default([]),
  /** Where to speak about it when nobody asked. */
  channel: channel.optional(),
  connect: Connection,
});
export type Registration = z.infer<typeof Registration>;

/** What is meant in a channel when nothing else is said there. A default namespace belongs to the default cluster. */
export const ChannelDefaults = z.strictObject({
  cluster: z.string().optional(),
  namespace: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'A namespace is named in lower case letters, digits and hyphens.')
    .optional(),
});
export type ChannelDefaults = z.infer<typeof ChannelDefaults>;

/** By the id of the channel. */
export const Channels = z.record(channel, ChannelDefaults);
export type Channels = z.infer<typeof Channels>;
