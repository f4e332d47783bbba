import type { Playbook } from '../src/core/playbook.ts';
import { all } from './all.ts';
import { apiserverAccess } from './apiserver-access.ts';
import { certificates } from './certificates.ts';
import { ingress } from './ingress.ts';
import { ipConflict } from './ip-conflict.ts';
import { metricsApi } from './metrics-api.ts';
import { podNetwork } from './pod-network.ts';
import { subnet } from './subnet.ts';

/** Every playbook. Made by `npm run generate` from the files of this folder. */
export const playbooks: readonly Playbook[] = [
  all,
  apiserverAccess,
  certificates,
  ingress,
  ipConflict,
  metricsApi,
  podNetwork,
  subnet,
];
