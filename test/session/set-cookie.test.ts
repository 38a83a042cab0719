import { expect, test } from 'vitest';

import { createSessionCookie } from '../../src/session/session-cookie.ts';

const secrets = ['Zk3vQ8pXw1LrT6nBs0YdJ5hGm2CfUe9aVi7oKxRtE4g'];
const token = { id: '01932d5e-8a3c-7b2a-9d4f-6c1e2b3a4d5f', secret: 'A'.repeat(43) };
const value = /^[0-9a-f-]{36}\.[\w-]{43}\.[\w-]{43}$/;

/** The pair, and the attributes in alphabetical order. */
function parts(header: string) {
  const [pair = '', ...attributes] = header.split('; ');
  const [name, text] = pair.split('=');

  return { name, value: text, attributes: attributes.toSorted() };
}

test('[A2] over https the cookie is __Host-, Secure, HttpOnly and Lax, without a Domain', () => {
  const cookie = createSessionCookie({ secrets, isSecure: true });

  expect(parts(cookie.write(token, null))).toEqual({
    name: '__Host-session',
    value: expect.stringMatching(value),
    attributes: ['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure'],
  });
});

test('[A2] over plain http the cookie is not Secure, and does not claim to be', () => {
  const cookie = createSessionCookie({ secrets, isSecure: false });

  expect(parts(cookie.write(token, null))).toEqual({
    name: 'session',
    value: expect.stringMatching(value),
    attributes: ['HttpOnly', 'Path=/', 'SameSite=Lax'],
  });
});

test('[A2] the cookie needs no escapes and stays far under 4096 bytes', () => {
  const header = createSessionCookie({ secrets, isSecure: true }).write(token, 34_560_000);

  expect(header).toMatch(/^[\x20-\x7e]+$/);
  expect(header).not.toContain('%');
  expect(Buffer.byteLength(header)).toBeLessThan(300);
});

test('a remembered session has a cookie that outlives the browser', () => {
  const cookie = createSessionCookie({ secrets, isSecure: false });

  expect(parts(cookie.write(token, 60)).attributes).toContain('Max-Age=60');
  expect(cookie.write(token, null)).not.toMatch(/Max-Age|Expires/i);
});

test('[A7] the cookie is cleared under its own name and attributes', () => {
  for (const isSecure of [true, false]) {
    const cookie = createSessionCookie({ secrets, isSecure });
    const written = parts(cookie.write(token, null));

    expect(parts(cookie.clear())).toEqual({
      name: written.name,
      value: '',
      attributes: [...written.attributes, 'Max-Age=0'].toSorted(),
    });
  }
});
