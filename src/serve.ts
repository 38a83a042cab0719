/** One process that serves: database, application, server; and the same backwards to stop. */
import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from 'pino';

import { createApp } from './app.ts';
import { createMailComposer } from './auth/compose-mail.ts';
import { systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { createChanges } from './database/create-changes.ts';
import { serveDatabase } from './database/open-database.ts';
import type { Orm } from './database/orm-options.ts';
import { entities } from './entities.ts';
import { startHousekeeping } from './housekeeping.ts';
import { createHttpServer, listen, originOf, stopListening } from './http/server.ts';
import { createMailTransport } from './mail/create-mail-transport.ts';
import { createMailWorker } from './mail/mail-worker.ts';
import type { Metrics } from './metrics/metrics.ts';
import { createReadiness } from './readiness.ts';

/** How long, in milliseconds, requests in flight may take after a signal to stop. */
const PATIENCE = 8_000;

export interface Serving {
  readonly origin: string;
  /** Lets go of everything, the last thing first, when the requests in flight have their answers. */
  readonly stop: () => Promise<void>;
}

/** @throws {OperatorError} when it cannot serve; it has let go of everything then */
export async function serve(
  config: Config,
  log: Logger,
  metrics: Metrics | undefined,
): Promise<Serving> {
  await using parts = new AsyncDisposableStack();

  const { databaseUrl, databasePoolSize: poolSize } = config;
  const database = await serveDatabase({ databaseUrl, entities, poolSize });
  parts.defer(database.close);

  const { orm } = database;
  const lifetimes = config.session;
  parts.defer(startHousekeeping({ orm, clock: systemClock, lifetimes, log }));

  const changes = createChanges(databaseUrl);
  parts.defer(async () => changes.close());

  const readiness = createReadiness({ probe: database.probe, log, clock: systemClock });
  const mail = await createMail(config, orm, log);
  if (mail) {
    parts.defer(mail.start());
  }
  const app = createApp({ config, orm, log, changes, readiness, metrics, mail });

  const server = createHttpServer(app.edge, config.server, () => readiness.isStopping());
  await listen(server, config.port, config.host);
  parts.defer(async () => {
    const stopped = stopListening(server, PATIENCE);
    // After the door is closed, so that none comes back to it.
    app.endStreams();
    await stopped;
  });

  if (!mail) {
    log.warn(
      { event: 'mail_unavailable' },
      'No mail is sent: forgotten passwords are for you to reset. Set SMTP_URL and MAIL_FROM to change that.',
    );
  }
  const running = parts.move();

  return {
    origin: originOf(server),
    stop: async () => {
      readiness.stop();
      await sleep(config.shutdownDelay);
      await running.disposeAsync();
    },
  };
}

/** Undefined where nobody carries mails. */
async function createMail({ mail: settings, publicUrl }: Config, orm: Orm, log: Logger) {
  const clock = systemClock;
  const transport = await createMailTransport(settings, { clock, log });
  if (!transport) {
    return undefined;
  }
  const compose = createMailComposer({ orm, clock, settings, publicUrl });

  return createMailWorker({ orm, clock, log, transport, compose });
}
