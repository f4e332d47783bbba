import { expect, test } from '@jest/globals';
import { parseNetConf, withNetworks } from '../../../playbooks/facts/flannel/net-conf.ts';

const text = '{\n  "Network": "10.244.0.0/16",\n  "Backend": {\n    "Type": "vxlan"\n  }\n}\n';

test('reads one network for each family that flannel carries', () => {
  expect(parseNetConf(text)?.networks).toEqual([{ family: 4, block: '10.244.0.0/16' }]);
  const both = '{"Network":"10.244.0.0/16","EnableIPv6":true,"IPv6Network":"fd00::/56"}';
  expect(parseNetConf(both)?.networks.map(({ family }) => family)).toEqual([4, 6]);
  expect(
    parseNetConf('{"EnableIPv4":false,"EnableIPv6":true,"Network":"10.0.0.0/8","IPv6Network":"fd00::/56"}')?.networks,
  ).toEqual([{ family: 6, block: 'fd00::/56' }]);
  expect(parseNetConf('{"Network":"10.244.0.0/16","IPv6Network":"fd00::/56"}')?.networks).toHaveLength(1);
});

test.each(['', '{', 'null', '[]', '{"Network": 7}'])('is undefined for %j', (written) => {
  expect(parseNetConf(written)).toBeUndefined();
});

test('writes another network and leaves every other character alone', () => {
  expect(withNetworks(text, [{ family: 4, block: '10.42.0.0/16' }])).toBe(
    text.replace('10.244.0.0/16', '10.42.0.0/16'),
  );
});

test('writes nothing when it is not sure what would change', () => {
  expect(
    withNetworks('{"Network":"10.0.0.0/8","Backend":{"Network":"10.1.0.0/16"}}', [
      { family: 4, block: '10.42.0.0/16' },
    ]),
  ).toBeUndefined();
  expect(withNetworks('{"EnableIPv4":true}', [{ family: 4, block: '10.42.0.0/16' }])).toBeUndefined();
  expect(withNetworks(text, [{ family: 4, block: '$(reboot)' }])).toBeUndefined();
});
