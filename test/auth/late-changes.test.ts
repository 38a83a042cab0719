/** What a thief with a session begins just before the owner ends it. */
import { expect, test } from 'vitest';

import { AccessToken } from '../../src/auth/access-token.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp } from '../support/app.ts';
import { requestPasswordReset, resetPassword } from '../support/mail.ts';

test.each([
  [
    'makes no access token',
    'mutation Late { createAccessToken(input: { name: "x" }) { __typename } }',
  ],
  [
    'gives no other address',
    'mutation Late { requestEmailChange(input: { email: "eve@example.com" }) { __typename } }',
  ],
])('[A9] [G1] whoever was let in just before a reset %s', async (_what, operation) => {
  const before = Promise.withResolvers<void>();
  const after = Promise.withResolvers<void>();
  await using app = await createTestApp({
    plugins: [
      {
        // The session has been looked up, and nothing else is done yet.
        onExecute: async ({ args: { operationName, document } }) => {
          if (JSON.stringify([operationName, document.definitions]).includes('"Late"')) {
            before.resolve();
            await after.promise;
          }
        },
      },
    ],
  });
  const user = await app.createUser('ada', { email: 'ada@example.com' });
  const thief = await app.as(user);
  await requestPasswordReset(app.client(), 'ada@example.com');
  const token = await app.outbox.lastToken();

  const late = thief.query(operation);
  await before.promise;
  const { data } = await resetPassword(app.client(), token, 'nine grey owls in the rain');
  after.resolve();

  expect(data.resetPassword.__typename).toBe('ResetPasswordSuccess');
  expect((await late).errors[0]?.extensions['code']).toBe('SESSION_ENDED');
  const em = app.orm.em.fork();
  expect(await em.count(AccessToken)).toBe(0);
  expect(await em.findOneOrFail(User, user.id)).toMatchObject({ pendingEmail: null });
});
