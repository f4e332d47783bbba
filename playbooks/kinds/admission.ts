import { z } from 'zod';
import { defineKind, objectWith } from '../../src/core/kind.ts';

/** Only where the webhooks are: what they admit is not read. One that names a URL has no Service. */
export const WebhookConfigurationShape = objectWith({
  webhooks: z
    .array(
      z.object({
        name: z.string(),
        clientConfig: z
          .object({
            service: z.object({ namespace: z.string(), name: z.string(), port: z.number().nullish() }).nullish(),
          })
          .prefault({}),
      }),
    )
    .nullish(),
});
export type WebhookConfiguration = z.infer<typeof WebhookConfigurationShape>;

export const ValidatingWebhookConfiguration = defineKind<WebhookConfiguration>({
  name: 'ValidatingWebhookConfiguration',
  plural: 'validatingwebhookconfigurations',
  apiVersions: ['admissionregistration.k8s.io/v1', 'admissionregistration.k8s.io/v1beta1'],
  namespaced: false,
  schema: WebhookConfigurationShape,
});

export const MutatingWebhookConfiguration = defineKind<WebhookConfiguration>({
  name: 'MutatingWebhookConfiguration',
  plural: 'mutatingwebhookconfigurations',
  apiVersions: ['admissionregistration.k8s.io/v1', 'admissionregistration.k8s.io/v1beta1'],
  namespaced: false,
  schema: WebhookConfigurationShape,
});
