/** How commands get at the database: beside a running server, or alone. */
import type { Administration } from '../auth/administration.ts';
import type { MailKind } from '../auth/mail-kinds.ts';
import type { NoticeScope } from '../auth/notices.ts';
import { createSecurityEvents } from '../auth/security-events.ts';
import { systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import { createChanges } from '../database/create-changes.ts';
import { faultCode } from '../database/cures.ts';
import { checkNotNewer } from '../database/migrate.ts';
import { openExistingDatabase, ownDatabase } from '../database/open-database.ts';
import type { Orm } from '../database/orm-options.ts';
import { isStorageFault } from '../database/storage-fault.ts';
import { entities } from '../entities.ts';
import { createLogger } from '../log.ts';
import { createOutbox } from '../mail/outbox.ts';
import { OperatorError } from '../operator-error.ts';
import { commandConfig } from './command-config.ts';

export interface OperatorScope extends Administration, NoticeScope {
  readonly config: Config;
}

/** By what security events tell that they came from here. */
const exchange = { address: null, headers: { 'user-agent': 'jotter-cli' } };

/**
 * Runs on a migrated database that a server may be using at the same time.
 *
 * @throws {OperatorError} when there is none, or when it does not answer
 */
export async function besideServer(run: (scope: OperatorScope) => Promise<void>): Promise<void> {
  const config = commandConfig();
  const { databaseUrl } = config;
  const clock = systemClock;

  await explained(async () => {
    const orm = await openExistingDatabase({ databaseUrl, entities });
    try {
      await checkMigrated(orm);
      const em = orm.em.fork();
      // The audit table keeps the event, and the command says it to whoever gave it.
      const log = createLogger({ level: 'silent', isTerminal: false });
      const events = createSecurityEvents({ exchange, em, clock, log });
      // The server that is running sends what is put in.
      const isOpen = config.mail.smtpUrl !== null || config.mail.folder !== null;
      const outbox = createOutbox<MailKind>({ clock, wake: isOpen ? () => {} : null });
      const changes = createChanges(databaseUrl);
      await run({ config, em, changes, clock, events, exchange, outbox });
    } finally {
      await orm.close();
    }
  });
}

/**
 * Runs on a database that no server is using.
 *
 * @throws {DatabaseInUseError}
 */
export async function insteadOfServer(
  run: (orm: Orm, config: Config) => Promise<void>,
): Promise<void> {
  const config = commandConfig();
  const { databaseUrl } = config;

  await explained(async () => {
    const { orm, close } = await ownDatabase({ databaseUrl, entities });
    try {
      await run(orm, config);
    } finally {
      await close();
    }
  });
}

async function checkMigrated(orm: Orm): Promise<void> {
  await checkNotNewer(orm);
  const pending = await orm.migrator.getPending();
  if (pending.length > 0) {
    throw new OperatorError(
      'The database is older than this Jotter. Restart the server, or run: npx jotter migrate up',
    );
  }
}

async function explained(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (isStorageFault(error)) {
      throw new OperatorError(
        `The database cannot be used (${faultCode(error)}). To see what is wrong, run: npx jotter doctor`,
        { cause: error },
      );
    }
    throw error;
  }
}
