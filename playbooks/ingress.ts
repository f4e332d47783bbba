import { definePlaybook } from '../src/core/playbook.ts';
import { backendMissing } from './checks/ingress/backend-missing.ts';
import { classMismatch } from './checks/ingress/class-mismatch.ts';
import { noReadyEndpoints } from './checks/ingress/no-ready-endpoints.ts';
import { configRejected } from './checks/kong/config-rejected.ts';
import { controllerStalled } from './checks/kong/controller-stalled.ts';
import { databaseDown } from './checks/kong/database-down.ts';
import { databaseUnreachable } from './checks/kong/database-unreachable.ts';
import { deadTargets } from './checks/kong/dead-targets.ts';
import { staleTargets } from './checks/kong/stale-targets.ts';

export const ingress = definePlaybook({
  id: 'ingress',
  title: 'A host behind an Ingress answers 502, 503, 504 or 404',
  symptoms: [
    'a host answers 504 since its pods moved',
    'Kong sends requests to old pod addresses',
    '502 or 503 after a rollout',
    'an Ingress answers 404 or has no address',
    'Konga or the Kong Admin API does not answer',
  ],
  takes: ['host', 'namespace', 'service'],
  checks: [
    staleTargets,
    deadTargets,
    databaseDown,
    databaseUnreachable,
    configRejected,
    controllerStalled,
    noReadyEndpoints,
    backendMissing,
    classMismatch,
  ],
  version: 1,
});
