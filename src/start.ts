/** The composition root: one process that serves, or several of them and one that looks after them. */
import cluster from 'node:cluster';

import closeWithGrace, { type Options } from 'close-with-grace';
import type { Logger } from 'pino';

import { loadConfig, type Config } from './config.ts';
import { loadEnvironmentFile } from './config/environment-file.ts';
import { describeDatabase } from './database/database-url.ts';
import { createLogger } from './log.ts';
import { createMetrics, createWorkersMetrics, type Metrics } from './metrics/metrics.ts';
import { serveMetrics } from './metrics/serve-metrics.ts';
import { explain } from './operator-error.ts';
import { serve, type Serving } from './serve.ts';
import { obeyPrimary, signalsForPrimary, startWorkers } from './workers.ts';

/** How long, in milliseconds, the end may take after a signal to stop. */
const GRACE = 10_000;

/** Starts the server by its settings, or says what is in the way. */
export async function start(): Promise<void> {
  try {
    loadEnvironmentFile();
    await serveBy(loadConfig());
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
    // The channel to the primary would keep a worker alive.
    process.disconnect?.();
  }
}

async function serveBy(config: Config): Promise<void> {
  const log = createLogger({ level: config.logLevel, isTerminal: process.stdout.isTTY });
  if (cluster.isWorker) {
    await beWorker(config, log);
    return;
  }
  const { origin, stop } = await (config.workers > 1 ? serveByWorkers : serveAlone)(config, log);
  endWithGrace(config, log, stop);
  log.info({ event: 'server_started', origin }, whereToGo(origin, config));
}

async function serveAlone(config: Config, log: Logger): Promise<Serving> {
  const metrics = metricsOf(config);

  return besideMetrics(metrics, config, log, async () => serve(config, log, metrics));
}

async function serveByWorkers(config: Config, log: Logger): Promise<Serving> {
  const metrics = config.metrics.port === null ? undefined : createWorkersMetrics();

  return besideMetrics(metrics, config, log, async () => startWorkers(config, log));
}

async function beWorker(config: Config, log: Logger): Promise<void> {
  const { origin, stop } = await serve(config, log, metricsOf(config));
  const { close } = endWithGrace(config, log, stop, [...signalsForPrimary]);
  log.info({ event: 'worker_started' }, 'A worker serves');
  obeyPrimary(origin, close);
}

/** Undefined where nobody reads them. */
function metricsOf({ metrics }: Config): Metrics | undefined {
  return metrics.port === null ? undefined : createMetrics();
}

/** Metrics can be read until the rest has stopped. */
async function besideMetrics(
  metrics: Pick<Metrics, 'read'> | undefined,
  config: Config,
  log: Logger,
  startServing: () => Promise<Serving>,
): Promise<Serving> {
  await using parts = new AsyncDisposableStack();
  if (metrics) {
    parts.use(await serveMetrics(metrics, config.metrics, log));
  }
  const { origin, stop } = await startServing();
  parts.defer(stop);
  const running = parts.move();

  return { origin, stop: async () => running.disposeAsync() };
}

function endWithGrace(
  { shutdownDelay }: Config,
  log: Logger,
  stop: () => Promise<void>,
  skip: Options['skip'] = [],
) {
  const options: Options = {
    delay: shutdownDelay + GRACE,
    logger: false,
    skip,
    onSecondSignal: () => log.warn({ event: 'server_stop_forced' }, 'Jotter stops at once'),
    onTimeout: () => log.error({ event: 'server_stop_timed_out' }, 'Jotter could not stop in time'),
  };

  return closeWithGrace(options, async ({ err, signal }) => {
    log[err ? 'error' : 'info']({ event: 'server_stopping', signal, err }, 'Jotter stops');
    await stop();
  });
}

function whereToGo(origin: string, { graphiql, databaseUrl }: Config): string {
  const firstStep = graphiql
    ? `Open ${origin}/graphql in a browser and run the first tab, Register.`
    : `Operations go to ${origin}/graphql.`;

  return `Jotter is ready. ${firstStep} The data is in ${describeDatabase(databaseUrl)}.`;
}
