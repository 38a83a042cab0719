import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { Session } from '../../src/session/session.ts';
import { createSessionApp, type SessionApp } from '../support/session-app.ts';

async function rows({ orm }: SessionApp): Promise<Session[]> {
  return orm.em.fork().find(Session, { id: { $ne: null } });
}

test('a value is kept from one request to the next', async () => {
  await using app = await createSessionApp();
  const visitor = app.client();

  await app.run(visitor, ({ session }) => session.set('colour', 'green'));

  const { data } = await app.run(visitor, ({ session }) => [
    session.get('colour'),
    session.has('colour'),
    session.get('size') ?? null,
    session.has('size'),
  ]);
  expect(data).toEqual(['green', true, null, false]);
  expect((await rows(app)).map(({ data: values, user }) => [values, user])).toEqual([
    [{ colour: 'green' }, null],
  ]);
});

test('a value can be read in the request that sets it', async () => {
  await using app = await createSessionApp();

  const { data } = await app.run(app.client(), ({ session }) => {
    session.set('size', 1);
    session.set('size', 2);

    return session.get('size');
  });

  expect(data).toBe(2);
});

test('a deleted value is gone, and the others stay', async () => {
  await using app = await createSessionApp();
  const visitor = app.client();
  await app.run(visitor, ({ session }) => {
    session.set('colour', 'green');
    session.set('size', 3);
  });

  const { data } = await app.run(visitor, ({ session }) => {
    session.delete('colour');

    return session.has('colour');
  });

  expect(data).toBe(false);
  expect((await rows(app)).map((row) => row.data)).toEqual([{ size: 3 }]);
});

test('a value that is set to null is there', async () => {
  await using app = await createSessionApp();
  const visitor = app.client();
  await app.run(visitor, ({ session }) => session.set('thing', null));

  const { data } = await app.run(visitor, ({ session }) => [
    session.has('thing'),
    session.get('thing'),
  ]);

  expect(data).toEqual([true, null]);
});

test('whatever JSON can hold comes back as it was', async () => {
  await using app = await createSessionApp();
  const visitor = app.client();

  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), async (value) => {
      await app.run(visitor, ({ session }) => session.set('thing', value));
      const { data } = await app.run(visitor, ({ session }) => [session.get('thing')]);

      expect(data).toEqual(JSON.parse(JSON.stringify([value])));
    }),
    { numRuns: 50, examples: [["'; drop table session; --"], ['\u0000 ? \\ \ud800 %s :id']] },
  );
});

test('one visitor does not see the values of another', async () => {
  await using app = await createSessionApp();
  await app.run(app.client(), ({ session }) => session.set('colour', 'green'));

  const { data } = await app.run(app.client(), ({ session }) => session.has('colour'));

  expect(data).toBe(false);
});

test('[A11] reading and deleting make no session', async () => {
  await using app = await createSessionApp();
  const visitor = app.client();

  const statements = await app.statementsOf(async () => {
    await app.run(visitor, ({ session }) => {
      session.set('colour', 'green');
      session.delete('colour');
      session.delete('size');

      return session.has('colour');
    });
  });

  expect(statements).toEqual([]);
  expect(await visitor.cookie()).toBeNull();
});

test('nothing is written when nothing has changed', async () => {
  await using app = await createSessionApp();
  const visitor = app.client();
  await app.run(visitor, ({ session }) => session.set('thing', { a: [1, { b: 2 }] }));

  const reading = await app.statementsOf(async () =>
    app.run(visitor, ({ session }) => session.get('thing')),
  );
  const setting = await app.statementsOf(async () =>
    app.run(visitor, ({ session }) => session.set('thing', { a: [1, { b: 2 }] })),
  );

  expect(reading).toEqual([expect.stringMatching(/^select/)]);
  expect(setting.filter((sql) => !sql.startsWith('select'))).toEqual([]);
});

test('several values of one operation are written at once, without another cookie', async () => {
  await using app = await createSessionApp();
  const visitor = app.client();
  await app.run(visitor, ({ session }) => session.set('colour', 'green'));

  const statements = await app.statementsOf(async () => {
    const { headers } = await app.run(visitor, ({ session }) => {
      session.set('colour', 'red');
      session.set('size', 4);
    });

    expect(headers.getSetCookie()).toEqual([]);
  });

  expect(statements.filter((sql) => sql.startsWith('update'))).toHaveLength(1);
});

test('requests at once that set different values all have their way', async () => {
  await using app = await createSessionApp();
  const visitor = app.client();
  await app.run(visitor, ({ session }) => session.set('thing', 'kept'));
  const bothHaveBegun = Promise.withResolvers<void>();
  let begun = 0;
  async function meet() {
    begun += 1;
    if (begun === 2) bothHaveBegun.resolve();
    await bothHaveBegun.promise;
  }

  await Promise.all([
    app.run(visitor, async ({ session }) => {
      await meet();
      session.set('colour', 'green');
    }),
    app.run(visitor, async ({ session }) => {
      await meet();
      session.set('size', 5);
    }),
  ]);

  expect((await rows(app)).map(({ data }) => data)).toEqual([
    { thing: 'kept', colour: 'green', size: 5 },
  ]);
});

test('what is set is a copy: a change in place has to be set again', async () => {
  await using app = await createSessionApp();
  const visitor = app.client();

  const { data } = await app.run(visitor, ({ session }) => {
    const list = [1];
    session.set('thing', list);
    list.push(2);

    return session.get('thing');
  });

  expect(data).toEqual([1]);
  expect((await rows(app)).map((row) => row.data)).toEqual([{ thing: [1] }]);
});
