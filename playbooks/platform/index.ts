import type { Detector } from '../../src/core/detector.ts';
import { kubeOvn } from './kube-ovn.ts';
import { kubeVirt } from './kubevirt.ts';

/** Every product that can be detected. */
export const detectors: readonly Detector[] = [kubeOvn, kubeVirt];
