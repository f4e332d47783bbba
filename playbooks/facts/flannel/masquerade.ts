import type { ConfigMap, Container } from '../../kinds/kubernetes.ts';
import { flagOf } from '../kubernetes/flags.ts';

/** The container of flanneld, in the template of its DaemonSet or in a pod. */
export type Flanneld = Pick<Container, 'command' | 'args'> & {
  readonly env: readonly Pick<Container['env'][number], 'name' | 'value' | 'valueFrom'>[];
};

export type Masquerade = {
  /** Undefined when the value comes from somewhere that is not read. */
  readonly isOn: boolean | undefined;
  /** The field that decides. */
  readonly from: string;
  /** What says no and is overruled by `from`; undefined where nothing does. */
  readonly overruled?: string;
};

/** Where canal asks for it. Its manifest gives flanneld the argument as well, so this key alone turns nothing off. */
const canalKey = 'masquerade';

/**
 * Whether flanneld masquerades: the argument decides, then the environment, where canal puts the key `masquerade` of
 * its ConfigMap; with neither it is off (coreos/pkg/flagutil, as flannel uses it).
 */
export function masqueradeOf({ command, args, env }: Flanneld, configMap: ConfigMap): Masquerade {
  const argument = flagOf([...command, ...args], 'ip-masq');
  if (argument !== undefined) {
    const isOn = isTrue(argument);
    const asked = configMap.data[canalKey];
    return {
      isOn,
      from: `the argument --ip-masq=${argument}`,
      ...(isOn && asked !== undefined && !isTrue(asked)
        ? { overruled: `ConfigMap ${configMap.metadata.name}, ${canalKey}="${asked}"` }
        : {}),
    };
  }
  const variable = env.find(({ name }) => name === 'FLANNELD_IP_MASQ');
  if (variable === undefined) return { isOn: false, from: 'the missing argument --ip-masq' };
  const key = variable.valueFrom?.configMapKeyRef;
  if (key === undefined || key === null) {
    const { value } = variable;
    if (value === undefined || value === null) return { isOn: undefined, from: 'the variable FLANNELD_IP_MASQ' };
    return { isOn: isTrue(value), from: `the variable FLANNELD_IP_MASQ=${value}` };
  }
  if (key.name !== configMap.metadata.name) return { isOn: undefined, from: `ConfigMap ${key.name}, ${key.key}` };
  const value = configMap.data[key.key] ?? '';
  return { isOn: isTrue(value), from: `ConfigMap ${key.name}, ${key.key}="${value}"` };
}

/** What Go takes for true (strconv.ParseBool). */
function isTrue(written: string): boolean {
  return ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(written);
}
