/** The pages that mails lead to, and the mails themselves, in a real browser, with and without JavaScript. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createTestApp, type TestApp } from '../support/app.ts';
import { startBrowser } from '../support/browser.ts';
import { listenTo, type ListeningApp } from '../support/listening.ts';
import { login, viewerOf } from '../support/login.ts';
import { requestPasswordReset, resendEmailVerification } from '../support/mail.ts';

const ADDRESS = 'ada@example.com';
const NEW = 'nine grey owls in the rain';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(async () => browser.close());

/** A page of a browser, and what it complains of. */
async function openPage(javaScriptEnabled: boolean) {
  const context = await browser.newContext({ javaScriptEnabled });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));

  return { page, complaints, [Symbol.asyncDispose]: async () => context.close() };
}

/** The link of the last mail, at the port where the application listens. */
async function linkIn(app: TestApp, { origin }: ListeningApp): Promise<string> {
  const { pathname, search } = new URL((await app.outbox.last())?.link ?? '');

  return origin + pathname + search;
}

test.each([true, false])(
  '[G1] [C2] a person who has forgotten the password gets a new one by mail, JavaScript %j',
  async (javaScriptEnabled) => {
    await using app = await createTestApp();
    const elsewhere = await app.as(await app.createUser('ada', { email: ADDRESS }));
    await using site = await listenTo(app);
    await using visit = await openPage(javaScriptEnabled);
    const { page, complaints } = visit;

    await page.goto(`${site.origin}/forgot-password`);
    await page.getByLabel('Your confirmed mail address').fill(ADDRESS);
    await page.getByRole('button').click();
    await page.getByRole('heading', { name: 'Look into your mailbox' }).waitFor();

    await page.goto(await linkIn(app, site));
    expect(await page.getByLabel('Account').inputValue()).toBe('ada');
    await page.getByLabel('New password').fill('short');
    await page.getByLabel('The same again').fill('short');
    await page.getByRole('button').click();
    expect(await page.getByRole('alert').innerText()).toContain('at least 8 characters');
    await page.getByLabel('New password').fill(NEW);
    await page.getByLabel('The same again').fill(NEW);
    await page.getByRole('button').click();
    await page.getByRole('heading', { name: 'Your password is changed' }).waitFor();

    expect(await viewerOf(elsewhere)).toBeNull();
    expect((await login(app.client(), ADDRESS, NEW)).data.login.__typename).toBe('LoginSuccess');
    // A refused form is an answer of 422, which the console of a browser tells.
    expect(complaints.filter((text) => !text.includes('422'))).toEqual([]);
  },
);

test('a person confirms an address', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada', { pendingEmail: ADDRESS }));
  await using site = await listenTo(app);
  await using visit = await openPage(false);
  await resendEmailVerification(ada, ADDRESS);

  await visit.page.goto(await linkIn(app, site));
  await visit.page.getByRole('button', { name: 'Confirm the address' }).click();
  await visit.page.getByRole('heading', { name: 'Your address is confirmed' }).waitFor();

  expect((await login(app.client(), ADDRESS)).data.login.__typename).toBe('LoginSuccess');
});

test('[C2] the form of another site does nothing', async () => {
  await using app = await createTestApp();
  await app.createUser('ada', { email: ADDRESS });
  await using site = await listenTo(app);
  await using visit = await openPage(true);
  const { page } = visit;
  const target = `${site.origin}/forgot-password`;
  await page.route('http://localhost:1/**', async (route) =>
    route.fulfill({
      contentType: 'text/html',
      headers: { 'referrer-policy': 'no-referrer' },
      body: `<form method="post" action="${target}"><input name="email" value="${ADDRESS}"><button>Go</button></form>`,
    }),
  );

  await page.goto('http://localhost:1/');
  const answer = page.waitForResponse(target);
  await page.getByRole('button').click();

  expect((await answer).status()).toBe(403);
  expect(await app.outbox.all()).toEqual([]);
});

test('a mail is a page that needs nothing from elsewhere, fits a small screen, and leads to its link', async () => {
  await using app = await createTestApp();
  await app.createUser('ada', { email: ADDRESS });
  await requestPasswordReset(app.client(), ADDRESS);
  const mail = await app.outbox.last();
  await using visit = await openPage(false);
  const { page } = visit;
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.setViewportSize({ width: 320, height: 600 });

  await page.setContent(mail?.html ?? '');

  expect(requests).toEqual([]);
  const button = page.getByRole('link', { name: 'Choose a new password' });
  expect(await button.getAttribute('href')).toBe(mail?.link);
  const widths = await page
    .locator('html')
    .evaluate((html) => [html.scrollWidth, html.clientWidth]);
  expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0);
});
