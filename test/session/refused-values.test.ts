import { expect, test } from 'vitest';

import { Session } from '../../src/session/session.ts';
import { createSessionApp } from '../support/session-app.ts';

const circle: { itself?: unknown } = {};
circle.itself = circle;

test.each<[string, unknown]>([
  ['a function', () => 1],
  ['a symbol', Symbol('x')],
  ['undefined', undefined],
  ['a bigint', 1n],
  ['a circle', circle],
])('%s is not JSON, and is refused with a TypeError', async (_what, value) => {
  await using app = await createSessionApp();

  const { data } = await app.run(app.client(), ({ session }) => {
    try {
      session.set('thing', value);
      return 'taken';
    } catch (error) {
      return [error instanceof TypeError, session.has('thing')];
    }
  });

  expect(data).toEqual([true, false]);
  expect(await app.orm.em.fork().count(Session)).toBe(0);
});

test('values that are too large together are refused, and those before are kept', async () => {
  await using app = await createSessionApp();
  const visitor = app.client();
  await app.run(visitor, ({ session }) => session.set('colour', 'x'.repeat(3000)));

  const { data } = await app.run(visitor, ({ session }) => {
    try {
      session.set('thing', 'y'.repeat(1500));
      return 'taken';
    } catch (error) {
      return [error instanceof RangeError, session.has('thing')];
    }
  });

  expect(data).toEqual([true, false]);
  const [row] = await app.orm.em.fork().find(Session, { id: { $ne: null } });
  expect(row?.data).toEqual({ colour: 'x'.repeat(3000) });
});

test('a large value can take the place of another', async () => {
  await using app = await createSessionApp();
  const visitor = app.client();
  await app.run(visitor, ({ session }) => session.set('colour', 'x'.repeat(3000)));

  const { errors } = await app.run(visitor, ({ session }) => {
    session.delete('colour');
    session.set('thing', 'y'.repeat(3000));
  });

  expect(errors).toEqual([]);
});

test.each<[string, unknown, string]>([
  ['too large', 'y'.repeat(5000), 'Keep larger ones in a table'],
  ['not JSON', () => 1, 'JSON has no such value'],
])(
  'a client is not told of a value that is %s; the log is, with the cure',
  async (_w, value, cure) => {
    await using app = await createSessionApp();

    const { errors, text } = await app.run(app.client(), ({ session }) =>
      session.set('thing', value),
    );

    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(text).not.toContain(cure);
    expect(app.complaints()).toEqual([
      expect.objectContaining({
        event: 'request_failed',
        err: expect.objectContaining({ message: expect.stringContaining(cure) }),
      }),
    ]);
  },
);
