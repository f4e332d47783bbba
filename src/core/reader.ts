import type { Kind, KubernetesObject } from './kind.ts';

export type ListOptions = {
  readonly namespace?: string | undefined;
  /** A label selector in the API's own syntax: `app=kube-ovn-controller,component in (network)`. */
  readonly labels?: string | undefined;
  /** A field selector in the API's own syntax: `spec.nodeName=node-1`. */
  readonly fields?: string | undefined;
};

export type ObjectName = { readonly name: string; readonly namespace?: string | undefined };

export type LogQuery = {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** The container's previous instance, which holds the last words of a crash. */
  readonly previous?: boolean | undefined;
  readonly sinceSeconds?: number | undefined;
  readonly tailLines?: number | undefined;
  /** Newest bytes to keep; 5 MiB unless told. */
  readonly maximumBytes?: number | undefined;
};

export type LogLine = {
  /** The time the container runtime wrote the line; absent when the line carries none. */
  readonly at?: Date | undefined;
  readonly text: string;
};

export type Log = {
  readonly from: string;
  readonly lines: readonly LogLine[];
  /** Bytes that were read but are older than the newest `maximumBytes`; 0 means that `lines` is all there is. */
  readonly droppedBytes: number;
};

/** What an API path answered. 404 is not an answer but a `CannotRead` with reason `missing`. */
export type PathAnswer = { readonly status: number; readonly body: string };

/**
 * Looks at one cluster and never changes it. Deliberately absent: watch, exec, Secrets, port-forward.
 * Every method throws `CannotRead` when it cannot say; none returns an empty answer for an unreadable one.
 */
export interface ClusterReader {
  /** The object; throws when it, or its kind, does not exist. */
  need<Shape extends KubernetesObject>(kind: Kind<Shape>, name: ObjectName): Promise<Shape>;
  /** The object, or undefined when the API says that it or its kind does not exist. */
  find<Shape extends KubernetesObject>(kind: Kind<Shape>, name: ObjectName): Promise<Shape | undefined>;
  /** All objects, every page; empty when the API does not serve the kind. Sorted by namespace, then name. */
  list<Shape extends KubernetesObject>(kind: Kind<Shape>, options?: ListOptions): Promise<readonly Shape[]>;
  /** The log, oldest line first; undefined when that container or its previous instance has no log. */
  logs(query: LogQuery): Promise<Log | undefined>;
  /** GET of a path that is no resource, or of a service or pod proxy path. */
  get(path: string): Promise<PathAnswer>;
}
