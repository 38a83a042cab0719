/** Pages of several origins in a real Chromium: what they can do with the cookie of their visitor. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { Session } from '../../src/session/session.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp, PASSWORD, type TestApp } from '../support/app.ts';
import { startBrowser } from '../support/browser.ts';
import { startSession } from '../support/credentials.ts';
import { attacks, queryIn, servePages } from '../support/foreign-page.ts';
import { listenTo } from '../support/listening.ts';
import { storedNotes, storeNote } from '../support/notes.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(async () => browser.close());

const operations = {
  login: `mutation { login(input: { username: "eve", password: "${PASSWORD}" }) { __typename } }`,
  register: `mutation {
    register(input: { username: "mallory", password: "${PASSWORD}" }) { __typename }
  }`,
  logout: 'mutation { logout(input: { scope: ALL_SESSIONS }) { endedSessionIds } }',
  createNote: 'mutation { createNote(input: { title: "planted" }) { __typename } }',
  viewer: '{ viewer { username notes { nodes { title } } } }',
  noteChanged: 'subscription { noteChanged { __typename } }',
};

/** A server, and a server of other pages: on another port, and by another name on another site. */
async function createScene() {
  await using parts = new AsyncDisposableStack();
  const { port } = parts.use(await servePages());
  const [sameSite, crossSite] = [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
  const listed = parts.use(await servePages());
  const clientOrigins = [`http://localhost:${listed.port}`, `http://127.0.0.1:${listed.port}`];
  const app = parts.use(await createTestApp({ config: { clientOrigins } }));
  const { origin } = parts.use(await listenTo(app));
  const context = await browser.newContext();
  parts.defer(async () => context.close());
  const ours = origin.replace('127.0.0.1', 'localhost');
  const scene = parts.move();

  return {
    app,
    ours,
    url: `${ours}/graphql`,
    context,
    foreignOrigins: { sameSite, crossSite },
    clientOrigins,
    open: async (pageOrigin: string): Promise<Page> => {
      const page = await context.newPage();
      await page.goto(pageOrigin);

      return page;
    },
    [Symbol.asyncDispose]: async () => scene.disposeAsync(),
  };
}

/** Everything that a page might have changed. */
async function contents(app: TestApp): Promise<unknown> {
  const em = app.orm.em.fork();

  return {
    notes: await storedNotes(app),
    users: (await em.findAll(User)).map(({ username }) => username),
    sessions: (await em.findAll(Session)).map(({ id, secretHash }) => [id, secretHash]),
  };
}

test.for(['sameSite', 'crossSite'] as const)(
  '[C2] [C3] a foreign page, %s, can cause nothing and read nothing, in any way there is',
  async (where) => {
    await using scene = await createScene();
    const { app, context, url } = scene;
    const ada = await app.createUser('ada');
    await app.createUser('eve');
    await storeNote(app, ada, { title: 'a secret' });
    const value = await startSession(app, ada);
    await context.addCookies([{ name: 'session', value, url, httpOnly: true, sameSite: 'Lax' }]);
    const before = await contents(app);
    const page = await scene.open(scene.foreignOrigins[where]);

    for (const [way, attack] of Object.entries(attacks)) {
      for (const [operation, query] of Object.entries(operations)) {
        const seen = await attack(page, url, query);
        expect.soft(way === 'a beacon' || seen === 'nothing', `${way}: ${operation}`).toBe(true);
      }
    }
    // The beacons are not waited for by their page.
    await expect.poll(() => app.answered.length).toBeGreaterThan(40);

    expect(await contents(app)).toEqual(before);
    expect(app.changes.topics).toEqual([]);
    expect(new Set(app.answered.map(({ status }) => status))).toEqual(new Set([403, 405]));
    expect(await context.cookies(url)).toMatchObject([{ value }]);
    const own = await scene.open(scene.url);
    expect(await queryIn(own, url, operations.viewer)).toEqual({
      data: { viewer: { username: 'ada', notes: { nodes: [{ title: 'a secret' }] } } },
    });
  },
);

test('[C3] a page of a listed origin on the same site logs in, writes, reads and logs out', async () => {
  await using scene = await createScene();
  const { app, context, url } = scene;
  await app.createUser('eve');
  const page = await scene.open(scene.clientOrigins[0] ?? '');

  expect(await queryIn(page, url, operations.login)).toEqual({
    data: { login: { __typename: 'LoginSuccess' } },
  });
  expect(await context.cookies(url)).toMatchObject([
    { name: 'session', httpOnly: true, sameSite: 'Lax', expires: -1 },
  ]);
  expect(await page.evaluate('document.cookie')).toBe('');
  await queryIn(page, url, operations.createNote);
  expect(await queryIn(page, url, operations.viewer)).toEqual({
    data: { viewer: { username: 'eve', notes: { nodes: [{ title: 'planted' }] } } },
  });

  await queryIn(page, url, operations.logout);
  expect(await context.cookies(url)).toEqual([]);
  expect(await queryIn(page, url, operations.viewer)).toEqual({ data: { viewer: null } });
  expect(await app.orm.em.fork().count(Session)).toBe(0);
});

test('a cookie that is remembered outlives the browser, the other one does not', async () => {
  await using scene = await createScene();
  const { app, context, url } = scene;
  await app.createUser('eve');
  const page = await scene.open(scene.clientOrigins[0] ?? '');
  const remembered = operations.login.replace('" })', '", rememberMe: true })');

  await queryIn(page, url, remembered);

  const [cookie] = await context.cookies(url);
  const days = ((cookie?.expires ?? 0) - Date.now() / 1000) / 86_400;
  expect(days).toBeGreaterThan(29.9);
  expect(days).toBeLessThan(30.1);
});

test('[A2] a page of a listed origin on another site can ask, and the cookie does not go with it', async () => {
  await using scene = await createScene();
  const { app, context, url } = scene;
  await app.createUser('eve');
  const page = await scene.open(scene.clientOrigins[1] ?? '');

  expect(await queryIn(page, url, operations.login)).toEqual({
    data: { login: { __typename: 'LoginSuccess' } },
  });

  expect(await context.cookies(url)).toEqual([]);
  expect(
    await queryIn(page, url, '{ viewer { username } authentication { anonymousReason } }'),
  ).toEqual({ data: { viewer: null, authentication: { anonymousReason: 'NO_COOKIE' } } });
  expect(app.logged).toContainEqual(expect.objectContaining({ event: 'session_cookie_withheld' }));
});
