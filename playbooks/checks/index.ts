import type { Check } from '../../src/core/check.ts';
import { apiserverTimeouts as kubeOvnApiserverTimeouts } from './kube-ovn/apiserver-timeouts.ts';
import { blockingPod as kubeOvnBlockingPod } from './kube-ovn/blocking-pod.ts';
import { controllerLeadership as kubeOvnControllerLeadership } from './kube-ovn/controller-leadership.ts';
import { subnetNotReady as kubeOvnSubnetNotReady } from './kube-ovn/subnet-not-ready.ts';

/** Every check. Made by `npm run generate` from the files of this folder. */
export const checks: readonly Check[] = [
  kubeOvnApiserverTimeouts,
  kubeOvnBlockingPod,
  kubeOvnControllerLeadership,
  kubeOvnSubnetNotReady,
];
