/** What a thief begins just before the owner ends it. */
import type { Plugin } from 'graphql-yoga';
import { expect, test } from 'vitest';

import { AccessToken } from '../../src/auth/access-token.ts';
import type { Context } from '../../src/context.ts';
import { Session } from '../../src/session/session.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp, PASSWORD } from '../support/app.ts';
import type { GraphQLAnswer, TestClient } from '../support/client.ts';
import { SECOND } from '../support/clock.ts';
import { login, viewerOf } from '../support/login.ts';
import { requestPasswordReset, resetPassword } from '../support/mail.ts';

const changes = [
  [
    'makes no access token',
    'mutation Late { createAccessToken(input: { name: "x" }) { __typename } }',
  ],
  [
    'gives no other address',
    'mutation Late { requestEmailChange(input: { email: "eve@example.com" }) { __typename } }',
  ],
  [
    'removes no address',
    'mutation Late { removeEmail(input: { email: "ada@example.com" }) { __typename } }',
  ],
  [
    'deletes no account',
    'mutation Late { deleteAccount(input: { username: "ada" }) { __typename } }',
  ],
] as const;

test.each(changes)(
  '[A9] [G1] whoever was let in just before a reset %s',
  async (_what, operation) => {
    const { late, plugin } = createStage();
    await using app = await createTestApp({ plugins: [plugin] });
    const user = await app.createUser('ada', { email: 'ada@example.com' });
    const thief = await app.as(user);
    await requestPasswordReset(app.client(), 'ada@example.com');
    const token = await app.outbox.lastToken();

    const { errors } = await late(thief.query(operation), async () => {
      const { data } = await resetPassword(app.client(), token, 'nine grey owls in the rain');
      expect(data.resetPassword.__typename).toBe('ResetPasswordSuccess');
    });

    expect(errors[0]?.extensions['code']).toBe('SESSION_ENDED');
    const em = app.orm.em.fork();
    expect(await em.count(AccessToken)).toBe(0);
    const { email, pendingEmail } = await em.findOneOrFail(User, user.id);
    expect({ email, pendingEmail }).toEqual({ email: 'ada@example.com', pendingEmail: null });
  },
);

test.each(changes)(
  '[A6] [A9] whoever has a copy of the cookie, and was let in just before the password changes, %s',
  async (_what, operation) => {
    const { late, plugin } = createStage();
    await using app = await createTestApp({ plugins: [plugin] });
    const user = await app.createUser('ada', { email: 'ada@example.com' });
    const ada = await app.as(user);
    const thief = await copyOf(ada, app.client());

    const { errors } = await late(thief.query(operation), async () => changePassword(ada));

    expect(errors[0]?.extensions['code']).toBe('SESSION_ENDED');
    const em = app.orm.em.fork();
    expect(await em.count(AccessToken)).toBe(0);
    const { email, pendingEmail } = await em.findOneOrFail(User, user.id);
    expect({ email, pendingEmail }).toEqual({ email: 'ada@example.com', pendingEmail: null });
  },
);

test('[A6] [A9] whoever confirms the old password while it changes does not take the session over', async () => {
  const { late, plugin } = createStage('once the password is verified');
  await using app = await createTestApp({ plugins: [plugin] });
  const ada = await app.as(await app.createUser('ada'));
  const thief = await copyOf(ada, app.client());

  const { errors } = await late(thief.query(CONFIRM), async () => changePassword(ada));

  expect(errors[0]?.extensions['code']).toBe('SESSION_ENDED');
  app.clock.advance(11 * SECOND);
  expect(await viewerOf(thief)).toBeNull();
  expect(await viewerOf(ada)).toBe('ada');
  expect(await app.orm.em.fork().count(Session)).toBe(1);
});

