import { encodeGlobalId } from '../../src/graphql/global-id.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createToken, startSession } from '../support/credentials.ts';
import { storeNotes } from '../support/notes.ts';

/** Three people, and what two of them have. */
export interface World extends AsyncDisposable {
  readonly app: TestApp;
  readonly owner: User;
  readonly another: User;
  /** What operations may refer to: the ids of things. */
  readonly variables: Readonly<Record<string, string>>;
  /** Users, sessions, notes, and tokens but for their last use. */
  contents(): Promise<Rows>;
  /** Puts everything back as it was in the beginning. */
  restore(): Promise<void>;
}

type Rows = Readonly<Record<string, Record<string, unknown>[]>>;

/** Users first: all the others refer to them. */
const tables = ['user', 'session', 'access_token', 'note', 'security_event', 'throttle_bucket'];

export async function createWorld(): Promise<World> {
  const app = await createTestApp();
  const owner = await app.createUser('owner');
  const another = await app.createUser('another');
  // Nobody acts as this one: to be logged in to.
  await app.createUser('third');

  const [privateNote = '', publicNote = ''] = await storeNotes(app, owner, [
    { title: 'private', visibility: 'PRIVATE' },
    { title: 'public', visibility: 'PUBLIC' },
  ]);
  const [anothersNote = ''] = await storeNotes(app, another, [{ title: "another's" }]);
  const [session = ''] = (await startSession(app, owner, { remembered: true })).split('.');
  await createToken(app, owner, 'WRITE');
  const beginning = await rowsOf(app);

  return {
    app,
    owner,
    another,
    variables: {
      privateNote,
      publicNote,
      anothersNote,
      owner: encodeGlobalId('User', owner.id),
      session: encodeGlobalId('Session', session),
      accessToken: encodeGlobalId('AccessToken', String(beginning['access_token']?.[0]?.['id'])),
    },
    contents: async () => {
      const { throttle_bucket: _buckets, security_event: _events, ...rows } = await rowsOf(app);
      const accessTokens = rows['access_token']?.map((token) => ({ ...token, last_used_at: null }));

      return { ...rows, access_token: accessTokens ?? [] };
    },
    restore: async () => {
      // Whatever belongs to a user goes with them.
      await app.orm.em.fork().nativeDelete(User, { id: { $ne: null } });
      const kysely = app.orm.em.fork().getKysely<any>();
      await kysely.deleteFrom('throttle_bucket').execute();
      for (const [table, rows] of Object.entries(beginning)) {
        if (rows.length > 0) {
          await kysely.insertInto(table).values(rows).execute();
        }
      }
    },
    [Symbol.asyncDispose]: async () => app[Symbol.asyncDispose](),
  };
}

async function rowsOf({ orm }: TestApp): Promise<Rows> {
  const kysely = orm.em.fork().getKysely<any>();
  const entries = tables.map(async (table) => [
    table,
    await kysely.selectFrom(table).selectAll().execute(),
  ]);

  return Object.fromEntries(await Promise.all(entries));
}
