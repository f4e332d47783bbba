type ServicePort = {
  readonly name: string;
  readonly port: number;
  readonly targetPort?: number | string | null | undefined;
};

/** Ports of endpoints have the names of the Service's ports, and the numbers that its pods listen on. */
export type EndpointPortNumber = {
  readonly name?: string | null | undefined;
  readonly port?: number | null | undefined;
};

/** The number behind a port of a Service, also where its target is a name. Undefined while no endpoint tells it. */
export function targetPortNumber(
  { name, port, targetPort }: ServicePort,
  ports: readonly EndpointPortNumber[],
): number | undefined {
  const target = targetPort ?? port;
  return typeof target === 'number' ? target : (ports.find((own) => (own.name ?? '') === name)?.port ?? undefined);
}
