import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { hashOf } from '../../src/session/secret.ts';
import type { SessionToken } from '../../src/session/session-cookie.ts';
import { createSessionCookie } from '../../src/session/session-cookie.ts';

const newest = 'Zk3vQ8pXw1LrT6nBs0YdJ5hGm2CfUe9aVi7oKxRtE4g';
const older = 'b7Yw0HcNf5QmZs2LxKj8DtVu4RaGp1EoTi9XnCe6MzI';
const foreign = 'T4uW9qKs1XeZ7bVn3JgMc6RyPd0LhFa8CiOoNx5EtYw';
const cookie = createSessionCookie({ secrets: [newest], isSecure: false });

const token: fc.Arbitrary<SessionToken> = fc.record({
  id: fc.uuid(),
  secret: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => base64url(bytes)),
});
/** What a Cookie header may hold in a value: all that is printable, but for the end of the pair. */
const valueCharacter = fc.constantFrom(
  ...Array.from({ length: 94 }, (_, index) => String.fromCharCode(0x21 + index)).filter(
    (character) => character !== ';',
  ),
);

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

function valueOf(written: SessionToken, codec = cookie): string {
  return /=([^;]*)/u.exec(codec.write(written, null))?.[1] ?? '';
}

function read(value: string, codec = cookie) {
  return codec.read(`${codec.name}=${value}`);
}

/** Holds for every token, and for whatever is done to the value of its cookie. */
function expectInvalid<Given>(
  given: fc.Arbitrary<Given>,
  change: (value: string, given: Given) => string,
) {
  fc.assert(
    fc.property(token, given, (written, what) => {
      const value = valueOf(written);
      const changed = change(value, what);
      fc.pre(changed !== value);

      expect(read(changed).kind).toBe('invalid');
    }),
    { numRuns: 500 },
  );
}

test('[A4] what was written is read', () => {
  fc.assert(
    fc.property(token, (written) => {
      const reading = {
        kind: 'signed',
        token: written,
        secretHash: hashOf(written.secret),
        isOld: false,
      };
      expect(read(valueOf(written))).toEqual(reading);
      // It is remembered.
      expect(read(valueOf(written))).toEqual(reading);
    }),
  );
});

test('[A4] a cookie with one character changed is invalid', () => {
  expectInvalid(
    fc.record({ at: fc.nat(123), character: valueCharacter }),
    (value, { at, character }) => value.slice(0, at) + character + value.slice(at + 1),
  );
});

test('[A4] a cookie with one character of another case is invalid', () => {
  expectInvalid(fc.nat(123), (value, at) => {
    const character = value.charAt(at);
    const other =
      character === character.toLowerCase() ? character.toUpperCase() : character.toLowerCase();

    return value.slice(0, at) + other + value.slice(at + 1);
  });
});

test('[A4] a truncated cookie is invalid', () => {
  expectInvalid(fc.nat(123), (value, length) => value.slice(0, length));
  expectInvalid(fc.integer({ min: 1, max: 123 }), (value, length) => value.slice(length));
});

test('[A4] an extended cookie is invalid', () => {
  const more = fc.string({ unit: valueCharacter, minLength: 1 });

  expectInvalid(more, (value, text) => value + text);
  expectInvalid(more, (value, text) => text + value);
});

test('[A4] a cookie with an escaped character is invalid', () => {
  expectInvalid(fc.nat(123), (value, at) => {
    const escaped = `%${value.charCodeAt(at).toString(16)}`;

    return value.slice(0, at) + escaped + value.slice(at + 1);
  });
});

test('[A4] a cookie in quotes or in base64 of another alphabet is invalid', () => {
  expectInvalid(fc.constant(null), (value) => `"${value}"`);
  expectInvalid(fc.constant(null), (value) => value.replaceAll('-', '+').replaceAll('_', '/'));
});

