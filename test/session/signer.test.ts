import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { createSigner, isSame } from '../../src/session/signer.ts';

const [newest, older, dropped] = [
  'Zk3vQ8pXw1LrT6nBs0YdJ5hGm2CfUe9aVi7oKxRtE4g',
  'b7Yw0HcNf5QmZs2LxKj8DtVu4RaGp1EoTi9XnCe6MzI',
  'T4uW9qKs1XeZ7bVn3JgMc6RyPd0LhFa8CiOoNx5EtYw',
] as const;

test('[A5] a signature tells which of the keys made it', () => {
  const signer = createSigner([newest, older], 'test');

  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(signer.verify(text, signer.sign(text))).toBe(0);
      expect(signer.verify(text, createSigner([older], 'test').sign(text))).toBe(1);
      expect(signer.verify(text, createSigner([dropped], 'test').sign(text))).toBeNull();
    }),
  );
});

test('[A4] a signature holds for one text', () => {
  const signer = createSigner([newest], 'test');

  fc.assert(
    fc.property(fc.string(), fc.string(), (text, other) => {
      fc.pre(text !== other);

      expect(signer.verify(other, signer.sign(text))).toBeNull();
    }),
  );
});

test('[A4] keys are derived for a purpose: a signature serves no other', () => {
  const [one, other] = [createSigner([newest], 'one'), createSigner([newest], 'other')];

  expect(other.verify('text', one.sign('text'))).toBeNull();
});

test('[A4] texts of different lengths are compared without an error', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (one, other) => {
      expect(isSame(one, other)).toBe(one === other);
      expect(isSame(one, one)).toBe(true);
    }),
  );
});

test('[A3] a signer cannot be made without secrets', () => {
  expect(() => createSigner([], 'test')).toThrow(TypeError);
});
