/** Logins that come in the midst of a change, which PostgreSQL does not hold up by itself. */
import { expect, test } from 'vitest';

import { AccessToken } from '../../src/auth/access-token.ts';
import {
  disableAccount,
  enableAccount,
  findAccount,
  resetPassword,
  type Administration,
} from '../../src/auth/administration.ts';
import type { MailKind } from '../../src/auth/mail-kinds.ts';
import { createPasswords } from '../../src/auth/passwords.ts';
import { createLocalChanges } from '../../src/database/changes.ts';
import { createOutbox } from '../../src/mail/outbox.ts';
import { Session } from '../../src/session/session.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp, PASSWORD, type TestApp } from '../support/app.ts';
import { runIn } from '../support/database.ts';
import { login, viewerOf } from '../support/login.ts';

const LOGIN_AND_TOKEN = `mutation {
  login(input: { username: "ada", password: "${PASSWORD}" }) { ... on UserError { code } }
  createAccessToken(input: { name: "x" }) { __typename }
}`;

const changes = {
  'its password is set': async (scope: Scope, user: User) =>
    resetPassword(scope, user, 'nine grey owls in the rain'),
  'its account is disabled': async (scope: Scope, user: User) => disableAccount(scope, user),
};

test.for(Object.entries(changes))(
  '[A9] [G1] a login in the midst of the transaction in which %s is refused, and leaves nothing',
  async ([, change]) => {
    await using app = await createTestApp();
    await app.createUser('ada');
    const scope = scopeOf(app);
    const ended = Promise.withResolvers<void>();
    const isLate = Promise.withResolvers<void>();
    // The last thing that the transaction does before it is committed.
    const publish: Scope['changes']['publish'] = async () => {
      ended.resolve();
      await isLate.promise;
    };
    const changed = change(
      { ...scope, changes: { ...scope.changes, publish } },
      await findAccount(scope, 'ada'),
    );
    await ended.promise;

    const thief = app.client();
    const answer = thief.query(LOGIN_AND_TOKEN);
    await expect.poll(async () => waitingFor(app), { interval: 5 }).toBe(1);
    isLate.resolve();
    await changed;

    const { data, errors } = await answer;
    expect(data).toEqual({ login: { code: 'INVALID_CREDENTIALS' }, createAccessToken: null });
    expect(errors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
    expect(await viewerOf(thief)).toBeNull();
    const em = app.orm.em.fork();
    expect([await em.count(Session), await em.count(AccessToken)]).toEqual([0, 0]);
  },
);

test('[D5] an account is disabled, and enabled, when PostgreSQL undoes the transaction the first time', async () => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  await app.as(user);
  await runIn(app.databaseUrl, FAIL_ONCE);
  const scope = scopeOf(app);

  expect(await disableAccount(scope, await findAccount(scope, 'ada'))).toHaveLength(1);

  const { data } = await login(app.client(), 'ada');
  expect(data.login.code).toBe('INVALID_CREDENTIALS');
  const { disabledAt } = await app.orm.em.fork().findOneOrFail(User, user.id);
  expect(disabledAt).toEqual(app.clock());

  await enableAccount(scope, await findAccount(scope, 'ada'));

  expect((await login(app.client(), 'ada')).data.login.__typename).toBe('LoginSuccess');
});

const FAIL_ONCE = `
  create sequence ended;
  create function fail_once() returns trigger language plpgsql as $$
  begin
    if nextval('ended') = 1 then
      raise exception 'deadlock detected' using errcode = '40P01';
    end if;
    return old;
  end $$;
  create trigger fail_once before delete on session for each row execute function fail_once();`;

type Scope = Administration & Parameters<typeof resetPassword>[0];

/** What the command line works with. */
function scopeOf({ orm, clock }: TestApp): Scope {
  return {
    em: orm.em.fork(),
    clock,
    changes: createLocalChanges(),
    events: { record: async () => {} },
    exchange: { address: null, headers: {} },
    outbox: createOutbox<MailKind>({ clock, wake: null }),
    passwords: createPasswords({ minLength: 8 }),
  };
}

/** How many statements wait for a row. */
async function waitingFor({ orm }: TestApp): Promise<number> {
  const sql = `select count(*)::int as waiting from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  const [row] = await orm.em.fork().execute<{ waiting: number }[]>(sql);

  return row?.waiting ?? 0;
}
