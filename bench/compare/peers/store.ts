/** What the other servers read and write, by prepared statements of better-sqlite3. */
import {
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  randomUUIDv7,
  timingSafeEqual,
} from 'node:crypto';

import argon2 from 'argon2';
import Database from 'better-sqlite3';

export interface User {
  readonly id: string;
  readonly username: string;
}

export interface Note {
  readonly id: string;
  readonly author_id: string;
  readonly title: string;
  readonly body: string;
  readonly visibility: 'PRIVATE' | 'PUBLIC';
  readonly version: number;
  readonly created_at: number;
}

export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

const database = new Database(process.env['DATABASE_URL']!.replace('sqlite:', ''));
database.pragma('journal_mode = wal');
database.pragma('synchronous = full');
database.pragma('foreign_keys = on');

const sessionAndUser = database.prepare<[string], SessionRow>(
  `select session.secret_hash, session.expires_at, user.id, user.username
  from session join user on user.id = session.user_id
  where session.id = ? and user.disabled_at is null`,
);
const userById = database.prepare<[string], User>('select id, username from user where id = ?');
const userByName = database.prepare<[string], User & { password_hash: string }>(
  'select id, username, password_hash from user where username_key = ?',
);
const noteById = database.prepare<[string, string | null], Note>(
  `select * from note where id = ? and (visibility = 'PUBLIC' or author_id = ?)`,
);
const ownNotes = database.prepare<[string, string, number], Note>(
  'select * from note where author_id = ? and id < ? order by id desc limit ?',
);
const publicNotes = database.prepare<[string, number], Note>(
  `select * from note where visibility = 'PUBLIC' and id < ? order by id desc limit ?`,
);
const insertNote = database.prepare(
  `insert into note (id, author_id, title, body, visibility, version, created_at, updated_at)
  values (@id, @author_id, @title, @body, @visibility, 1, @created_at, @created_at)`,
);
const insertSession = database.prepare(
  `insert into session (id, secret_hash, user_id, data, is_remembered, created_at, last_active_at, expires_at)
  values (@id, @secretHash, @userId, '{}', 0, @now, @now, @expiresAt)`,
);

interface SessionRow extends User {
  readonly secret_hash: string;
  readonly expires_at: number;
}

const COOKIE = /(?:^|; )__Host-session=([0-9a-f-]{36})\.([\w-]{43})\.([\w-]{43})(?:;|$)/u;
const key = Buffer.from(
  hkdfSync('sha256', process.env['SESSION_SECRETS']!, '', 'session cookie', 32),
);

/** The user whose session the signed cookie names. */
export function findViewer(cookie: string | undefined): User | null {
  const [, id, secret, signature] = COOKIE.exec(cookie ?? '') ?? [];
  if (!id || !secret || !signature || !isSame(sign(id, secret), signature)) {
    return null;
  }
  const row = sessionAndUser.get(id);
  const isAlive = row && isSame(row.secret_hash, hashOf(secret)) && row.expires_at > Date.now();

  return isAlive ? { id: row.id, username: row.username } : null;
}

export function findUser(id: string): User | undefined {
  return userById.get(id);
}

/** A note that the viewer may see. */
export function findNote(globalId: string, viewer: User | null): Note | null {
  const [, id = ''] = Buffer.from(globalId, 'base64url').toString().split(':');

  return noteById.get(id, viewer?.id ?? null) ?? null;
}

export function pageOfOwn(viewer: User, { first, after }: PageArguments) {
  const size = first ?? 20;

  return toPage(ownNotes.all(viewer.id, keyOf(after), size + 1), size);
}

export function pageOfPublic({ first, after }: PageArguments) {
  const size = first ?? 20;

  return toPage(publicNotes.all(keyOf(after), size + 1), size);
}

export function createNote(
  author: User,
  content: Pick<Note, 'title' | 'body'> & { readonly visibility?: Note['visibility'] },
): Note {
  const { title, body, visibility = 'PRIVATE' } = content;
  const id = randomUUIDv7();
  const note = {
    id,
    author_id: author.id,
    title,
    body,
    visibility,
    version: 1,
    created_at: Date.now(),
  };
  insertNote.run(note);

  return note;
}

/** @returns the user and a Set-Cookie value; null for a wrong password */
export async function login(username: string, password: string) {
  const user = userByName.get(username);
  if (!user || !(await argon2.verify(user.password_hash, password))) {
    return null;
  }
  const [id, secret, now] = [randomUUIDv7(), randomBytes(32).toString('base64url'), Date.now()];
  const expiresAt = now + 86_400_000;
  insertSession.run({ id, secretHash: hashOf(secret), userId: user.id, now, expiresAt });
  const cookie = `__Host-session=${id}.${secret}.${sign(id, secret)}; Path=/; HttpOnly; Secure; SameSite=Lax`;

  return { user, cookie };
}

export function globalId(type: string, id: string): string {
  return Buffer.from(`${type}:${id}`).toString('base64url');
}

function toPage(rows: Note[], size: number) {
  const edges = rows.slice(0, size).map((node) => ({ cursor: globalId('Cursor', node.id), node }));

  return {
    edges,
    pageInfo: { hasNextPage: rows.length > size, endCursor: edges.at(-1)?.cursor ?? null },
  };
}

/** Behind every id, when there is no cursor. */
function keyOf(cursor: string | null | undefined): string {
  return cursor ? Buffer.from(cursor, 'base64url').toString().slice('Cursor:'.length) : '~';
}

function sign(id: string, secret: string): string {
  return createHmac('sha256', key).update(`__Host-session=${id}.${secret}`).digest('base64url');
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
