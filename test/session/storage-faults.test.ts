import { expect, test } from 'vitest';

import { createTestApp } from '../support/app.ts';
import { VIEWER, viewerOf } from '../support/login.ts';

test.each([
  ['the table of sessions is missing', 'drop table session'],
  ['the table of users has lost a column', 'alter table "user" drop column display_name'],
])('[A14] when %s, a request with a session is a 503 and not anonymous', async (_what, sql) => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const cookie = await ada.cookie();
  await app.orm.em.getConnection().execute(sql);

  const { status, data, errors, headers } = await ada.query(VIEWER);

  expect({ status, data }).toEqual({ status: 503, data: null });
  expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['SERVICE_UNAVAILABLE']);
  expect(headers.getSetCookie()).toEqual([]);
  expect(await ada.cookie()).toBe(cookie);
});

test('[A14] the cause of a 503 is in the log alone', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  await app.orm.em.getConnection().execute('drop table session');

  const { text, headers } = await ada.query(VIEWER);

  expect(text).not.toMatch(/session|table|select|sqlite|relation/i);
  expect(app.complaints()).toEqual([
    expect.objectContaining({
      event: 'request_failed',
      code: 'SERVICE_UNAVAILABLE',
      requestId: headers.get('x-request-id'),
    }),
  ]);
  expect(JSON.stringify(app.logged)).toMatch(
    /no such table: session|relation .+session.+ does not exist/u,
  );
});

test('[A14] when the storage is back, so is the session', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));
  const connection = app.orm.em.getConnection();

  await connection.execute('alter table session rename to away');
  expect((await ada.query(VIEWER)).status).toBe(503);
  await connection.execute('alter table away rename to session');

  expect(await viewerOf(ada)).toBe('ada');
});

test('[A14] visitors without a session are served meanwhile', async () => {
  await using app = await createTestApp();
  await app.orm.em.getConnection().execute('drop table session');

  expect((await app.client().query(VIEWER)).data).toEqual({ viewer: null });
});
