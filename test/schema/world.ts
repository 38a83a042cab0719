import { AccessToken } from '../../src/auth/access-token.ts';
import { encodeGlobalId } from '../../src/graphql/global-id.ts';
import { Session } from '../../src/session/session.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { storedNotes, storeNotes } from '../support/notes.ts';

/** Three people, and what two of them have. */
export interface World extends AsyncDisposable {
  readonly app: TestApp;
  readonly owner: User;
  readonly another: User;
  /** What operations may refer to: the ids of things. */
  readonly variables: Readonly<Record<string, string>>;
  disableOwner(): Promise<void>;
  /** What there is, to be compared. */
  everything(): Promise<unknown>;
}

export async function createWorld(): Promise<World> {
  const app = await createTestApp();
  const em = app.orm.em.fork();
  const owner = await app.createUser('owner');
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
    everything: async () => ({
      notes: await storedNotes(app),
      users: await app.orm.em.fork().findAll(User, { fields: ['displayName'] }),
      sessions: await app.orm.em.fork().findAll(Session, { fields: ['secretHash'] }),
      tokens: await app.orm.em.fork().findAll(AccessToken, { fields: ['scope'] }),
    }),
    [Symbol.asyncDispose]: async () => app[Symbol.asyncDispose](),
  };
}
