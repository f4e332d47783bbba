import type { Platform, Product } from '../../../src/core/platform.ts';
import type { Container } from '../../kinds/kubernetes.ts';

/** Why a check about Kong does not apply, in the one wording that all of them use. */
export function whenInstalled(platform: Platform): true | string {
  return platform.kong !== undefined || 'Kong is not installed on this cluster.';
}

/** The detected product. Only for use after `whenInstalled` has let a check look. */
export function installed(platform: Platform): Product {
  if (platform.kong === undefined) throw new TypeError('Kong is not installed, so nothing can be asked about it');
  return platform.kong;
}

const proxyImage = /(?:^|\/)kong(?:-gateway|-enterprise-edition|-enterprise-k8s)?(?:[:@]|$)/;
const controllerImage = /(?:^|\/)(?:kubernetes|kong)-ingress-controller(?:[:@]|$)/;

type Containers<Kind> = { readonly spec: { readonly containers: readonly Kind[] } };
type Known = Pick<Container, 'name' | 'image' | 'env'>;

/** The charts and the all-in-one manifests call it `proxy`; the image tells where somebody renamed it. */
function isProxy({ name, image, env }: Known): boolean {
  return proxyImage.test(image) || (name === 'proxy' && env.some((variable) => variable.name.startsWith('KONG_')));
}

function isController({ name, image, env }: Known): boolean {
  if (controllerImage.test(image)) return true;
  return name === 'ingress-controller' && env.some((variable) => variable.name.startsWith('CONTROLLER_KONG_'));
}

/** The container of a pod, or of a template of one, in which Kong serves requests. */
export function proxyOf<Kind extends Known>({ spec }: Containers<Kind>): Kind | undefined {
  return spec.containers.find(isProxy);
}

/** The container in which Kong's ingress controller runs: beside the proxy, or in a workload of its own. */
export function controllerOf<Kind extends Known>({ spec }: Containers<Kind>): Kind | undefined {
  return spec.containers.find(isController);
}

/** The tag of an image when it begins with a version. Kong's own tags often have two parts: `2.8`, `3.4-ubuntu`. */
export function versionOfImage(image: string): string | undefined {
  const tag = /:([^:/]+)$/.exec(image.split('@')[0] ?? '')?.[1];
  return tag !== undefined && /^v?\d{1,4}\.\d{1,4}(?:[-+._]|$)/.test(tag) ? tag : undefined;
}

/** A variable that is written into the template. One that comes from elsewhere is not read. */
export function variableOf({ env }: Container, name: string): string | undefined {
  return env.find((variable) => variable.name === name)?.value ?? undefined;
}

export type Listening = { readonly port: number; readonly tls: boolean; readonly onlyLoopback: boolean };

/** A `*_LISTEN` setting: `0.0.0.0:8001, 127.0.0.1:8444 http2 ssl`. `off` listens nowhere. */
export function listening(written: string | undefined): Listening[] {
  return (written ?? '').split(',').flatMap((part) => {
    const match = /^\s*(\[[^\]]+\]|[^\s:]+):(\d{1,5})\b(.*)$/.exec(part);
    if (match === null) return [];
    const [, address = '', port, flags = ''] = match;
    const onlyLoopback = /^127\.|^localhost$|^\[::1\]$/.test(address);
    return [{ port: Number(port), tls: /\bssl\b/.test(flags), onlyLoopback }];
  });
}

/** The class whose Ingresses the controller serves, by its flag, its variable, or its default. */
export function ingressClassOf(controller: Container): string {
  const words = [...controller.command, ...controller.args];
  const flag = words.find((word) => word.startsWith('--ingress-class='))?.slice('--ingress-class='.length);
  return flag ?? variableOf(controller, 'CONTROLLER_INGRESS_CLASS') ?? 'kong';
}

/** What an IngressClass of Kong names as its controller. */
export const ingressClassController = 'ingress-controllers.konghq.com/kong';

/** The target is the Service's own address then, so the pods behind it may come and go. */
export const serviceUpstreamAnnotation = 'ingress.kubernetes.io/service-upstream';

export type DatabaseSettings = {
  /** `off` keeps the whole configuration in memory; `other` is Cassandra, or a setting that is not readable. */
  readonly engine: 'postgres' | 'off' | 'other';
  /** Undefined when the template takes it from elsewhere, as from a Secret, which is not read. */
  readonly host: string | undefined;
  readonly port: number;
};

/** Where Kong keeps its configuration. Without a setting it is Postgres on the loopback, which is Kong's default. */
export function databaseSettings(proxy: Container): DatabaseSettings {
  const given = proxy.env.find(({ name }) => name === 'KONG_DATABASE');
  const named = proxy.env.find(({ name }) => name === 'KONG_PG_HOST');
  const host = named === undefined ? '127.0.0.1' : (named.value ?? undefined);
  const port = Number(variableOf(proxy, 'KONG_PG_PORT') ?? 5432);
  if (given === undefined || given.value === 'postgres') return { engine: 'postgres', host, port };
  return { engine: given.value === 'off' ? 'off' : 'other', host, port };
}

/** In hybrid mode a data plane has its configuration from a control plane, which alone has a database and an Admin API. */
export function isDataPlane(proxy: Container): boolean {
  return variableOf(proxy, 'KONG_ROLE') === 'data_plane';
}
