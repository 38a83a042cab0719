import { readFile } from 'node:fs/promises';

import { isEnumType } from 'graphql';
import { expect, test } from 'vitest';

import { schema } from '../../src/schema.ts';
import { createSessionCookie } from '../../src/session/session-cookie.ts';

const page = await readFile('docs/login-does-not-last.md', 'utf8');

test('the page about logins that do not last has a row for every reason', () => {
  const type = schema.getType('AnonymousReason');
  const reasons = isEnumType(type) ? type.getValues().map(({ name }) => name) : [];

  expect(reasons).toHaveLength(6);
  expect(reasons.filter((reason) => !page.includes(`\n| \`${reason}\` | `))).toEqual([]);
});

test('the page tells of every reason for which a cookie is not taken', () => {
  const cookie = createSessionCookie({ secrets: ['x'.repeat(32)], isSecure: false });
  const value = cookie.write({ id: '0'.repeat(36), secret: 'A'.repeat(43) }, null).split(';')[0];
  const headers = ['session=x', `${value?.slice(0, -4)}AAAA`, `${value}; ${value}`];

  for (const header of headers) {
    const reading = cookie.read(header);
    expect(page).toContain(`\`${reading.kind === 'invalid' ? reading.reason : reading.kind}\``);
  }
});
