import { definePlaybook } from '../src/core/playbook.ts';
import { addressAccounting } from './checks/kube-ovn/address-accounting.ts';
import { addressConflict } from './checks/kube-ovn/address-conflict.ts';
import { addressDrift } from './checks/kube-ovn/address-drift.ts';
import { addressSquatter } from './checks/kube-ovn/address-squatter.ts';
import { addressesExhausted } from './checks/kube-ovn/addresses-exhausted.ts';
import { apiserverTimeouts } from './checks/kube-ovn/apiserver-timeouts.ts';
import { controllerLeadership } from './checks/kube-ovn/controller-leadership.ts';
import { databaseLeaderMissing } from './checks/kube-ovn/database-leader-missing.ts';
import { externalAddressConflict } from './checks/kube-ovn/external-address-conflict.ts';
import { leftoverSwitchPort } from './checks/kube-ovn/leftover-switch-port.ts';
import { macConflict } from './checks/kube-ovn/mac-conflict.ts';
import { nodeNotAllocated } from './checks/kube-ovn/node-not-allocated.ts';
import { specialAddressConflict } from './checks/kube-ovn/special-address-conflict.ts';
import { staleNorthboundCache } from './checks/kube-ovn/stale-northbound-cache.ts';
import { staticAddressClash } from './checks/kube-ovn/static-address-clash.ts';
import { stuckTerminating } from './checks/kube-ovn/stuck-terminating.ts';
import { vmAddressNotRestored } from './checks/kube-ovn/vm-address-not-restored.ts';
import { addressConflict as plainAddressConflict } from './checks/workload/address-conflict.ts';

export const ipConflict = definePlaybook({
  id: 'ip-conflict',
  title: 'Two pods share an address, or one cannot start because its address is taken',
  symptoms: [
    'two pods have the same IP address',
    'a pod cannot start because its address is taken',
    'a virtual machine cannot start because its address is taken',
    'a pod answers only now and then',
    'a pod waits in ContainerCreating without an address',
    'a subnet has no free addresses',
  ],
  takes: ['subnet', 'namespace', 'pod', 'ip'],
  checks: [
    addressConflict,
    plainAddressConflict,
    vmAddressNotRestored,
    addressSquatter,
    leftoverSwitchPort,
    staticAddressClash,
    specialAddressConflict,
    externalAddressConflict,
    macConflict,
    addressDrift,
    addressesExhausted,
    addressAccounting,
    stuckTerminating,
    staleNorthboundCache,
    nodeNotAllocated,
    databaseLeaderMissing,
    controllerLeadership,
    apiserverTimeouts,
  ],
  version: 2,
});
