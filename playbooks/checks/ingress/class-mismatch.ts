import { z } from 'zod';
import { defineCheck, type Sight } from '../../../src/core/check.ts';
import type { Evidence, Finding } from '../../../src/core/finding.ts';
import { nearest } from '../../../src/core/nearest.ts';
import { list } from '../../../src/core/read.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import { classOf, publishedAddresses } from '../../facts/ingress/backends.ts';
import { ingressClassController, ingressClassOf } from '../../facts/kong/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { type Ingress, IngressClass } from '../../kinds/networking.ts';
import { hostsOf, type Route, readRoutes, routeReads } from '../../reads/ingress/routes.ts';
import { installationReads, readInstallation } from '../../reads/kong/installation.ts';
import { correctClass } from '../../remedies/ingress/correct-class.ts';

const code = 'ingress/class-mismatch';

const defaultClass = 'ingressclass.kubernetes.io/is-default-class';

type Classes = {
  readonly objects: readonly IngressClass[];
  /** The classes that Kong's controllers serve; undefined where Kong is not installed. */
  readonly ofKong: readonly string[] | undefined;
};

type Mismatch = { readonly says: string; readonly meant: string | undefined; readonly isSure: boolean };

/** No controller takes such an Ingress, so its host answers 404. */
export const classMismatch = defineCheck({
  id: code,
  asks: 'Is there a controller for the class of every Ingress?',
  appliesTo: () => true,
  reads: [...routeReads, list(IngressClass), ...installationReads],
  findings: {
    [code]: { severity: 'warning', title: 'No controller takes the Ingress' },
  },
  remedies: [correctClass],
  settings: z.strictObject({
    /** A controller needs a moment to take a new Ingress. */
    settleSeconds: z.number().int().min(0).default(60),
  }),
  async look(sight) {
    const { cluster, now, settings } = sight;
    const routes = await readRoutes(sight);
    const byIngress = Map.groupBy(routes, ({ ingress }) => ingress);
    const ofKong = await classesOfKong(sight);
    const classes = { objects: await cluster.list(IngressClass), ofKong };
    const findings = [...byIngress].flatMap(([ingress, own]) => {
      const age = now.getTime() - (ingress.metadata.creationTimestamp?.getTime() ?? 0);
      // Where a controller has published its address, it has taken the Ingress, whatever the class says.
      if (publishedAddresses(ingress).length > 0 || age < settings.settleSeconds * 1000) return [];
      const mismatch = mismatchOf(ingress, classes);
      return mismatch === undefined ? [] : [describe(ingress, own, mismatch, classes)];
    });
    const measured = [
      {
        what: 'Ingresses whose class has a controller',
        is: `${byIngress.size - findings.length} of ${byIngress.size}`,
      },
    ];
    return { findings, measured };
  },
});

async function classesOfKong(sight: Sight): Promise<readonly string[] | undefined> {
  if (sight.platform.kong === undefined) return undefined;
  const { controllers } = await readInstallation(sight);
  return [...new Set(controllers.map(({ container }) => ingressClassOf(container)))];
}

function mismatchOf(ingress: Ingress, { objects, ofKong }: Classes): Mismatch | undefined {
  const wanted = classOf(ingress);
  const known = [...new Set([...objects.map(({ metadata }) => metadata.name), ...(ofKong ?? [])])];
  if (wanted === undefined) {
    if (objects.some(({ metadata }) => metadata.annotations[defaultClass] === 'true')) return undefined;
    return { says: 'names no class, and no IngressClass is the default', meant: undefined, isSure: objects.length > 0 };
  }
  const { name, field } = wanted;
  const isAnnotated = field.startsWith('metadata');
  if (ofKong?.includes(name)) return undefined;
  const object = objects.find(({ metadata }) => metadata.name === name);
  if (object?.spec.controller === ingressClassController && ofKong !== undefined) {
    const serves = ofKong.length === 0 ? 'no controller of Kong runs here' : `Kong serves ${listed(ofKong)}`;
    return { says: `asks for the class ${name} of Kong, but ${serves}`, meant: ofKong[0], isSure: true };
  }
  if (object !== undefined) return undefined;
  const meant = nearest(name, known);
  return {
    says: `asks for the class ${name}, which ${isAnnotated ? 'no IngressClass and no known controller has' : 'does not exist'}`,
    meant,
    // An annotation needs no IngressClass: a controller that is not known here may serve it.
    isSure: !isAnnotated || meant !== undefined,
  };
}

function describe(
  ingress: Ingress,
  routes: readonly Route[],
  mismatch: Mismatch,
  classes: Classes,
): Finding<typeof code> {
  const { says, meant, isSure } = mismatch;
  const wanted = classOf(ingress);
  const { namespace = '', name } = ingress.metadata;
  return {
    code,
    about: referenceTo(ingress),
    says: `${nameOf(referenceTo(ingress))} ${says}${meant === undefined ? '' : `; perhaps ${meant} is meant`}. No controller has published an address for it, so ${hostsOf(routes)} answers 404.`,
    confidence: isSure
      ? [0.9, 'The classes were read, and no controller has taken the Ingress.']
      : [0.7, 'A controller that is not known here may serve it without publishing an address.'],
    evidence: [
      {
        from: `${nameOf(referenceTo(ingress))}, ${wanted?.field ?? 'spec.ingressClassName'}`,
        says: wanted === undefined ? 'It is not set.' : `It is ${wanted.name}.`,
      },
      { from: `${nameOf(referenceTo(ingress))}, status.loadBalancer`, says: 'It is empty.' },
      classEvidence(classes),
    ],
    remedies: [
      correctClass.with({
        namespace,
        ingress: name,
        class: meant ?? '',
        isAnnotated: wanted?.field.startsWith('metadata') ?? false,
      }),
    ],
  };
}

function classEvidence({ objects, ofKong }: Classes): Evidence {
  const names = objects.map(({ metadata, spec }) => `${metadata.name} (${spec.controller})`);
  const kong =
    ofKong === undefined ? '' : ` Kong's controllers serve ${ofKong.length === 0 ? 'none' : listed(ofKong)}.`;
  return {
    from: 'IngressClasses',
    says: `${names.length === 0 ? 'There are none' : `They are ${listed(names)}`}.${kong}`,
  };
}
