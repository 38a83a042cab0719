/**
 * Copies of a SQLite file.
 *
 * A copy that `cp` makes beside a running server lacks what is still in the journal, and may be torn. SQLite
 * copies one state of the whole, whoever writes meanwhile. What was replaced by an older copy is kept.
 */
import { existsSync } from 'node:fs';
import { link, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import Database from 'better-sqlite3';

import { OperatorError } from '../operator-error.ts';

/** A copy cannot be made, or cannot be used. */
class BackupError extends OperatorError {
  override readonly name = 'BackupError';
}

/**
 * Copies a database that may be in use. The copy appears whole and checked, or not at all.
 *
 * @returns its size in bytes
 * @throws {BackupError} also when there is a file at `to` already
 */
export async function backUp(from: string, to: string): Promise<number> {
  await explained(to, async () => {
    if (existsSync(to)) {
      throw new BackupError(`There is something at ${to} already. Nothing was written.`);
    }
    await using draft = await createDraft(from, to);
    // Unlike a renaming, a link never replaces what somebody has put there meanwhile.
    await link(draft.path, to);
    await toDisk(dirname(to));
  });

  return (await stat(to)).size;
}

/**
 * Puts a copy in the place of a database that nobody uses.
 *
 * @returns where the replaced file is kept; null when there was none
 * @throws {BackupError}
 */
export async function restoreBackup(from: string, to: string, now: Date): Promise<string | null> {
  const aside = `${to}.replaced-${now.toISOString().replace(/[:.]/gu, '-')}`;
  const isReplacing = existsSync(to);

  await explained(from, async () => {
    await using draft = await createDraft(from, to);
    if (isReplacing) {
      await keepAside(to, aside);
    }
    await rename(draft.path, to);
    await toDisk(dirname(to));
  });

  return isReplacing ? aside : null;
}

/** A whole and checked copy beside the place where it is to go; it is removed if it does not get there. */
async function createDraft(from: string, to: string) {
  const path = `${to}.partial-${process.pid}`;
  await using steps = new AsyncDisposableStack();
  // SQLite would make a file that everybody may read.
  await (await open(path, 'wx', 0o600)).close();
  steps.defer(async () => rm(path, { force: true }));
  await copyDatabase(from, path);
  makeSelfContained(path);
  check(path);
  await toDisk(path);
  const kept = steps.move();

  return { path, [Symbol.asyncDispose]: async () => kept.disposeAsync() };
}

/** All pages in one step: in several, each write of the server would make SQLite begin again. */
async function copyDatabase(from: string, to: string): Promise<void> {
  const database = new Database(from, { fileMustExist: true });
  try {
    await database.backup(to, { progress: ({ totalPages }) => totalPages });
  } finally {
    database.close();
  }
}

/** One file without a journal beside it, to be carried anywhere. */
function makeSelfContained(path: string): void {
  const database = new Database(path, { fileMustExist: true });
  try {
    database.pragma('journal_mode = delete');
  } finally {
    database.close();
  }
}

function check(path: string): void {
  const database = new Database(path, { readonly: true, fileMustExist: true });
  try {
    const verdict = database.pragma('integrity_check', { simple: true });
    const tables = database
      .prepare(`select count(*) from sqlite_schema where name in ('user', 'note')`)
      .pluck()
      .get();
    if (verdict !== 'ok') {
      throw new BackupError('The copy is damaged. Nothing was changed.');
    }
    if (tables !== 2) {
      throw new BackupError('This is no database of Jotter. Nothing was changed.');
    }
  } finally {
    database.close();
  }
}

/** The old file stays in its place until the new one takes it, so that there always is one. */
async function keepAside(path: string, aside: string): Promise<void> {
  emptyJournal(path);
  for (const suffix of ['-wal', '-shm']) {
    if (existsSync(path + suffix)) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await rename(path + suffix, aside + suffix);
    }
  }
  await link(path, aside);
}

function emptyJournal(path: string): void {
  try {
    const database = new Database(path, { fileMustExist: true });
    database.pragma('wal_checkpoint(truncate)');
    database.close();
  } catch {
    // Too damaged: its journal is kept beside it.
  }
}

/** Nothing is said to be there that a power failure could take away. */
async function toDisk(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Puts what the file system or SQLite refuses into plain words. */
async function explained(path: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw /^E[A-Z]+$|^SQLITE_/u.test(code)
      ? new BackupError(`${path}: it cannot be done (${code}). Nothing was changed.`, {
          cause: error,
        })
      : error;
  }
}
