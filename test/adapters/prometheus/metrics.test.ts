import { describe, expect, test } from '@jest/globals';
import { createMetrics } from '../../../src/adapters/prometheus/metrics.ts';

const context = { signal: new AbortController().signal, key: 'k', attempt: 1 };
const job = { task: 'expire-proposals' } as const;
const none = async () => undefined;

describe('the metrics', () => {
  test('count jobs by queue and outcome, and pass errors on', async () => {
    const metrics = createMetrics();
    const failing = metrics.countJobs({
      triage: none,
      remediate: none,
      notify: none,
      survey: none,
      upkeep: async () => Promise.reject(new TypeError('no')),
    });
    await expect(failing.upkeep(job, context)).rejects.toThrow('no');
    await metrics
      .countJobs({ triage: none, remediate: none, notify: none, survey: none, upkeep: none })
      .upkeep(job, context);
    const text = await metrics.text();
    expect(text).toContain('cluster_triage_jobs_total{queue="upkeep",outcome="TypeError"} 1');
    expect(text).toContain('cluster_triage_jobs_total{queue="upkeep",outcome="done"} 1');
  });

  test('hand the context of a job on', async () => {
    const seen: unknown[] = [];
    const metrics = createMetrics();
    const handlers = metrics.countJobs({
      triage: none,
      remediate: none,
      notify: none,
      survey: none,
      upkeep: async (...given) => void seen.push(...given),
    });
    await handlers.upkeep(job, context);
    expect(seen).toEqual([job, context]);
  });

  test('say whether the chat is connected, and count trouble', async () => {
    const metrics = createMetrics();
    metrics.setConnected(true);
    metrics.countTrouble('the queue');
    expect(await metrics.text()).toMatch(
      /cluster_triage_chat_connected 1[\s\S]*where="the queue"|where="the queue"[\s\S]*cluster_triage_chat_connected 1/,
    );
  });

  test('say whether the configuration file is the one in force', async () => {
    const metrics = createMetrics();
    expect(await metrics.text()).toContain('cluster_triage_config_in_force 1');
    metrics.countConfig('refused');
    const text = await metrics.text();
    expect(text).toContain('cluster_triage_config_in_force 0');
    expect(text).toContain('cluster_triage_config_reads_total{outcome="refused"} 1');
  });
});
