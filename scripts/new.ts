import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { articleTemplate, checkTemplate, checkTestTemplate, playbookTemplate, worldTemplate } from './templates.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const usage = 'Usage: npm run new check <system>/<name>   or   npm run new playbook <id>';

/** The files of a new check or playbook, by path. Throws with the usage when the words are off. */
export function scaffold(what: string | undefined, id: string | undefined): Record<string, string> {
  if (what === 'check' && id !== undefined && /^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/.test(id)) {
    return {
      [`playbooks/checks/${id}.ts`]: checkTemplate(id),
      [`test/checks/${id}.test.ts`]: checkTestTemplate(id),
      [`test/worlds/${id}/found.yaml`]: worldTemplate(id, true),
      [`test/worlds/${id}/clear.yaml`]: worldTemplate(id, false),
      [`knowledge/${id}.md`]: articleTemplate(id, 'en'),
      [`knowledge/${id}.zh.md`]: articleTemplate(id, 'zh'),
    };
  }
  if (what === 'playbook' && id !== undefined && /^[a-z][a-z0-9-]*$/.test(id)) {
    return { [`playbooks/${id}.ts`]: playbookTemplate(id) };
  }
  throw new Error(usage);
}

function main(): void {
  const [what, id] = process.argv.slice(2);
  const made = scaffold(what, id);
  const taken = Object.keys(made).filter((path) => existsSync(join(root, path)));
  if (taken.length > 0) throw new Error(`These files exist already: ${taken.join(', ')}. Choose another name.`);
  for (const [path, text] of Object.entries(made)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    process.stdout.write(`made ${path}\n`);
  }
  execFileSync(process.execPath, [join(root, 'scripts/generate.ts')], { stdio: 'inherit' });
  const next =
    what === 'check'
      ? 'Write the world first, then the sentence it should say, then the check; add the check to a playbook.'
      : 'Name its symptoms and its checks.';
  process.stdout.write(`brought the lists up to date\n${next}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 64;
  }
}
