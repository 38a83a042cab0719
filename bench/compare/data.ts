/** The data that all servers work on: Jotter's own tables, filled the same way each time. */
import { execFileSync } from 'node:child_process';
import { createHash, createHmac, hkdfSync, randomUUIDv7 } from 'node:crypto';
import { copyFileSync } from 'node:fs';

import argon2 from 'argon2';
import Database from 'better-sqlite3';

export const SECRET = 'benchmarks-sign-with-this-secret-and-nothing-else-does';
export const PASSWORD = 'ten thousand grey herons';

const USERS = 1_000;
const NOTES_OF_EACH = 100;
const BODY = 'A line of text that somebody has written down, so as not to forget it.\n'.repeat(3);

/** What one user sends in some of the workloads. */
export interface Sample {
  readonly username: string;
  /** The name and the value of the session cookie. */
  readonly cookie: string;
  /** Of their own notes. */
  readonly noteIds: readonly string[];
  /** The place in the middle of the longest list; the cookie of the first sample can read it. */
  readonly middleCursor: string;
}

/**
 * Makes the database, with a user who has `longList` notes besides the others.
 *
 * @returns samples; the first is of the user with the longest list
 */
export async function createData(path: string, jotter: string, longList: number) {
  execFileSync(process.execPath, [`${jotter}/src/cli/main.js`, 'migrate', 'up'], {
    env: { ...process.env, DATABASE_URL: `sqlite:${path}` },
    stdio: 'pipe',
  });
  const database = new Database(path);
  const passwordHash = await argon2.hash(PASSWORD, {
    type: argon2.argon2id,
    memoryCost: 19_456,
    timeCost: 2,
    parallelism: 1,
  });
  const samples = database.transaction(() => fill(database, passwordHash, longList))();
  // Without a limit it keeps samples of every index, and SQLite plans a statement anew for each value that is bound.
  database.exec('pragma analysis_limit = 1000; analyze');
  database.pragma('journal_mode = delete');
  database.close();

  return samples;
}

/** A copy for one server, so that nobody waits for the locks or the cache of another. */
export function copyData(from: string, to: string): string {
  copyFileSync(from, to);

  return to;
}

function fill(database: Database.Database, passwordHash: string, longList: number): Sample[] {
  const insertUser = database.prepare(
    `insert into user (id, username, username_key, password_hash, created_at)
    values (@id, @username, @username, @passwordHash, @now)`,
  );
  const insertSession = database.prepare(
    `insert into session
      (id, secret_hash, user_id, data, is_remembered, user_agent, created_at, last_active_at, expires_at, authenticated_at)
    values (@id, @secretHash, @userId, '{}', 1, @userAgent, @now, @now, @expiresAt, @now)`,
  );
  const insertNote = database.prepare(
    `insert into note (id, author_id, title, body, visibility, version, created_at, updated_at)
    values (@id, @userId, @title, @body, @visibility, 1, @now, @now)`,
  );
  const now = Date.now();
  const samples: Omit<Sample, 'middleCursor'>[] = [];
  let middleId = '';

  for (let index = 0; index < USERS; index += 1) {
    const userId = randomUUIDv7();
    const username = `user-${index}`;
    insertUser.run({ id: userId, username, passwordHash, now });
    const session = { id: randomUUIDv7(), secret: secretOf(index) };
    const secretHash = createHash('sha256').update(session.secret).digest('base64url');
    const expiresAt = now + 20 * 86_400_000;
    insertSession.run({
      id: session.id,
      secretHash,
      userId,
      userAgent: USER_AGENT,
      now,
      expiresAt,
    });
    const noteIds: string[] = [];
    const size = index === 0 ? longList : NOTES_OF_EACH;
    for (let note = 0; note < size; note += 1) {
      const id = randomUUIDv7();
      const visibility = note % 4 === 0 ? 'PUBLIC' : 'PRIVATE';
      insertNote.run({ id, userId, title: `Note ${note}`, body: BODY, visibility, now });
      if (note < 20) {
        noteIds.push(id);
      }
      if (index === 0 && note === Math.floor(size / 2)) {
        middleId = id;
      }
    }
    samples.push({ username, noteIds, cookie: cookieOf(session) });
  }
  const middleCursor = Buffer.from(`Cursor:${middleId}`).toString('base64url');

  return samples.map((sample) => ({
    ...sample,
    noteIds: sample.noteIds.map((id) => Buffer.from(`Note:${id}`).toString('base64url')),
    middleCursor,
  }));
}

export const USER_AGENT = 'jotter-compare';

function secretOf(index: number): string {
  return createHash('sha256').update(`${SECRET} ${index}`).digest('base64url');
}

/** Signed as Jotter signs it; the other servers check it the same way. */
function cookieOf({ id, secret }: { id: string; secret: string }): string {
  const key = Buffer.from(hkdfSync('sha256', SECRET, '', 'session cookie', 32));
  const text = `__Host-session=${id}.${secret}`;

  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
}
