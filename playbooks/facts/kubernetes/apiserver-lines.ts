/** What a client says when its packets, or the answers to them, do not arrive. An answer like 401 is none of these. */
const failure =
  /i\/o timeout|timed? ?out|deadline exceeded|handshake timeout|no route to host|network is unreachable|connection refused|connection reset/i;

function mentions(text: string, address: string): boolean {
  const at = text.indexOf(address);
  if (at === -1) return false;
  // `10.43.0.1` is not in `10.43.0.10` nor in `110.43.0.1`.
  return !/[\w.:]/.test(text[at - 1] ?? ' ') ? !/[\w.]/.test(text[at + address.length] ?? ' ') : false;
}

/**
 * Whether a line tells that the API server did not answer: it names one of the API server's own addresses, as the
 * Service or as a node, and a failure of the connection. Time-outs of other services on port 443 do not count.
 */
export function cannotReachApiServer(text: string, addresses: readonly string[]): boolean {
  return failure.test(text) && addresses.some((address) => mentions(text, address));
}

const request = /https:\/\/(?:\[([\da-f:]+)\]|([\d.]+)):(?:443|6443)\/(?:api|apis|version|healthz|livez|readyz)\b/gi;

/** Addresses that a line names as an API server's, by the port and the path of the request. */
export function soughtApiServers(text: string): string[] {
  return [...text.matchAll(request)].flatMap(([, six, four]) => six ?? four ?? []);
}
