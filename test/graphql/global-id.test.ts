import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { decodeGlobalId, encodeGlobalId, idWithin } from '../../src/graphql/global-id.ts';

const typename = fc.stringMatching(/^[A-Z][A-Za-z]{0,20}$/u);
const uuid = fc.uuid();
const nobody = { typename: '', id: '' };

test('a global id decodes to what it was made of', () => {
  fc.assert(
    fc.property(typename, uuid, (type, id) => {
      expect(decodeGlobalId(encodeGlobalId(type, id))).toEqual({ typename: type, id });
      expect(idWithin(type, encodeGlobalId(type, id))).toBe(id);
    }),
  );
});

test('a global id is opaque text that needs no escaping in a URL', () => {
  fc.assert(
    fc.property(typename, uuid, (type, id) => {
      expect(encodeGlobalId(type, id)).toMatch(/^[\w-]+$/u);
    }),
  );
});

test('different things have different global ids', () => {
  fc.assert(
    fc.property(fc.tuple(typename, uuid), fc.tuple(typename, uuid), (one, other) => {
      fc.pre(String(one) !== String(other));
      expect(encodeGlobalId(...one)).not.toBe(encodeGlobalId(...other));
    }),
  );
});

test('[E5] an id of another type is nobody within this one', () => {
  fc.assert(
    fc.property(typename, typename, uuid, (type, other, id) => {
      fc.pre(type !== other);
      expect(idWithin(type, encodeGlobalId(other, id))).toBeNull();
    }),
  );
});

test('any text that was not made here is the id of nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(decodeGlobalId(text)).toEqual(nobody);
      expect(idWithin('Note', text)).toBeNull();
    }),
  );
});

test('an encoded text without the id of a row is the id of nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (type, id) => {
      expect(decodeGlobalId(encodeGlobalId(type, id))).toEqual(nobody);
    }),
  );
});

const id = '019360a1-7c2e-7b53-9d6e-0c2f5a8b41de';
const globalId = encodeGlobalId('Note', id);

const otherSpellings: Record<string, string> = {
  'with padding': `${globalId}==`,
  'with one padding': `${globalId}=`,
  'in standard base64': Buffer.from(`Note:${id}?`).toString('base64'),
  'with a line feed': `${globalId}\n`,
  'with a blank in front': ` ${globalId}`,
  'with a NUL': `${globalId}\0`,
  'with other last bits': `${globalId.slice(0, -1)}${String.fromCodePoint((globalId.codePointAt(globalId.length - 1) ?? 0) + 1)}`,
  'of the upper-case id': encodeGlobalId('Note', id.toUpperCase()),
  'of the id in braces': encodeGlobalId('Note', `{${id}}`),
  'of the id without hyphens': encodeGlobalId('Note', id.replaceAll('-', '')),
  'of the id with something behind it': encodeGlobalId('Note', `${id}:${id}`),
  'as it is stored': id,
  'not encoded': `Note:${id}`,
  'encoded twice': Buffer.from(globalId).toString('base64url'),
};

test.for(Object.entries(otherSpellings))('an id has no other spelling: %s', ([, text]) => {
  expect(idWithin('Note', globalId)).toBe(id);
  expect(decodeGlobalId(text)).toEqual(nobody);
});

test('one changed character makes an id that is not this one', () => {
  fc.assert(
    fc.property(
      fc.nat(globalId.length - 1),
      fc.constantFrom('A', 'B', 'Z', 'a', 'z', '0', '9', '-', '_', '+', '/', '='),
      (index, character) => {
        const changed = globalId.slice(0, index) + character + globalId.slice(index + 1);
        fc.pre(changed !== globalId);
        expect(idWithin('Note', changed)).not.toBe(id);
      },
    ),
  );
});