test('[A6] [A9] whoever changes the old password while its owner does gets no cookie', async () => {
  const { late, plugin } = createStage('once the password is verified');
  await using app = await createTestApp({ plugins: [plugin] });
  const ada = await app.as(await app.createUser('ada'));
  const thief = await copyOf(ada, app.client());

  const operation = `mutation Late ${CHANGE.replace('nine grey owls', 'what a thief likes')}`;
  const { data, headers } = await late(thief.query(operation), async () => changePassword(ada));

  expect(data.changePassword.__typename).toBe('InvalidCredentialsError');
  expect(headers.getSetCookie()).toEqual([]);
  app.clock.advance(11 * SECOND);
  expect(await viewerOf(thief)).toBeNull();
  expect(await viewerOf(ada)).toBe('ada');
  const { data: answer } = await login(app.client(), 'ada', 'nine grey owls in the rain');
  expect(answer.login.__typename).toBe('LoginSuccess');
});

test('[A9] whoever changes the old password while its owner does ends no session', async () => {
  const { late, plugin } = createStage('once the password is verified');
  await using app = await createTestApp({ plugins: [plugin] });
  const user = await app.createUser('ada');
  const [ada, thief] = [await app.as(user), await app.as(user)];

  const { data } = await late(thief.query(`mutation Late ${CHANGE}`), async () =>
    changePassword(ada),
  );

  expect(data.changePassword.__typename).toBe('InvalidCredentialsError');
  expect(await viewerOf(thief)).toBeNull();
  expect(await viewerOf(ada)).toBe('ada');
});

test('[A6] [A9] whoever has confirmed the old password in the same session is out when it changes', async () => {
  const { late, plugin } = createStage('once the password is verified');
  await using app = await createTestApp({ plugins: [plugin] });
  const ada = await app.as(await app.createUser('ada'));
  const thief = await copyOf(ada, app.client());

  const { data } = await late(ada.query(`mutation Late ${CHANGE}`), async () => {
    const confirmed = await thief.query(CONFIRM.replace('Late', 'Early'));
    expect(confirmed.data.confirmPassword.__typename).toBe('ConfirmPasswordSuccess');
  });

  expect(data.changePassword.__typename).toBe('ChangePasswordSuccess');
  expect(await viewerOf(thief)).toBeNull();
  expect(await viewerOf(ada)).toBe('ada');
});

const CONFIRM = `mutation Late { confirmPassword(input: { password: "${PASSWORD}" }) { __typename } }`;

const CHANGE = `{
  changePassword(input: {
    currentPassword: "${PASSWORD}", newPassword: "nine grey owls in the rain"
  }) { __typename }
}`;

async function changePassword(client: TestClient): Promise<void> {
  const { data } = await client.query(`mutation ${CHANGE}`);
  expect(data.changePassword.__typename).toBe('ChangePasswordSuccess');
}

async function copyOf(client: TestClient, copy: TestClient): Promise<TestClient> {
  await copy.setCookie((await client.cookie()) ?? '');

  return copy;
}

type Moment = 'once it is let in' | 'once the password is verified';

/** Where the operation named Late waits until something else is done. */
function createStage(moment: Moment = 'once it is let in'): Stage {
  const before = Promise.withResolvers<void>();
  const after = Promise.withResolvers<void>();
  async function wait(): Promise<void> {
    before.resolve();
    await after.promise;
  }

  return {
    plugin: {
      onExecute: async ({ args: { operationName, document, contextValue } }) => {
        if (!JSON.stringify([operationName, document.definitions]).includes('"Late"')) {
          return;
        }
        if (moment === 'once it is let in') {
          await wait();
          return;
        }
        const { passwords } = contextValue as unknown as Context;
        const verify: typeof passwords.verify = async (...given) => {
          const isRight = await passwords.verify(...given);
          await wait();

          return isRight;
        };
        Object.assign(contextValue, { passwords: { ...passwords, verify } });
      },
    },
    late: async (answer, meanwhile) => {
      await before.promise;
      await meanwhile();
      after.resolve();

      return answer;
    },
  };
}

interface Stage {
  readonly plugin: Plugin;
  /** Does something while the operation waits, and lets it go on. */
  readonly late: (
    answer: Promise<GraphQLAnswer>,
    meanwhile: () => Promise<void>,
  ) => Promise<GraphQLAnswer>;
}
