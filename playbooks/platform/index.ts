import type { Detector } from '../../src/core/detector.ts';
import { calico } from './calico.ts';
import { canal } from './canal.ts';
import { flannel } from './flannel.ts';
import { kong } from './kong.ts';
import { kubeOvn } from './kube-ovn.ts';
import { kubeVirt } from './kubevirt.ts';

/** Every product that can be detected. */
export const detectors: readonly Detector[] = [calico, canal, flannel, kong, kubeOvn, kubeVirt];
