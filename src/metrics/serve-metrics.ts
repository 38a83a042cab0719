import type { Logger } from 'pino';

import type { Config } from '../config.ts';
import { AnswerError } from '../http/answer-error.ts';
import { createEdge, type Route } from '../http/edge.ts';
import { createOriginGuard } from '../http/origin-guard.ts';
import { createHttpServer, listen, originOf, stopListening } from '../http/server.ts';
import type { Metrics } from './metrics.ts';

/** What a scraper needs, and no more. */
const MAX_CONNECTIONS = 20;

/** How long, in milliseconds, a scrape may take after a signal to stop. */
const PATIENCE = 500;

/**
 * Serves `/metrics` on a port of its own: who may send operations need not see it.
 *
 * @throws {ListenError}
 */
export async function serveMetrics(
  metrics: Pick<Metrics, 'read'>,
  { port, host }: Config['metrics'],
  log: Logger,
): Promise<AsyncDisposable> {
  const edge = createEdge({
    routes: { '/metrics': createMetricsRoute(metrics) },
    originGuard: createOriginGuard({
      publicOrigin: '',
      clientOrigins: [],
      formPaths: [],
      isLoopbackOurs: false,
    }),
    trustedHops: 0,
    isSecure: false,
    onError: (error) => log.error({ event: 'metrics_failed', err: error }, 'A scrape failed'),
  });
  const server = createHttpServer(edge, { maxConnections: MAX_CONNECTIONS });
  await listen(server, port ?? 0, host, { port: 'METRICS_PORT', host: 'METRICS_HOST' });
  log.info({ event: 'metrics_served', origin: originOf(server) }, 'Prometheus may read /metrics');

  return { [Symbol.asyncDispose]: async () => stopListening(server, PATIENCE) };
}

function createMetricsRoute(metrics: Pick<Metrics, 'read'>): Route {
  return async ({ method }) => {
    if (method !== 'GET' && method !== 'HEAD') {
      throw new AnswerError(405, 'METHOD_NOT_ALLOWED', 'This is read by GET.', {
        allow: 'GET, HEAD',
      });
    }
    const { text, contentType } = await metrics.read();

    return { status: 200, headers: { 'content-type': contentType }, body: text };
  };
}
