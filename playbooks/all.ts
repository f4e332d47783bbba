import { definePlaybook } from '../src/core/playbook.ts';
import { targetKeys } from '../src/core/target.ts';
import { checks } from './checks/index.ts';

/** Every check there is: those of products that are not installed are not asked. */
export const all = definePlaybook({
  id: 'all',
  version: 1,
  title: 'Something is wrong with the network, and I do not know what',
  symptoms: ['I do not know', 'everything is slow', 'many things fail at once'],
  takes: targetKeys,
  checks,
});