test('[A4] a signature has one spelling only', () => {
  const value = valueOf({ id: '01932d5e-8a3c-7b2a-9d4f-6c1e2b3a4d5f', secret: 'A'.repeat(43) });
  const bytes = Buffer.from(value.slice(-43), 'base64url');
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const others = Array.from(alphabet)
    .map((last) => value.slice(0, -1) + last)
    .filter((other) => other !== value && Buffer.from(other.slice(-43), 'base64url').equals(bytes));

  expect(others).toHaveLength(3);
  expect(others.map((other) => read(other).kind)).toEqual(['invalid', 'invalid', 'invalid']);
});

test('[A4] parts of two cookies do not make a third', () => {
  fc.assert(
    fc.property(token, token, fc.integer({ min: 1, max: 6 }), (one, other, mask) => {
      const [ones, others] = [valueOf(one).split('.'), valueOf(other).split('.')];
      const mixed = ones.map((part, index) => ((mask >> index) & 1 ? part : others[index]));

      expect(read(mixed.join('.')).kind).toBe('invalid');
    }),
  );
});

test('[A4] parts in another order are invalid', () => {
  expectInvalid(fc.constant(null), (value) => {
    const [id, secret, signature] = value.split('.');

    return [id, signature, secret].join('.');
  });
});

test('[A4] the signature covers the name of the cookie', () => {
  const secure = createSessionCookie({ secrets: [newest], isSecure: true });

  fc.assert(
    fc.property(token, (written) => {
      expect(read(valueOf(written), secure).kind).toBe('invalid');
      expect(read(valueOf(written, secure)).kind).toBe('invalid');
    }),
  );
});

test('[A4] no header at all makes the codec throw', () => {
  const header = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.string().map((value) => `session=${value}`),
  );

  fc.assert(
    fc.property(header, (text) => {
      expect(['none', 'invalid']).toContain(cookie.read(text).kind);
    }),
    { numRuns: 1000 },
  );
  expect(cookie.read(undefined)).toEqual({ kind: 'none' });
});

test('[A13] two cookies of our name are invalid, in any order', () => {
  const written = { id: '01932d5e-8a3c-7b2a-9d4f-6c1e2b3a4d5f', secret: 'A'.repeat(43) };
  const value = valueOf(written);

  expect(cookie.read(`session=${value}; session=${value}`).kind).toBe('invalid');
  expect(cookie.read(`session=x;session=${value}`).kind).toBe('invalid');
  expect(cookie.read(`session=${value}; theme=dark;\tsession =x`).kind).toBe('invalid');
  expect(cookie.read(`xsession=1; session=${value}; session2=x`).kind).toBe('signed');
});

test('[A5] every key verifies, and a cookie of an older one is told apart', () => {
  const before = createSessionCookie({ secrets: [older], isSecure: false });
  const rotated = createSessionCookie({ secrets: [newest, older], isSecure: false });

  fc.assert(
    fc.property(token, (written) => {
      expect(read(valueOf(written, before), rotated)).toMatchObject({
        kind: 'signed',
        token: written,
        isOld: true,
      });
      expect(read(valueOf(written, rotated), rotated)).toMatchObject({ isOld: false });
    }),
  );
});

test('[A5] the first key signs', () => {
  const rotated = createSessionCookie({ secrets: [newest, older], isSecure: false });

  fc.assert(
    fc.property(token, (written) => {
      expect(valueOf(written, rotated)).toBe(valueOf(written));
    }),
  );
});

test('[A5] a cookie of a dropped or foreign key is invalid', () => {
  fc.assert(
    fc.property(token, fc.constantFrom(older, foreign, `${newest} `), (written, secret) => {
      const other = createSessionCookie({ secrets: [secret], isSecure: false });

      expect(read(valueOf(written, other)).kind).toBe('invalid');
    }),
  );
});

test('[A3] a cookie cannot be made without secrets', () => {
  expect(() => createSessionCookie({ secrets: [], isSecure: true })).toThrow(TypeError);
});
