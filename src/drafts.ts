import { join } from 'node:path';
import { CannotFetchError } from './adapters/git/git.ts';
import { pushBranch } from './adapters/git/push-branch.ts';
import type { KnowledgeConfig } from './knowledge-config.ts';
import { nameOf } from './knowledge-sources.ts';
import type { Drafts } from './ports/drafts.ts';

/** Drafts as branches of the repository that the configuration names, or nowhere. */
export function createDrafts(
  { drafts: source, environment }: Pick<KnowledgeConfig, 'drafts' | 'environment'>,
  scratchFolder: string,
): Drafts {
  return {
    offer: async ({ run, code, language, title, markdown }) => {
      if (source?.remote === undefined) return { is: 'nowhere' };
      const branch = `draft/${code}-${run}${language === 'en' ? '' : `-${language}`}`;
      const name = `${code.replaceAll('/', '-')}-${run}${language === 'en' ? '' : `.${language}`}.md`;
      try {
        await pushBranch({
          remote: source.remote,
          branch,
          path: source.folder === '' ? name : `${source.folder}/${name}`,
          content: markdown,
          message: `Draft an article: ${title}\n\nWritten from the records of run ${run}, for review.`,
          scratchFolder: join(scratchFolder, 'drafts'),
          environment,
        });
        return { is: 'offered', branch, where: nameOf({ ...source, folder: '' }) };
      } catch (error) {
        if (error instanceof CannotFetchError) return { is: 'refused', because: error.because };
        throw error;
      }
    },
  };
}
