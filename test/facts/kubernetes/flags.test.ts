import { expect, test } from '@jest/globals';
import { flagOf, kubeadmArgument, yamlScalar } from '../../../playbooks/facts/kubernetes/flags.ts';

test('reads a flag in every form that Go takes, and the last one counts', () => {
  expect(flagOf(['flanneld', '--ip-masq', '--kube-subnet-mgr'], 'ip-masq')).toBe('true');
  expect(flagOf(['server', '--cluster-cidr', '10.42.0.0/16'], 'cluster-cidr')).toBe('10.42.0.0/16');
  expect(flagOf(['-ip-masq=false', '--ip-masq=true'], 'ip-masq')).toBe('true');
  expect(flagOf(['--cluster-cidrs=x'], 'cluster-cidr')).toBeUndefined();
});

test('reads a scalar of YAML by its whole key', () => {
  expect(yamlScalar('networking:\n  podSubnet: "10.42.0.0/16"\n', 'podSubnet')).toBe('10.42.0.0/16');
  expect(yamlScalar('clusterCIDR: ""\nmode: ipvs\n', 'clusterCIDR')).toBeUndefined();
  expect(yamlScalar('otherpodSubnet: 10.0.0.0/8\n', 'podSubnet')).toBeUndefined();
});

test('reads an extra argument of kubeadm as a map and as a list', () => {
  expect(kubeadmArgument('controllerManager:\n  extraArgs:\n    cluster-cidr: 10.42.0.0/16\n', 'cluster-cidr')).toBe(
    '10.42.0.0/16',
  );
  expect(kubeadmArgument('  extraArgs:\n  - name: cluster-cidr\n    value: 10.42.0.0/16\n', 'cluster-cidr')).toBe(
    '10.42.0.0/16',
  );
});
