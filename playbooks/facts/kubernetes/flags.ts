/** The value of `--name=value` or `--name value`; the last one counts, and a bare `--name` is `true`. */
export function flagOf(words: readonly string[], name: string): string | undefined {
  let value: string | undefined;
  for (const [index, word] of words.entries()) {
    if (word === `--${name}` || word === `-${name}`) {
      const next = words[index + 1];
      value = next === undefined || next.startsWith('-') ? 'true' : next;
    }
    for (const dashes of ['--', '-']) {
      if (word.startsWith(`${dashes}${name}=`)) value = word.slice(dashes.length + name.length + 1);
    }
  }
  return value;
}

/**
 * A scalar of YAML that a program wrote, by its key: `podSubnet` of kubeadm's ClusterConfiguration, `clusterCIDR` of
 * kube-proxy's. Such files use block style and give each of these keys once. An empty value counts as absent.
 */
export function yamlScalar(text: string, key: string): string | undefined {
  const match = new RegExp(String.raw`^[ \t]*(?:- )?["']?${key}["']?:[ \t]*["']?([^"'\s#]+)`, 'm').exec(text);
  return match?.[1];
}

/** An extra argument in either form of kubeadm: `cluster-cidr: …`, and from v1beta4 `- name: cluster-cidr`, `value: …`. */
export function kubeadmArgument(text: string, name: string): string | undefined {
  const listed = new RegExp(
    String.raw`^[ \t]*-[ \t]+name:[ \t]*["']?${name}["']?[ \t]*\n[ \t]*value:[ \t]*["']?([^"'\s#]+)`,
    'm',
  );
  return listed.exec(text)?.[1] ?? yamlScalar(text, name);
}
