import { serverAudits } from 'graphql-http';
import { expect, test } from 'vitest';

import { createTestApp } from '../support/app.ts';

/**
 * What a server may do, and Jotter does not: operations come by POST alone, so that no link, image or
 * form of another site can run one with somebody's cookie.
 */
const needGet = {
  '5A70': 'MAY accept application/x-www-form-urlencoded formatted GET requests',
  D6D5: 'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
  '6A70':
    'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
};

test('[E1] of the audits of GraphQL over HTTP, all are passed but those that would need GET', async () => {
  await using app = await createTestApp();
  const audits = serverAudits({
    url: new URL('/graphql', app.config.publicUrl).href,
    fetchFn: async (url: string, init?: RequestInit) => app.fetch(new Request(url, init)),
  });
  const results = await Promise.all(audits.map(async ({ fn }) => fn()));
  const notPassed = results.filter(({ status }) => status !== 'ok');

  expect(results).toHaveLength(61);
  expect(new Set(notPassed.map(({ status }) => status))).toEqual(new Set(['notice']));
  expect(Object.fromEntries(notPassed.map(({ id, name }) => [id, name]))).toEqual(needGet);
});
