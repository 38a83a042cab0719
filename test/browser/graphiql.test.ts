import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { startBrowser } from '../support/browser.ts';
import { openGraphiQL, type GraphiQLPage } from '../support/graphiql-page.ts';
import { startServer } from '../support/server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(async () => browser.close());

test('a person registers, logs in, writes a note, reads it, logs out, and is then refused', async () => {
  await using server = await startServer();
  await using visit = await visitGraphiQL(server.origin);
  const { graphiql } = visit;

  expect(await answerOf(graphiql, 'Register')).toEqual({
    data: { register: { viewer: { username: 'ada', displayName: 'Ada' } } },
  });
  await answerOf(graphiql, 'Logout');
  expect(await answerOf(graphiql, 'Login')).toMatchObject({
    data: { login: { viewer: { username: 'ada' } } },
  });
  expect(await answerOf(graphiql, 'CreateNote')).toMatchObject({
    data: { createNote: { note: { title: 'Hello, Jotter' } } },
  });
  expect(await answerOf(graphiql, 'MyNotes')).toMatchObject({
    data: { viewer: { username: 'ada', notes: { nodes: [{ title: 'Hello, Jotter' }] } } },
  });
  expect(await answerOf(graphiql, 'PublicNotes')).toMatchObject({
    data: { notes: { nodes: [{ author: { username: 'ada' } }] } },
  });
  await answerOf(graphiql, 'Logout');

  expect(await answerOf(graphiql, 'MyNotes')).toEqual({ data: { viewer: null } });
  expect(await answerOf(graphiql, 'CreateNote')).toMatchObject({
    data: { createNote: null },
    errors: [{ path: ['createNote'], extensions: { code: 'UNAUTHENTICATED' } }],
  });
  expect(visit.complaints).toEqual([]);
  expect(visit.origins()).toEqual([server.origin]);
});

test('a person sees a note of theirs arrive that was written in another window, until the login ends', async () => {
  await using server = await startServer();
  await using visit = await visitGraphiQL(server.origin);
  const { graphiql, page } = visit;
  await answerOf(graphiql, 'Register');
  await graphiql.openTab('NoteChanged');
  await graphiql.start();
  const window = await page.context().newPage();
  const other = await openGraphiQL(window, `${server.origin}/graphql`);

  await answerOf(other, 'CreateNote');
  await expect
    .poll(async () => graphiql.response(), { timeout: 10_000 })
    .toMatchObject({ data: { noteChanged: { isNew: true, note: { title: 'Hello, Jotter' } } } });

  await answerOf(other, 'Logout');
  await expect
    .poll(async () => graphiql.response(), { timeout: 10_000 })
    .toMatchObject({ errors: [{ extensions: { code: 'SESSION_ENDED' } }] });
});

test('[A2] the session cookie of a browser cannot be read by its scripts', async () => {
  await using server = await startServer();
  await using visit = await visitGraphiQL(server.origin);
  await answerOf(visit.graphiql, 'Register');

  expect(await visit.page.evaluate('document.cookie')).toBe('');
  expect(await visit.page.context().cookies()).toMatchObject([
    { name: 'session', httpOnly: true, sameSite: 'Lax', path: '/' },
  ]);
});

test('a person who comes back is still logged in, and finds the tabs as they were', async () => {
  await using server = await startServer();
  await using visit = await visitGraphiQL(server.origin);
  await answerOf(visit.graphiql, 'Register');
  const tabs = await visit.graphiql.tabTitles();
  await visit.page.close();
  const page = await visit.page.context().newPage();
  const graphiql = await openGraphiQL(page, `${server.origin}/graphql`);

  expect(await graphiql.tabTitles()).toEqual(tabs);
  expect(await answerOf(graphiql, 'MyNotes')).toMatchObject({
    data: { viewer: { username: 'ada' } },
  });
});

test('[C4] the policy of the page stops a foreign script and a foreign address', async () => {
  await using server = await startServer();
  await using visit = await visitGraphiQL(server.origin);
  const violations = await visit.page.evaluate(`new Promise((resolve) => {
    const seen = [];
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
      seen.push(effectiveDirective);
      if (seen.length === 2) resolve(seen);
    });
    const script = document.createElement('script');
    script.textContent = 'window.isForeign = true';
    document.body.append(script);
    fetch('http://127.0.0.1:9/').catch(() => {});
  })`);

  expect(violations).toEqual(['script-src-elem', 'connect-src']);
  expect(await visit.page.evaluate('window.isForeign')).toBeUndefined();
});

test('[E3] without GraphiQL there is no page, and operations go on', async () => {
  await using server = await startServer({ GRAPHIQL: 'false' });
  const page = await browser.newPage();
  const response = await page.goto(`${server.origin}/graphql`);

  expect(response?.status()).toBe(405);
  expect(response?.headers()['allow']).toBe('POST');
  expect(await response?.json()).toMatchObject({
    errors: [{ extensions: { code: 'METHOD_NOT_ALLOWED' } }],
  });
  expect((await server.client().query('{ viewer { username } }')).data).toEqual({ viewer: null });
  await page.close();
});

/** Opens a tab of GraphiQL and runs it as it stands. */
async function answerOf(graphiql: GraphiQLPage, tab: string): Promise<unknown> {
  await graphiql.openTab(tab);
  await graphiql.run();

  return graphiql.response();
}

/** Somebody's first visit. What the browser complains of is written down, and whom it asks. */
async function visitGraphiQL(origin: string) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requested = new Set<string>();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!/^(?:data|blob):/u.test(request.url())) requested.add(new URL(request.url()).origin);
  });
  page.on('websocket', (socket) => requested.add(socket.url()));
  const graphiql = await openGraphiQL(page, `${origin}/graphql`);

  return {
    page,
    graphiql,
    complaints,
    origins: () => [...requested],
    [Symbol.asyncDispose]: async () => context.close(),
  };
}
