/** The composition root: configuration, database, application, server; and the same backwards to stop. */
import { setTimeout as sleep } from 'node:timers/promises';

import closeWithGrace from 'close-with-grace';
import type { Logger } from 'pino';

import { createApp } from './app.ts';
import { createMailComposer } from './auth/compose-mail.ts';
import { systemClock } from './clock.ts';
import { loadConfig, type Config } from './config.ts';
import { loadEnvironmentFile } from './config/environment-file.ts';
import { describeDatabase } from './database/database-url.ts';
import { serveDatabase } from './database/open-database.ts';
import type { Orm } from './database/orm-options.ts';
import { entities } from './entities.ts';
import { startHousekeeping } from './housekeeping.ts';
import { createHttpServer, listen, originOf, stopListening } from './http/server.ts';
import { createLogger } from './log.ts';
import { createMailTransport } from './mail/create-mail-transport.ts';
import { createMailWorker } from './mail/mail-worker.ts';
import { createMetrics } from './metrics/metrics.ts';
import { serveMetrics } from './metrics/serve-metrics.ts';
import { explain } from './operator-error.ts';
import { createReadiness } from './readiness.ts';

/** How long, in milliseconds, requests in flight may take after a signal to stop, and all of the end. */
const PATIENCE = 8_000;
const GRACE = 10_000;

async function main(config: Config): Promise<void> {
  const log = createLogger({ level: config.logLevel, isTerminal: process.stdout.isTTY });
  await using parts = new AsyncDisposableStack();

  const { databaseUrl, databasePoolSize: poolSize } = config;
  const database = await serveDatabase({ databaseUrl, entities, poolSize });
  parts.defer(database.close);

  const { orm } = database;
  const lifetimes = config.session;
  parts.defer(startHousekeeping({ orm, clock: systemClock, lifetimes, log }));

  const readiness = createReadiness({ probe: database.probe, log, clock: systemClock });
  const metrics = config.metrics.port === null ? undefined : createMetrics();
  const mail = createMail(config, orm, log);
  if (mail) {
    parts.defer(mail.start());
  }
  const app = createApp({ config, orm, log, readiness, metrics, mail });
  if (metrics) {
    parts.use(await serveMetrics(metrics, config.metrics, log));
  }

  const server = createHttpServer(app.edge, config.server, () => readiness.isStopping());
  await listen(server, config.port, config.host);
  parts.defer(async () => {
    const stopped = stopListening(server, PATIENCE);
    // After the door is closed, so that none comes back to it.
    app.endStreams();
    await stopped;
  });

  const running = parts.move();
  const closing = {
    delay: config.shutdownDelay + GRACE,
    logger: false,
    onSecondSignal: () => log.warn({ event: 'server_stop_forced' }, 'Jotter stops at once'),
    onTimeout: () => log.error({ event: 'server_stop_timed_out' }, 'Jotter could not stop in time'),
  } as const;
  closeWithGrace(closing, async ({ err, signal }) => {
    log[err ? 'error' : 'info']({ event: 'server_stopping', signal, err }, 'Jotter stops');
    readiness.stop();
    await sleep(config.shutdownDelay);
    await running.disposeAsync();
  });
  const origin = originOf(server);
  log.info({ event: 'server_started', origin }, whereToGo(origin, config));
  if (!mail) {
    log.warn(
      { event: 'mail_unavailable' },
      'No mail is sent: forgotten passwords are for you to reset. Set SMTP_URL and MAIL_FROM to change that.',
    );
  }
}

/** Undefined where nobody carries mails. */
function createMail({ mail: settings, publicUrl }: Config, orm: Orm, log: Logger) {
  const clock = systemClock;
  const transport = createMailTransport(settings, { clock, log });
  if (!transport) {
    return undefined;
  }
  const compose = createMailComposer({ orm, clock, settings, publicUrl });

  return createMailWorker({ orm, clock, log, transport, compose });
}

function whereToGo(origin: string, { graphiql, databaseUrl }: Config): string {
  const firstStep = graphiql
    ? `Open ${origin}/graphql in a browser and run the first tab, Register.`
    : `Operations go to ${origin}/graphql.`;

  return `Jotter is ready. ${firstStep} The data is in ${describeDatabase(databaseUrl)}.`;
}

try {
  loadEnvironmentFile();
  await main(loadConfig());
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
