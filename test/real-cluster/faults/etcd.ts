/** The JSON gateway of etcd: what a test writes behind the back of an API server. */
export type Etcd = {
  keys(): Promise<string[]>;
  /** Key and text of everything whose key passes. */
  read(wanted: (key: string) => boolean): Promise<(readonly [string, string])[]>;
  put(entries: readonly (readonly [string, string])[]): Promise<void>;
  remove(keys: readonly string[]): Promise<void>;
};

type KeyValue = { readonly key: string; readonly value?: string };

/** More would be refused: etcd takes 128 operations at once. */
const together = 100;

export function openEtcd(gateway: string): Etcd {
  const call = async (path: string, body: unknown): Promise<unknown> => {
    const response = await fetch(`${gateway}${path}`, { method: 'POST', body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`etcd answered ${path} with ${response.status}: ${text}`);
    return JSON.parse(text);
  };
  const range = async (keysOnly: boolean): Promise<readonly KeyValue[]> => {
    const everything = { key: encode('/registry/'), range_end: encode('/registry0'), keys_only: keysOnly };
    return ((await call('/v3/kv/range', everything)) as { kvs?: KeyValue[] }).kvs ?? [];
  };
  const commit = async (operations: readonly object[]): Promise<void> => {
    for (let from = 0; from < operations.length; from += together) {
      await call('/v3/kv/txn', { success: operations.slice(from, from + together) });
    }
  };
  return {
    keys: async () => (await range(true)).map(({ key }) => decode(key)),
    read: async (wanted) =>
      (await range(false))
        .map(({ key, value = '' }) => [decode(key), decode(value)] as const)
        .filter(([key]) => wanted(key)),
    put: async (entries) =>
      commit(entries.map(([key, value]) => ({ request_put: { key: encode(key), value: encode(value) } }))),
    remove: async (keys) => commit(keys.map((key) => ({ request_delete_range: { key: encode(key) } }))),
  };
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}

function decode(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}
