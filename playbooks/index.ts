import type { Playbook } from '../src/core/playbook.ts';
import { subnet } from './subnet.ts';

/** Every playbook. Made by `npm run generate` from the files of this folder. */
export const playbooks: readonly Playbook[] = [subnet];
