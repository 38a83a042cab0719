import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { isAccessToken, newAccessToken } from '../../src/auth/access-token-text.ts';
import { createTestApp } from '../support/app.ts';

test('a token has a prefix to be found by, 256 random bits and a checksum', () => {
  const tokens = Array.from({ length: 100 }, newAccessToken);

  expect(tokens.filter((token) => !/^jot_[0-9a-f]{72}$/u.test(token))).toEqual([]);
  expect(tokens.filter((token) => !isAccessToken(token))).toEqual([]);
  expect(new Set(tokens).size).toBe(100);
});

/** Characters that a header can carry, those of a token more often. */
const character = fc.oneof(
  fc.constantFrom(...Array.from('0123456789abcdef')),
  fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCodePoint(code)),
);

test('a token with any one character changed is none', () => {
  fc.assert(
    fc.property(fc.nat(75), character, (index, replacement) => {
      const token = newAccessToken();
      fc.pre(token[index] !== replacement);

      expect(isAccessToken(token.slice(0, index) + replacement + token.slice(index + 1))).toBe(
        false,
      );
    }),
    { numRuns: 2000 },
  );
});

test('a token with a character less, more, or two of them swapped is none', () => {
  fc.assert(
    fc.property(fc.nat(75), character, (index, added) => {
      const token = newAccessToken();
      const [head, tail] = [token.slice(0, index), token.slice(index)];
      const swapped = `${head.slice(0, -1)}${tail.slice(0, 1)}${head.slice(-1)}${tail.slice(1)}`;

      expect(isAccessToken(head + tail.slice(1))).toBe(false);
      expect(isAccessToken(head + added + tail)).toBe(false);
      expect(isAccessToken(swapped)).toBe(swapped === token);
    }),
    { numRuns: 1000 },
  );
});

test('any text may be asked about', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(isAccessToken(text)).toBe(false);
    }),
  );
});

test('a token that is mistyped costs no query', async () => {
  await using app = await createTestApp();
  const program = await app.withToken(await app.createUser('ada'));
  const right = program.headers['authorization'] ?? '';

  for (const index of [7, 11, 40, 82]) {
    const wrong = right[index] === '0' ? '1' : '0';
    program.headers['authorization'] = right.slice(0, index) + wrong + right.slice(index + 1);
    let status = 0;
    const statements = await app.statementsOf(async () => {
      ({ status } = await program.query('{ viewer { username } }'));
    });

    expect({ status, statements }).toEqual({ status: 401, statements: [] });
  }
});
