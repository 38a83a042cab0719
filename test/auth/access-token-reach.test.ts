import { expect, test } from 'vitest';

import { Session } from '../../src/session/session.ts';
import { createTestApp } from '../support/app.ts';

const scopes = ['THIS_SESSION', 'OTHER_SESSIONS', 'ALL_SESSIONS'];

test.for(scopes)('[A10] no access token ends a session of its owner: %s', async (scope) => {
  await using app = await createTestApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  const program = await app.withToken(user, 'WRITE');

  const { data, errors } = await program.query(
    'mutation ($scope: LogoutScope!) { logout(input: { scope: $scope }) { endedSessionIds } }',
    { scope },
  );

  expect(errors).toEqual([]);
  expect(data).toEqual({ logout: { endedSessionIds: [] } });
  expect(await app.orm.em.fork().count(Session)).toBe(1);
  expect((await ada.query('{ viewer { username } }')).data.viewer).toEqual({ username: 'ada' });
});

test('[E4] a program that logs out is nobody for the rest of the operation', async () => {
  await using app = await createTestApp();
  const program = await app.withToken(await app.createUser('ada'), 'WRITE');

  const { data, errors } = await program.query(`mutation {
    before: createNote(input: { title: "before" }) { __typename }
    logout { endedSessionIds }
    after: createNote(input: { title: "after" }) { __typename }
  }`);

  expect(data).toEqual({
    before: { __typename: 'CreateNoteSuccess' },
    logout: { endedSessionIds: [] },
    after: null,
  });
  expect(errors).toMatchObject([{ path: ['after'], extensions: { code: 'UNAUTHENTICATED' } }]);
});
