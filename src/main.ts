/** The composition root: configuration, database, application, server; and the same backwards to stop. */
import closeWithGrace from 'close-with-grace';

import { createApp } from './app.ts';
import { systemClock } from './clock.ts';
import { loadConfig, type Config } from './config.ts';
import { ownDatabase } from './database/open-database.ts';
import { describeDatabase } from './database/orm-options.ts';
import { entities } from './entities.ts';
import { startHousekeeping } from './housekeeping.ts';
import { createHttpServer, listen, originOf, stopListening } from './http/server.ts';
import { createLogger } from './log.ts';
import { explain } from './operator-error.ts';

/** How long, in milliseconds, requests in flight may take after a signal to stop, and all of the end. */
const PATIENCE = 8_000;
const GRACE = 10_000;

async function main(config: Config): Promise<void> {
  const log = createLogger(config.logLevel, process.stdout.isTTY);
  await using parts = new AsyncDisposableStack();

  const database = await ownDatabase({ databaseUrl: config.databaseUrl, entities });
  parts.defer(database.close);
  await database.orm.migrator.up();

  const { orm } = database;
  const lifetimes = config.session;
  parts.defer(startHousekeeping({ orm, clock: systemClock, lifetimes, log }));

  const server = createHttpServer(createApp({ config, orm, log }).edge);
  await listen(server, config.port, config.host);
  parts.defer(async () => stopListening(server, PATIENCE));

  const running = parts.move();
  closeWithGrace({ delay: GRACE, logger: false }, async ({ err, signal }) => {
    log[err ? 'error' : 'info']({ event: 'server_stopping', signal, err }, 'Jotter stops');
    await running.disposeAsync();
  });
  const origin = originOf(server);
  log.info({ event: 'server_started', origin }, whereToGo(origin, config));
}

function whereToGo(origin: string, { graphiql, databaseUrl }: Config): string {
  const firstStep = graphiql
    ? `Open ${origin}/graphql in a browser and run the first tab, Register.`
    : `Operations go to ${origin}/graphql.`;

  return `Jotter is ready. ${firstStep} The data is in ${describeDatabase(databaseUrl)}.`;
}

try {
  await main(loadConfig());
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
