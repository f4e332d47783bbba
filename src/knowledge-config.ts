import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseDuration } from './core/duration.ts';
import { addressFields, type KnowledgeSource } from './knowledge-sources.ts';

const UrlTemplate = z
  .string()
  .regex(/^https?:\/\//, 'The address of an article begins with https:// or http://.')
  .refine((template) => /\{\w+\}/.test(template), `Put ${fieldList()} where it differs between articles.`)
  .refine(
    (template) => [...template.matchAll(/\{(\w*)\}/g)].every(([, name = '']) => addressFields.includes(name)),
    `An address is made of ${fieldList()}.`,
  );

function fieldList(): string {
  return addressFields.map((field) => `{${field}}`).join(', ');
}

const usualEvery = '10m';
const leastMilliseconds = 60_000;
const Every = z
  .string()
  .refine((written) => parseDuration(written) !== undefined, 'Write a duration such as 10m or 1h.')
  .refine((written) => (parseDuration(written) ?? 0) >= leastMilliseconds, 'Fetch at most once a minute: 1m.');

const onlyOfGit = ['branch', 'every', 'below', 'tokenVariable', 'tokenFile', 'drafts'] as const;

const Source = z
  .strictObject({
    folder: z.string().min(1).optional(),
    git: z
      .string()
      .regex(/^(?:https|ssh|file):\/\//, 'Write the address of a repository as https://, ssh:// or file://.')
      .optional(),
    /** Where people read its articles; the built-in reader when it is left out. */
    url: UrlTemplate.optional(),
    branch: z.string().optional(),
    /** 10m when it is left out. */
    every: Every.optional(),
    /** The folder inside the repository that holds the articles. */
    below: z.string().optional(),
    /** Names the environment variable that holds a token for https. */
    tokenVariable: z.string().optional(),
    /** A mounted file that holds a token for https; it is read at every fetch. */
    tokenFile: z.string().optional(),
    /** Whether drafts of articles are pushed to it as branches, for review. */
    drafts: z.boolean().optional(),
  })
  .superRefine((source, context) => {
    const say = (message: string, path: string[] = []) => context.addIssue({ code: 'custom', message, path });
    if ((source.folder === undefined) === (source.git === undefined)) say('Name a folder or a git repository.');
    if (source.git === undefined) {
      for (const name of onlyOfGit) if (source[name] !== undefined) say(`Only a git repository has ${name}.`, [name]);
    }
    if (source.tokenVariable !== undefined && source.tokenFile !== undefined) {
      say('Name a tokenVariable or a tokenFile, not both.', ['tokenFile']);
    }
  });

/** Where the team's own articles are kept. */
export const KnowledgeSettings = z
  .strictObject({ sources: z.array(Source).max(50).default([]) })
  .refine(({ sources }) => sources.filter(({ drafts }) => drafts === true).length <= 1, {
    message: 'Drafts can be pushed to one repository only.',
    path: ['sources'],
  });
export type KnowledgeSettings = z.infer<typeof KnowledgeSettings>;

/** What the configuration says about articles, ready to be opened. */
export type KnowledgeConfig = {
  readonly sources: readonly KnowledgeSource[];
  /** The source that drafts are pushed to. */
  readonly drafts: KnowledgeSource | undefined;
  /** What git may need to reach remotes. */
  readonly environment: NodeJS.ProcessEnv;
};

export function knowledgeConfigOf(settings: KnowledgeSettings, environment: NodeJS.ProcessEnv): KnowledgeConfig {
  const sources = settings.sources.map((given): KnowledgeSource => {
    const { folder = '', git, branch, every = usualEvery, below = '', url } = given;
    if (git === undefined) return { folder, urlTemplate: url };
    return {
      folder: below,
      remote: { url: git, branch, token: tokenOf(given, environment) },
      everyMilliseconds: parseDuration(every),
      urlTemplate: url,
    };
  });
  return { sources, drafts: sources[settings.sources.findIndex(({ drafts }) => drafts === true)], environment };
}

function tokenOf(
  { tokenVariable, tokenFile }: z.infer<typeof Source>,
  environment: NodeJS.ProcessEnv,
): (() => string) | undefined {
  if (tokenFile !== undefined) return () => readFileSync(tokenFile, 'utf8').trim();
  if (tokenVariable === undefined) return undefined;
  return () => {
    const token = environment[tokenVariable];
    if (token === undefined) throw new Error(`the variable ${tokenVariable} is not set`);
    return token;
  };
}
