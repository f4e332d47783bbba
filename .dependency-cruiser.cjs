/**
 * Who may import whom. Each rule's comment is printed to whoever breaks it.
 * Type-only imports count: the folder is what somebody has to understand, not what is loaded.
 */
const forbidOthers = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: allowed },
});

module.exports = {
  forbidden: [
    forbidOthers('core-is-pure', '^src/core/', ['^src/core/', '^node_modules/zod/', '^crypto$', '^node:crypto$'],
      'The core holds the words and pure functions. It may import zod and hash, nothing else: put I/O behind a port.'),
    forbidOthers('ports-are-types', '^src/ports/', ['^src/ports/', '^src/core/'],
      'A port says what is needed from outside in the words of the core. It imports nothing else.'),
    forbidOthers('app-knows-ports', '^src/app/', ['^src/app/', '^src/ports/', '^src/core/', '^node_modules/zod/'],
      'A use-case speaks to the outside through ports only. Take what you need as an argument; main.ts supplies the adapter.'),
    ...['slack', 'kubernetes', 'bullmq', 'redis', 'markdown', 'system', 'simulated', 'terminal', 'prometheus', 'search', 'git', 'alertmanager'].map((vendor) =>
      forbidOthers(`adapter-${vendor}`, `^src/adapters/${vendor}/`,
        [`^src/adapters/${vendor}/`, '^src/ports/', '^src/core/', '^node_modules/', '^[a-z:_/]+$'],
        'An adapter knows its vendor, the ports and the core: no use-case and no other adapter. Move what two adapters share into the core.')),
    forbidOthers('commands-use-the-app', '^commands/', ['^commands/', '^src/app/', '^src/ports/', '^src/core/'],
      'A command understands what somebody typed and calls a use-case. Slack and Redis are not its business.'),
    forbidOthers('playbooks-use-the-core', '^playbooks/', ['^playbooks/', '^src/core/', '^node_modules/zod/'],
      'A playbook looks and speaks in the words of the core. It reads through the sight it is given; nothing else is reachable.'),
    {
      name: 'no-check-imports-another',
      comment: 'Checks stand alone, so that one can be removed or broken without another. Share what is true of a product in playbooks/facts, a fix in playbooks/remedies.',
      severity: 'error',
      from: { path: '^playbooks/checks/([^/]+/[^/]+)\\.ts$', pathNot: '^playbooks/checks/index\\.ts$' },
      to: { path: '^playbooks/checks/', pathNot: '^playbooks/checks/$1\\.ts$' },
    },
    {
      name: 'slack-only-in-its-adapter',
      comment: 'Slack shapes live in src/adapters/slack. Render a core Screen instead.',
      severity: 'error',
      from: { pathNot: '^(src/adapters/slack/|test/|bench/)' },
      to: { path: '^node_modules/@slack/' },
    },
    {
      name: 'kubernetes-client-only-in-its-adapter',
      comment: 'Kubernetes client types live in src/adapters/kubernetes. Use a narrow Kind of playbooks/kinds.',
      severity: 'error',
      from: { pathNot: '^(src/adapters/kubernetes/|test/real-cluster/)' },
      to: { path: '^node_modules/@kubernetes/' },
    },
    {
      name: 'redis-only-in-its-adapters',
      comment: 'Redis is known to src/adapters/bullmq and src/adapters/redis alone. Use the ports queue, records, ledger and outbox.',
      severity: 'error',
      from: { pathNot: '^(src/adapters/(bullmq|redis)/|test/|bench/)' },
      to: { path: '^node_modules/(ioredis|bullmq)/' },
    },
    {
      name: 'local-mode-stands-alone',
      comment: 'Local mode is a workspace and a Redis that the unmodified bot connects to. It may not reach into the bot.',
      severity: 'error',
      from: { path: '^src/local/' },
      to: { path: '^(src/(app|adapters)/|commands/|playbooks/)' },
    },
    {
      name: 'nothing-imports-tests',
      comment: 'Product code may not import test code.',
      severity: 'error',
      from: { pathNot: '^(test|bench|scripts)/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or one of them holds something a third should.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'only-declared-packages',
      comment: 'Import a package only when package.json lists it.',
      severity: 'error',
      from: { path: '^(src|commands|playbooks)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    },
    {
      name: 'resolvable',
      comment: 'This import leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|src/local/workspace/page)/' },
    enhancedResolveOptions: { extensions: ['.ts', '.js'], conditionNames: ['import', 'node', 'default'], exportsFields: ['exports'] },
  },
};
