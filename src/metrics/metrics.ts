/**
 * What Prometheus reads. A client chooses the names of its operations, so only a bounded number of them
 * become labels: the first that come, and `(other)` for the rest.
 */
import cluster from 'node:cluster';

import {
  AggregatorRegistry,
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
} from 'prom-client';

import type { AnswerObserver } from '../http/edge.ts';
import { isStreamed } from '../http/exchange.ts';

const MAX_OPERATION_NAMES = 100;
const MAX_NAME_LENGTH = 64;

/** In seconds: from a cached read to the longest that an operation may take. */
const DURATION_BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

export interface MetricSources {
  /** How many sessions are alive. It is asked at each scrape. */
  readonly countSessions: () => Promise<number>;
  /** How many streams are open. */
  readonly countStreams: () => number;
  /** How many hashes of passwords run, and how many wait. */
  readonly hashLoad: () => { readonly active: number; readonly waiting: number };
}

export interface Metrics {
  /** Counts an answer. */
  readonly onAnswer: AnswerObserver;
  /** Tells where the numbers come from that nobody counts. */
  watch(sources: MetricSources): void;
  /** The text that Prometheus reads, and its media type. */
  read(): Promise<{ readonly text: string; readonly contentType: string }>;
}

/** Those of all workers together. */
export function createWorkersMetrics(): Pick<Metrics, 'read'> {
  const register = new AggregatorRegistry();

  return {
    read: async () => ({
      text: await register.clusterMetrics(),
      contentType: register.contentType,
    }),
  };
}

/** Those of this process. Where it is a worker, the process that has started it may read them, too. */
export function createMetrics(): Metrics {
  const register = new Registry();
  if (cluster.isWorker) {
    answerPrimary(register);
  }
  collectDefaultMetrics({ register });
  const operationName = createNameLimit(MAX_OPERATION_NAMES);

  const answers = new Counter({
    name: 'jotter_http_answers_total',
    help: 'HTTP answers',
    labelNames: ['status'],
    registers: [register],
  });
  const operations = new Counter({
    name: 'jotter_operations_total',
    help: 'GraphQL operations that were begun; the code is OK, or that of the first error',
    labelNames: ['operation', 'code'],
    registers: [register],
  });
  const durations = new Histogram({
    name: 'jotter_operation_duration_seconds',
    help: 'How long GraphQL operations took, from the head of the request to the answer',
    labelNames: ['operation'],
    buckets: DURATION_BUCKETS,
    registers: [register],
  });

  return {
    onAnswer: ({ path, method, summary }, { status, body }, duration) => {
      answers.inc({ status });
      if (path !== '/graphql' || method !== 'POST') {
        return;
      }
      const operation = operationName(summary.operationName);
      operations.inc({ operation, code: summary.code ?? 'OK' });
      // A stream takes as long as somebody listens.
      if (!isStreamed(body)) {
        durations.observe({ operation }, duration / 1000);
      }
    },
    watch: (sources) => watch(register, sources),
    read: async () => ({ text: await register.metrics(), contentType: register.contentType }),
  };
}

function answerPrimary(register: Registry): void {
  AggregatorRegistry.setRegistries(register);
  // To make one is to listen.
  void new AggregatorRegistry();
}

/** Gives the first names back as they are. No name of GraphQL has brackets. */
function createNameLimit(most: number): (name: string | undefined) => string {
  const known = new Set<string>();

  return (name) => {
    if (name === undefined) {
      return '(unnamed)';
    }
    if (!known.has(name) && known.size < most && name.length <= MAX_NAME_LENGTH) {
      known.add(name);
    }

    return known.has(name) ? name : '(other)';
  };
}

function watch(register: Registry, { countSessions, countStreams, hashLoad }: MetricSources): void {
  gauge(register, 'jotter_streams_open', 'Streams that are open', countStreams);
  gauge(
    register,
    'jotter_sessions_alive',
    'Sessions that have not ended',
    async () =>
      // A database that does not answer must not hide the other numbers.
      countSessions().catch(() => Number.NaN),
    // All processes count the same ones.
    'max',
  );
  gauge(register, 'jotter_hashes_active', 'Hashes of passwords that run', () => hashLoad().active);
  gauge(
    register,
    'jotter_hashes_waiting',
    'Hashes of passwords that wait',
    () => hashLoad().waiting,
  );
}

function gauge(
  register: Registry,
  name: string,
  help: string,
  read: () => Promise<number> | number,
  aggregator: 'max' | 'sum' = 'sum',
): Gauge {
  return new Gauge({
    name,
    help,
    aggregator,
    registers: [register],
    async collect() {
      this.set(await read());
    },
  });
}
