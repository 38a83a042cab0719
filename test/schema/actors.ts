import { encodeGlobalId } from '../../src/graphql/global-id.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { DAY } from '../support/clock.ts';
import { storeNotes } from '../support/notes.ts';

/** Three people, and what two of them have written. */
export interface World extends AsyncDisposable {
  readonly app: TestApp;
  readonly owner: User;
  readonly another: User;
  /** What operations may refer to: the ids of things. */
  readonly variables: Readonly<Record<string, string>>;
}

/** What an actor counts as: a column in the table of expected outcomes. */
export type Role = 'anonymous' | 'owner' | 'another';

export interface Actor {
  readonly countsAs: Role;
  readonly enter: (world: World) => Promise<TestClient>;
}

/** Whoever may send an operation. A row here is tried on every field. */
export const actors: Readonly<Record<string, Actor>> = {
  'an anonymous visitor': { countsAs: 'anonymous', enter: async ({ app }) => app.client() },
  'the owner': { countsAs: 'owner', enter: async ({ app, owner }) => app.as(owner) },
  'another user': { countsAs: 'another', enter: async ({ app, another }) => app.as(another) },

  'the owner with a forged cookie': {
    countsAs: 'anonymous',
    enter: async ({ app, owner }) => {
      const client = await app.as(owner);
      await client.setCookie(`${(await client.cookie())?.slice(0, -8)}AAAAAAAA`);

      return client;
    },
  },
  'the owner after logout, with a copy of the cookie': {
    countsAs: 'anonymous',
    enter: async ({ app, owner }) => {
      const client = await app.as(owner);
      const copy = (await client.cookie()) ?? '';
      await client.query('mutation { logout { endedSessionIds } }');
      await client.setCookie(copy);

      return client;
    },
  },
  'the owner with an expired session': {
    countsAs: 'anonymous',
    enter: async ({ app, owner }) => {
      const client = await app.as(owner);
      app.clock.advance(DAY);

      return client;
    },
  },
  'the owner, disabled since the login': {
    countsAs: 'anonymous',
    enter: async ({ app, owner }) => {
      const client = await app.as(owner);
      await app.orm.em.fork().nativeUpdate(User, { id: owner.id }, { disabledAt: app.clock() });

      return client;
    },
  },
};

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

  return {
    app,
    owner,
    another,
    variables: { privateNote, publicNote, anothersNote, owner: encodeGlobalId('User', owner.id) },
    [Symbol.asyncDispose]: async () => app[Symbol.asyncDispose](),
  };
}
