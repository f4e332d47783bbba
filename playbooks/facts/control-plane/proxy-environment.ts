import { cidrContains } from '../network/cidr.ts';

type Variable = { readonly name: string; readonly value?: string | null | undefined };

export type ProxyEnvironment = {
  /** The variable that sends HTTPS through a proxy. Its value may hold a password and is not kept. */
  readonly variable: string;
  readonly exempt: readonly string[];
};

/** Go sends HTTPS through `HTTPS_PROXY` only; `HTTP_PROXY` does not matter here. Either case counts. */
export function proxyEnvironmentOf(variables: readonly Variable[]): ProxyEnvironment | undefined {
  const set = variables.find(({ name, value }) => /^https_proxy$/i.test(name) && (value ?? '') !== '');
  if (set === undefined) return undefined;
  const noProxy = variables.find(({ name, value }) => /^no_proxy$/i.test(name) && (value ?? '') !== '');
  const exempt = (noProxy?.value ?? '').split(',').map((entry) => entry.trim());
  return { variable: set.name, exempt: exempt.filter((entry) => entry !== '') };
}

/** As Go reads it: an address, a block, or `*`. Names do not matter, since the API server asks addresses. */
export function isExempt({ exempt }: ProxyEnvironment, address: string): boolean {
  return exempt.some((entry) => entry === '*' || entry === address || cidrContains(entry, address));
}
