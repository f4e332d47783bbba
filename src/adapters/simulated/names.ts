const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/**
 * Whether an object may have this name: a DNS-1123 subdomain, or several joined by colons, as the names of roles are.
 * Nothing that passes can leave its place in a URL.
 */
export function isName(name: string): boolean {
  return name.length <= 253 && name.split(':').every((part) => subdomain.test(part));
}

const proxied = /^\/api\/v1\/(namespaces\/[^/]+\/(services|pods)|nodes)\/[^/]+\/proxy(\/|$)/;
const discovery = /^\/(api(\/v1)?|apis(\/[^/]+(\/[^/]+)?)?)$/;

/**
 * The RBAC resource that guards a path: `services/proxy`, `pods/proxy` or `nodes/proxy` for a proxy path, the path
 * without its query for any other; undefined for a path that may not be asked for at all: one that reads objects,
 * which is what kinds are for, or one that could be understood as another path.
 */
export function guardOf(path: string): string | undefined {
  const [bare = ''] = path.split('?');
  if (!/^\/[\x21-\x7e]*$/.test(path) || path.includes('\\') || path.includes('#')) return undefined;
  if (bare.includes('//') || bare.includes('%') || /(^|\/)\.{1,2}(\/|$)/.test(bare)) return undefined;
  const proxy = proxied.exec(bare);
  if (proxy !== null) return `${proxy[2] ?? 'nodes'}/proxy`;
  if (/^\/apis?(\/|$)/.test(bare) && !discovery.test(bare)) return undefined;
  return bare;
}
