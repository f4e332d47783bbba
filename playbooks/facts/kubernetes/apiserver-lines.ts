/** What a client says when its packets, or the answers to them, do not arrive. An answer like 401 is none of these. */
const failure =
  /i\/o timeout|timed? ?out|deadline exceeded|handshake timeout|no route to host|network is unreachable|connection refused|connection reset/i;

/** An address that the API server answers on. With ports, the others there belong to somebody else, as on a node. */
export type Answering = { readonly address: string; readonly ports?: readonly number[] };

function mentions(text: string, { address, ports }: Answering): boolean {
  for (let at = text.indexOf(address); at !== -1; at = text.indexOf(address, at + 1)) {
    const rest = text.slice(at + address.length);
    // `10.43.0.1` is not in `10.43.0.10` nor in `110.43.0.1`.
    if (/[\w.:]/.test(text[at - 1] ?? ' ') || /^[\w.]/.test(rest)) continue;
    const port = /^\]?:(\d+)/.exec(rest)?.[1];
    if (port === undefined || ports === undefined || ports.includes(Number(port))) return true;
  }
  return false;
}

/**
 * Whether a line tells that the API server did not answer: it names one of the API server's own addresses, as the
 * Service or as a node, and a failure of the connection. Time-outs of other services on port 443 do not count, nor do
 * those of a kubelet or of a node port beside the API server.
 */
export function cannotReachApiServer(text: string, answering: readonly Answering[]): boolean {
  return failure.test(text) && answering.some((one) => mentions(text, one));
}

/** What the pinger of kube-ovn says each time that the API server answered it; hardly any other program does. */
export function tellsOfAnswer(text: string): boolean {
  return /connect to apiserver success/i.test(text);
}

const request = /https:\/\/(?:\[([\da-f:]+)\]|([\d.]+)):(?:443|6443)\/(?:api|apis|version|healthz|livez|readyz)\b/gi;

/** Addresses that a line names as an API server's, by the port and the path of the request. */
export function soughtApiServers(text: string): string[] {
  return [...text.matchAll(request)].flatMap(([, six, four]) => six ?? four ?? []);
}
