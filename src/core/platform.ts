import { z } from 'zod';

/** Where a product runs and which version, as far as an image tag or a log banner tells. */
export const Product = z.object({ namespace: z.string(), version: z.string().optional() });
export type Product = z.infer<typeof Product>;

/** The products that a detector in `playbooks/platform` knows, and no others. */
const products = {
  kubeOvn: Product.optional(),
  kubeVirt: Product.optional(),
  canal: Product.optional(),
  flannel: Product.optional(),
  calico: Product.optional(),
  kong: Product.optional(),
};

export type ProductName = keyof typeof products;
/** How people write them. */
export const productTitles: Readonly<Record<keyof typeof products, string>> = {
  kubeOvn: 'kube-ovn',
  kubeVirt: 'KubeVirt',
  canal: 'canal',
  flannel: 'flannel',
  calico: 'Calico',
  kong: 'Kong',
};

export const productNames = Object.keys(products) as ProductName[];

/**
 * What was detected on a cluster. A product that is absent is not installed. A product named in `unread` could
 * not be looked for: a check that asks for it becomes unknown, never not-applicable.
 */
export const Platform = z.object({
  kubernetes: z.object({ version: z.string().optional() }),
  ...products,
  unread: z.record(z.string(), z.string()).optional(),
});
export type Platform = z.infer<typeof Platform>;

/** Where a product is installed unless somebody chose otherwise; used for rules printed without a cluster at hand. */
export const defaultNamespaces: Readonly<Record<ProductName, string>> = {
  kubeOvn: 'kube-system',
  kubeVirt: 'kubevirt',
  canal: 'kube-system',
  flannel: 'kube-flannel',
  calico: 'kube-system',
  kong: 'kong',
};
