import { AccessToken } from '../../src/auth/access-token.ts';
import type { RefusalCode } from '../../src/graphql/errors.ts';
import { hashOf, newSecret } from '../../src/session/secret.ts';
import { Session } from '../../src/session/session.ts';
import { User } from '../../src/users/user.ts';
import type { TestClient } from '../support/client.ts';
import type { Access } from './root-fields.ts';
import type { World } from './world.ts';

/** What an actor counts as: a column in the table of expected outcomes. */
export type Role = 'anonymous' | 'owner' | 'another';

export interface Actor {
  readonly countsAs: Role;
  /** A column that goes before, in the samples that have it. */
  readonly countsFirstAs?: 'ended' | 'expired' | 'disabled' | 'forged' | 'stale' | 'late' | 'token';
  readonly enter: (world: World) => Promise<TestClient>;
  /** What the gate answers by the access that a field asks for; null where it is open. */
  readonly refusedWith: (access: Access) => RefusalCode | null;
}

/** Whoever may send an operation. A row here is tried on every field. */
export const actors: Readonly<Record<string, Actor>> = {
  'an anonymous visitor': {
    countsAs: 'anonymous',
    enter: async ({ app }) => app.client(),
    refusedWith: gated('UNAUTHENTICATED'),
  },
  'the owner': {
    countsAs: 'owner',
    enter: async ({ app, owner }) => app.as(owner),
    refusedWith: nothing,
  },
  'another user': {
    countsAs: 'another',
    enter: async ({ app, another }) => app.as(another),
    refusedWith: nothing,
  },
  'the owner, remembered': {
    countsAs: 'owner',
    enter: async ({ app, owner }) => app.as(owner, { remembered: true }),
    refusedWith: nothing,
  },
  'the owner, whose password was given long ago': {
    countsAs: 'owner',
    countsFirstAs: 'stale',
    enter: async ({ app, owner }) => app.as(owner, { fresh: false }),
    refusedWith: ({ fresh }) => (fresh ? 'REAUTHENTICATION_REQUIRED' : null),
  },
  'the owner with a token that was just replaced': {
    countsAs: 'owner',
    countsFirstAs: 'late',
    enter: async ({ app, owner }) => {
      const client = await app.as(owner);
      const em = app.orm.em.fork();
      const row = await em.findOneOrFail(Session, (await copyOfCookie(client)).split('.')[0] ?? '');
      row.rotate(hashOf(newSecret()), app.clock());
      await em.flush();

      return client;
    },
    refusedWith: ({ isGated, isMutation, fresh }) =>
      isGated && (isMutation || fresh) ? 'SESSION_ENDED' : null,
  },

  'the owner with a forged cookie': {
    countsAs: 'anonymous',
    countsFirstAs: 'forged',
    enter: async ({ app, owner }) => {
      const client = await app.as(owner);
      await client.setCookie(`${(await copyOfCookie(client)).slice(0, -8)}AAAAAAAA`);

      return client;
    },
    refusedWith: gated('UNAUTHENTICATED'),
  },
  'the owner after logout, with a copy of the cookie': {
    countsAs: 'anonymous',
    countsFirstAs: 'ended',
    enter: async ({ app, owner }) => {
      const client = await app.as(owner);
      const copy = await copyOfCookie(client);
      await client.query('mutation { logout { endedSessionIds } }');
      await client.setCookie(copy);

      return client;
    },
    refusedWith: gated('SESSION_ENDED'),
  },
  'the owner with an expired session': {
    countsAs: 'anonymous',
    countsFirstAs: 'expired',
    enter: async ({ app, owner }) => {
      const client = await app.as(owner);
      const [id = ''] = (await copyOfCookie(client)).split('.');
      const em = app.orm.em.fork();
      await em.nativeUpdate(Session, { id }, { expiresAt: app.clock() });

      return client;
    },
    refusedWith: gated('SESSION_EXPIRED'),
  },
  'the owner, disabled since the login': {
    countsAs: 'anonymous',
    countsFirstAs: 'disabled',
    enter: async ({ app, owner }) => {
      const client = await app.as(owner);
      await app.orm.em.fork().nativeUpdate(User, { id: owner.id }, { disabledAt: app.clock() });

      return client;
    },
    refusedWith: gated('ACCOUNT_DISABLED'),
  },

  'a program of the owner that may read': {
    countsAs: 'owner',
    countsFirstAs: 'token',
    enter: async ({ app, owner }) => app.withToken(owner, 'READ'),
    refusedWith: ({ isGated, isMutation, session }) =>
      isGated && (isMutation || session) ? 'FORBIDDEN' : null,
  },
  'a program of the owner that may write': {
    countsAs: 'owner',
    countsFirstAs: 'token',
    enter: async ({ app, owner }) => app.withToken(owner, 'WRITE'),
    refusedWith: ({ session }) => (session ? 'FORBIDDEN' : null),
  },
  'a program of the owner whose token was revoked': {
    countsAs: 'anonymous',
    enter: async ({ app, owner }) => {
      const client = await app.withToken(owner, 'WRITE');
      await app.orm.em.fork().nativeDelete(AccessToken, { user: owner.id });

      return client;
    },
    refusedWith: () => 'UNAUTHENTICATED',
  },
};

function gated(code: RefusalCode): Actor['refusedWith'] {
  return ({ isGated }) => (isGated ? code : null);
}

function nothing(): null {
  return null;
}

async function copyOfCookie(client: TestClient): Promise<string> {
  return (await client.cookie()) ?? '';
}
