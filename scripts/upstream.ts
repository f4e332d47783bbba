/** Where the names that articles write in front of an issue's number lead; without a name the system's own project. */
const repositories: Readonly<Record<string, string>> = {
  'kube-ovn': 'kubeovn/kube-ovn',
  calico: 'projectcalico/calico',
  'cni-plugin': 'projectcalico/cni-plugin',
  canal: 'flannel-io/flannel',
  flannel: 'flannel-io/flannel',
  kubernetes: 'kubernetes/kubernetes',
  kubeadm: 'kubernetes/kubeadm',
  'metrics-server': 'kubernetes-sigs/metrics-server',
  kubespray: 'kubernetes-sigs/kubespray',
  coredns: 'coredns/coredns',
  Kong: 'Kong/kong',
  KIC: 'Kong/kubernetes-ingress-controller',
  charts: 'Kong/charts',
};

/** Links to the upstream issues that an article of a system names, in the order of their numbers, each once. */
export function upstreamIssues(article: string, system: string): string[] {
  const found = new Map<string, { name: string; number: number; repository: string }>();
  for (const line of article.split('\n')) {
    // "metrics-server#767, #196": a number without a name belongs to the name before it.
    let last = system;
    for (const [, name = '', number = ''] of line.matchAll(/([\w./-]*)#(\d{2,6})\b/g)) {
      if (name !== '') last = name;
      const repository = repositories[last] ?? (/^[\w-]+\/[\w.-]+$/.test(last) ? last : undefined);
      if (repository === undefined) continue;
      found.set(`${repository}#${number}`, { name: last, number: Number(number), repository });
    }
  }
  return [...found.values()]
    .sort((left, right) => left.repository.localeCompare(right.repository) || left.number - right.number)
    .map(({ name, number, repository }) => `[${name}#${number}](https://github.com/${repository}/issues/${number})`);
}
