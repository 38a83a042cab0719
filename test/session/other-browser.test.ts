import { expect, test } from 'vitest';

import { createTestApp } from '../support/app.ts';
import { viewerOf } from '../support/login.ts';

const browsers = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0',
  'curl/8',
];

test('[H2] a cookie that goes to and fro between browsers is told of once', async () => {
  await using app = await createTestApp();
  const ada = await app.as(await app.createUser('ada'));

  for (const browser of [...browsers, ...browsers, ...browsers]) {
    ada.headers['user-agent'] = browser;
    expect(await viewerOf(ada)).toBe('ada');
  }

  expect(app.events.map(({ type }) => type)).toEqual(['SESSION_PROTECTED']);
});
