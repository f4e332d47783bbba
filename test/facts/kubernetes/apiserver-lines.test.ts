import { expect, test } from '@jest/globals';
import { cannotReachApiServer } from '../../../playbooks/facts/kubernetes/apiserver-lines.ts';

const addresses = [
  { address: '10.43.0.1' },
  { address: 'fd00:43::1' },
  { address: '192.168.10.11', ports: [6443] },
  { address: 'fd00:10::11', ports: [6443] },
];

test.each([
  'Failed to list *v1.Service: Get "https://10.43.0.1:443/api/v1/services": dial tcp 10.43.0.1:443: i/o timeout',
  'dial tcp 192.168.10.11:6443: connect: no route to host',
  'Get "https://10.43.0.1:443/api?timeout=32s": net/http: TLS handshake timeout',
  'dial tcp [fd00:43::1]:443: i/o timeout',
  'dial tcp [fd00:10::11]:6443: i/o timeout',
  'lookup api on 10.43.0.10:53: no such host; dial tcp 10.43.0.1:443: i/o timeout',
  "HTTPSConnectionPool(host='10.43.0.1', port=443): Max retries exceeded (Caused by ConnectTimeoutError: Connection to 10.43.0.1 timed out.)",
])('counts a connection to the API server that fails: %s', (line) => {
  expect(cannotReachApiServer(line, addresses)).toBe(true);
});

test.each([
  'dial tcp 10.43.0.10:443: i/o timeout',
  'dial tcp 110.43.0.1:443: i/o timeout',
  'dial tcp 203.0.113.7:443: i/o timeout',
  'Get "https://10.43.0.1:443/api": Unauthorized',
  'connected to 10.43.0.1:443',
  '"Failed to scrape node" err="Get \\"https://192.168.10.11:10250/metrics/resource\\": dial tcp 192.168.10.11:10250: i/o timeout"',
  'connect to http://[fd00:10::11]:30080/health timed out',
])('counts nothing else: %s', (line) => {
  expect(cannotReachApiServer(line, addresses)).toBe(false);
});
