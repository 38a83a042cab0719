/** Whether the database answers, can be written, is of this version, and lies in the past. */
import { SecurityEvent } from '../../auth/security-event.ts';
import type { Config } from '../../config.ts';
import { cureFor, faultCode } from '../../database/cures.ts';
import { describeDatabase } from '../../database/database-url.ts';
import { checkNotNewer, NewerDatabaseError } from '../../database/migrate.ts';
import { NoDatabaseError, openExistingDatabase } from '../../database/open-database.ts';
import type { Orm } from '../../database/orm-options.ts';
import { entities } from '../../entities.ts';
import { Session } from '../../session/session.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

/** How far, in milliseconds, rows may lie in the future: a server elsewhere may have written them. */
const CLOCK_TOLERANCE = 60_000;

export async function checkDatabase({ databaseUrl }: Config, now: Date): Promise<Finding[]> {
  const place = describeDatabase(databaseUrl);
  try {
    const orm = await openExistingDatabase({ databaseUrl, entities });
    try {
      return await checkOpened(orm, place, now);
    } finally {
      await orm.close();
    }
  } catch (error) {
    return [unreachable(error, place)];
  }
}

async function checkOpened(orm: Orm, place: string, now: Date): Promise<Finding[]> {
  const schema = await checkSchema(orm);
  // It takes the lock for writing, although nothing is written.
  await orm.em.fork().transactional(async () => {});
  const rows = schema.level === 'ok' ? await checkRows(orm, now) : [];

  return [ok('database', `${place} can be read and written.`), schema, ...rows];
}

async function checkSchema(orm: Orm): Promise<Finding> {
  try {
    await checkNotNewer(orm);
  } catch (error) {
    if (!(error instanceof NewerDatabaseError)) throw error;
    return fail('migrations', error.message, 'Until then, leave this database alone.');
  }
  const pending = await orm.migrator.getPending();
  const applied = await orm.migrator.getExecuted();
  if (pending.length > 0) {
    const advice = 'The next start of the server applies them; or run: npx jotter migrate up';
    return warn('migrations', `Not applied yet: ${pending.length}`, advice);
  }

  return ok('migrations', `Applied: all ${applied.length}`);
}

/** Nothing to say when the clock is not behind the data: whether it is right at all is checked elsewhere. */
async function checkRows(orm: Orm, now: Date): Promise<Finding[]> {
  const em = orm.em.fork();
  const sessions = await em.findAll(Session, { orderBy: { lastActiveAt: 'desc' }, limit: 1 });
  const events = await em.findAll(SecurityEvent, { orderBy: { createdAt: 'desc' }, limit: 1 });
  const times = [
    ...sessions.map(({ lastActiveAt }) => lastActiveAt.getTime()),
    ...events.map(({ createdAt }) => createdAt.getTime()),
  ];
  const newest = Math.max(...times, 0);
  if (newest <= now.getTime() + CLOCK_TOLERANCE) {
    return [];
  }
  const message = `It is behind the data, which is of ${new Date(newest).toISOString()}.`;

  return [
    fail('clock', message, 'Set the clock, best by NTP: sessions from its future have ended.'),
  ];
}

function unreachable(error: unknown, place: string): Finding {
  if (error instanceof NoDatabaseError) {
    const advice = 'If there should be one, DATABASE_URL names another place.';
    return warn('database', error.message, advice);
  }
  const code = faultCode(error);
  if (code === null) throw error;

  return fail('database', `${place} cannot be used (${code}).`, cureFor(code));
}
