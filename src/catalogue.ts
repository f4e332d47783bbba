import { checks } from '../playbooks/checks/index.ts';
import { playbooks } from '../playbooks/index.ts';
import { detectors } from '../playbooks/platform/index.ts';
import type { Catalogue } from './app/catalogue.ts';

/** Everything this build can run. */
export const catalogue: Catalogue = { playbooks, checks, detectors };
