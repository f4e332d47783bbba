import { definePlaybook } from '../src/core/playbook.ts';
import { apiserverTimeouts } from './checks/kube-ovn/apiserver-timeouts.ts';
import { blockingPod } from './checks/kube-ovn/blocking-pod.ts';
import { controllerLeadership } from './checks/kube-ovn/controller-leadership.ts';
import { subnetNotReady } from './checks/kube-ovn/subnet-not-ready.ts';

export const subnet = definePlaybook({
  id: 'subnet',
  title: 'A subnet is not ready, or its pods lost the API server',
  symptoms: [
    'a subnet is not ready',
    'pods cannot reach the API server',
    'liveness and readiness probes time out on many nodes',
    'pods of one subnet restart again and again',
    'nodes miss the route to the pod network',
  ],
  takes: ['subnet'],
  checks: [subnetNotReady, blockingPod, controllerLeadership, apiserverTimeouts],
  version: 1,
});
