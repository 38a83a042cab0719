import { PASSWORD } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { DAY } from '../support/clock.ts';
import type { Level } from './root-fields.ts';
import type { World } from './world.ts';

/** A column in the table of expected outcomes. */
export type Role = 'anonymous' | 'owner' | 'another' | 'program' | 'replaced';

export interface Actor {
  /** The columns that hold for this actor: the first that a row has. */
  readonly countsAs: readonly Role[];
  /** Where the gate is shut, and the code that says so. */
  readonly refusals: Readonly<
    Partial<Record<Exclude<Level, 'public'> | 'mutation' | 'request', string>>
  >;
  readonly enter: (world: World) => Promise<TestClient>;
}

/** Whoever may send an operation. A row here is tried on every field. */
export const actors: Readonly<Record<string, Actor>> = {
  'an anonymous visitor': {
    countsAs: ['anonymous'],
    refusals: everywhere('UNAUTHENTICATED'),
    enter: async ({ app }) => app.client(),
  },
  'the owner': {
    countsAs: ['owner'],
    refusals: {},
    enter: async ({ app, owner }) => app.as(owner),
  },
  'another user': {
    countsAs: ['another'],
    refusals: {},
    enter: async ({ app, another }) => app.as(another),
  },

  'the owner, remembered': {
    countsAs: ['owner'],
    refusals: {},
    enter: async ({ app, owner }) => app.as(owner, { remembered: true }),
  },
  'the owner, stale': {
    countsAs: ['owner'],
    refusals: { fresh: 'REAUTHENTICATION_REQUIRED' },
    enter: async ({ app, owner }) => app.as(owner, { fresh: false }),
  },
  'the owner with the cookie that was just replaced': {
    countsAs: ['replaced', 'owner'],
    refusals: { mutation: 'SESSION_ENDED' },
    enter: async ({ app, owner }) =>
      withFormerCookie(await app.as(owner), 'confirmPassword(input: { password: $password })'),
  },

  'the owner with a forged cookie': {
    countsAs: ['anonymous'],
    refusals: everywhere('UNAUTHENTICATED'),
    enter: async ({ app, owner }) => {
      const client = await app.as(owner);
      await client.setCookie(`${(await client.cookie())?.slice(0, -8)}AAAAAAAA`);

      return client;
    },
  },
  'the owner after logout, with a copy of the cookie': {
    countsAs: ['anonymous'],
    refusals: everywhere('SESSION_ENDED'),
    enter: async ({ app, owner }) => withFormerCookie(await app.as(owner), 'logout'),
  },
  'the owner with an expired session': {
    countsAs: ['anonymous'],
    refusals: everywhere('SESSION_EXPIRED'),
    enter: async ({ app, owner }) => {
      const client = await app.as(owner);
      app.clock.advance(DAY);

      return client;
    },
  },
  'the owner, disabled since the login': {
    countsAs: ['anonymous'],
    refusals: everywhere('ACCOUNT_DISABLED'),
    enter: async (world) => {
      const client = await world.app.as(world.owner);
      await world.disableOwner();

      return client;
    },
  },

  'a program that may read': {
    countsAs: ['program', 'owner'],
    refusals: { mutation: 'FORBIDDEN', session: 'FORBIDDEN', fresh: 'FORBIDDEN' },
    enter: async ({ app, owner }) => app.withToken(owner, 'READ'),
  },
  'a program that may write': {
    countsAs: ['program', 'owner'],
    refusals: { session: 'FORBIDDEN', fresh: 'FORBIDDEN' },
    enter: async ({ app, owner }) => app.withToken(owner, 'WRITE'),
  },
  'a program with a bad token': {
    countsAs: [],
    refusals: { request: 'UNAUTHENTICATED' },
    enter: async ({ app }) => {
      const client = app.client();
      client.headers['authorization'] = 'Bearer nonsense';

      return client;
    },
  },
  'a program of a disabled owner': {
    countsAs: [],
    refusals: { request: 'UNAUTHENTICATED' },
    enter: async (world) => {
      const client = await world.app.withToken(world.owner, 'WRITE');
      await world.disableOwner();

      return client;
    },
  },
};

function everywhere(code: string): Actor['refusals'] {
  return { authenticated: code, session: code, fresh: code };
}

/** @param field a mutation that makes the cookie a former one */
async function withFormerCookie(client: TestClient, field: string): Promise<TestClient> {
  const cookie = (await client.cookie()) ?? '';
  const head = field.includes('$password') ? '($password: String!)' : '';
  await client.query(`mutation ${head} { ${field} { __typename } }`, { password: PASSWORD });
  await client.setCookie(cookie);

  return client;
}
