import { AccessToken } from '../../src/auth/access-token.ts';
import { encodeGlobalId } from '../../src/graphql/global-id.ts';
import { changesOfNote } from '../../src/notes/note-change.ts';
import { Note } from '../../src/notes/note.ts';
import { Session } from '../../src/session/session.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp, type TestApp, type TestAppOptions } from '../support/app.ts';
import { storedNotes, storeNotes } from '../support/notes.ts';

/** Three people, and what two of them have. */
export interface World extends AsyncDisposable {
  readonly app: TestApp;
  readonly owner: User;
  readonly another: User;
  /** What operations may refer to: the ids of things. */
  readonly variables: Readonly<Record<string, string>>;
  disableOwner(): Promise<void>;
  /** Tells whoever listens that every note was changed. When it is done, they have been told. */
  stir(): Promise<void>;
  /** What there is, to be compared. */
  everything(): Promise<unknown>;
  /** All rows, to be put back. */
  rows(): Promise<Rows>;
  restore(rows: Rows): Promise<void>;
}

/** By table. Users come first: all the others refer to them. */
type Rows = Readonly<Record<string, Record<string, unknown>[]>>;

const tables = [
  'user',
  'session',
  'access_token',
  'note',
  'security_event',
  'throttle_bucket',
  'mail_token',
  'outbox_mail',
];

export async function createWorld(options?: TestAppOptions): Promise<World> {
  const app = await createTestApp(options);
  const em = app.orm.em.fork();
  const owner = await app.createUser('owner', {
    email: 'owner@example.com',
    pendingEmail: 'new@example.com',
  });
  const another = await app.createUser('another');
  // Nobody acts as this one: to be logged in to.
  await app.createUser('third');

  const [privateNote = '', publicNote = ''] = await storeNotes(app, owner, [
    { title: 'private', visibility: 'PRIVATE' },
    { title: 'public', visibility: 'PUBLIC' },
  ]);
  const [anothersNote = ''] = await storeNotes(app, another, [{ title: "another's" }]);
  // Another device of the owner, and another program.
  await app.as(owner);
  await app.withToken(owner);
  const session = await em.findOneOrFail(Session, { user: owner.id });
  const token = await em.findOneOrFail(AccessToken, { user: owner.id });

  return {
    app,
    owner,
    another,
    variables: {
      privateNote,
      publicNote,
      anothersNote,
      owner: encodeGlobalId('User', owner.id),
      ownersSession: encodeGlobalId('Session', session.id),
      ownersToken: encodeGlobalId('AccessToken', token.id),
    },
    disableOwner: async () => {
      await em.nativeUpdate(User, { id: owner.id }, { disabledAt: app.clock() });
    },
    stir: async () => {
      const notes = await app.orm.em.fork().findAll(Note, { orderBy: { id: 'asc' } });
      for (const { id, author, visibility } of notes) {
        const place = { id, authorId: author.id };
        await app.changes.publish(em, ...changesOfNote(place, visibility, visibility));
      }
      await untilHeard(app);
    },
    everything: async () => ({
      notes: await storedNotes(app),
      users: await app.orm.em.fork().findAll(User, { fields: ['displayName'] }),
      sessions: await app.orm.em.fork().findAll(Session, { fields: ['secretHash'] }),
      tokens: await app.orm.em.fork().findAll(AccessToken, { fields: ['scope'] }),
    }),
    rows: async () => {
      const kysely = app.orm.em.fork().getKysely<any>();
      const entries = tables.map(
        async (table) => [table, await kysely.selectFrom(table).selectAll().execute()] as const,
      );

      return Object.fromEntries(await Promise.all(entries));
    },
    restore: async (rows) => {
      const kysely = app.orm.em.fork().getKysely<any>();
      for (const table of tables.toReversed()) {
        await kysely.deleteFrom(table).execute();
      }
      for (const table of tables.filter((name) => rows[name]?.length)) {
        await kysely
          .insertInto(table)
          .values(rows[table] ?? [])
          .execute();
      }
    },
    [Symbol.asyncDispose]: async () => app[Symbol.asyncDispose](),
  };
}

/** Between processes, a change takes its time: it would be heard by whoever listens next. */
async function untilHeard({ changes, orm }: TestApp): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = await changes.listen(['end'], { onChange: () => resolve(), onGap: () => {} });
  await changes.publish(orm.em.fork(), { topic: 'end', kind: 'changed', id: 'end' });
  await promise;
  stop();
}
