import { describe, expect, test } from '@jest/globals';
import { routeTroubles } from '../../../playbooks/facts/kube-ovn/route-log.ts';
import { SubnetShape } from '../../../playbooks/kinds/kube-ovn.ts';

const subnet = SubnetShape.parse({
  apiVersion: 'kubeovn.io/v1',
  kind: 'Subnet',
  metadata: { name: 'ovn-default' },
  spec: { cidrBlock: '10.16.0.0/16,fd00:10:16::/112' },
});

function lines(...texts: string[]) {
  return texts.map((text, index) => ({ at: new Date(Date.UTC(2026, 0, 5, 10, 0, index)), text }));
}

describe('routeTroubles', () => {
  test('keeps the families of a dual stack subnet apart', () => {
    const troubles = routeTroubles(
      subnet,
      lines('route to del [10.16.0.0/16 fd00:10:16::/112]', 'route to add [fd00:10:16::/112]'),
    );
    expect(troubles.map(({ block, is }) => [block, is])).toEqual([['10.16.0.0/16', 'removed']]);
  });

  test('takes a refusal for that of the addition just before it', () => {
    const [trouble] = routeTroubles(subnet, lines('route to add [10.16.0.0/16]', 'failed to add route file exists'));
    expect(trouble).toMatchObject({ is: 'refused', because: 'file exists' });
  });

  test('reads the answer of the kernel behind a whole route', () => {
    const route = '{Ifindex: 8 Dst: 10.16.0.0/16 Src: <nil> Gw: 100.64.0.1 Flags: [] Table: 254}';
    const [trouble] = routeTroubles(
      subnet,
      lines(`route to add [${route}]`, `failed to replace route ${route}: network is unreachable`),
    );
    expect(trouble?.because).toBe('network is unreachable');
  });

  test('does not take a refusal for that of an addition long before it', () => {
    const [first, second] = lines('route to add [10.16.0.0/16]', 'failed to add route file exists');
    if (first === undefined || second === undefined) throw new TypeError('there are two lines');
    const later = { ...second, at: new Date(Date.UTC(2026, 0, 5, 10, 5)) };
    expect(routeTroubles(subnet, [first, later])).toEqual([]);
  });

  test('knows nothing of routes that no line names', () => {
    expect(routeTroubles(subnet, lines('route to del [10.99.0.0/16]', 'start inspection'))).toEqual([]);
  });
});
