import { expect, test } from 'vitest';

import { logIn, logOut } from '../../src/auth/identity.ts';
import { Session } from '../../src/session/session.ts';
import { tokenOf } from '../support/login.ts';
import { createSessionApp, type SessionApp } from '../support/session-app.ts';

async function rows({ orm }: SessionApp): Promise<Session[]> {
  return orm.em.fork().find(Session, { id: { $ne: null } });
}

test('[A6] values outlive a login, the token does not', async () => {
  await using app = await createSessionApp();
  const user = await app.createUser('ada');
  const visitor = app.client();
  await app.run(visitor, ({ session }) => session.set('colour', 'green'));
  const before = await tokenOf(visitor);

  await app.run(visitor, async (context) => {
    context.session.set('size', 6);
    await logIn(context, user, { isRemembered: false });
  });

  const after = await tokenOf(visitor);
  expect([after.id === before.id, after.secret === before.secret]).toEqual([false, false]);
  expect((await rows(app)).map(({ id, data }) => [id, data])).toEqual([
    [after.id, { colour: 'green', size: 6 }],
  ]);
});

test('values are dropped when another user logs in', async () => {
  await using app = await createSessionApp();
  const ada = await app.as(await app.createUser('ada'));
  const eve = await app.createUser('eve');
  await app.run(ada, ({ session }) => session.set('colour', 'green'));

  const { data } = await app.run(ada, async (context) => {
    context.session.set('size', 7);
    await logIn(context, eve, { isRemembered: false });

    return [context.session.has('colour'), context.session.has('size')];
  });

  expect(data).toEqual([false, false]);
  expect((await rows(app)).map((row) => row.data)).toEqual([{}]);
});

test('values stay when the same user logs in once more', async () => {
  await using app = await createSessionApp();
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  await app.run(ada, ({ session }) => session.set('colour', 'green'));

  await app.run(ada, async (context) => logIn(context, user, { isRemembered: false }));

  expect((await rows(app)).map(({ data }) => data)).toEqual([{ colour: 'green' }]);
});

test('[A7] values are gone after a logout', async () => {
  await using app = await createSessionApp();
  const ada = await app.as(await app.createUser('ada'));
  await app.run(ada, ({ session }) => session.set('colour', 'green'));

  const { data } = await app.run(ada, async (context) => {
    context.session.set('size', 8);
    await logOut(context);

    return [context.session.has('colour'), context.session.has('size')];
  });

  expect(data).toEqual([false, false]);
  expect(await rows(app)).toEqual([]);
  expect(await ada.cookie()).toBeNull();
});

test('a value that is set after a logout begins an anonymous session', async () => {
  await using app = await createSessionApp();
  const ada = await app.as(await app.createUser('ada'));

  const { headers } = await app.run(ada, async (context) => {
    await logOut(context);
    context.session.set('colour', 'green');
  });

  expect(headers.getSetCookie()).toHaveLength(1);
  expect((await rows(app)).map(({ user, data }) => [user, data])).toEqual([
    [null, { colour: 'green' }],
  ]);
  const { data } = await app.run(ada, ({ session, currentUser }) => [
    session.get('colour'),
    currentUser,
  ]);
  expect(data).toEqual(['green', null]);
});

test('a session that was ended meanwhile takes no values, and is not revived', async () => {
  await using app = await createSessionApp();
  const ada = await app.as(await app.createUser('ada'));

  const { errors } = await app.run(ada, async ({ session }) => {
    session.set('colour', 'green');
    await app.orm.em.fork().nativeDelete(Session, { id: { $ne: null } });
  });

  expect(errors).toEqual([]);
  expect(await rows(app)).toEqual([]);
});
