import { isObjectType } from 'graphql';
import { expect, test } from 'vitest';

import { createBareBuilder, type BareBuilder } from './bare-builder.ts';
import { accessOf } from './root-fields.ts';

const unclassified: Record<string, (builder: BareBuilder) => void> = {
  query: (builder) => {
    builder.queryType({ fields: (t) => ({ anything: t.int({ resolve: () => 1 }) }) });
  },
  mutation: (builder) => {
    builder.queryType({ fields: (t) => ({ ok: t.int({ isPublic: true, resolve: () => 1 }) }) });
    builder.mutationType({ fields: (t) => ({ anything: t.int({ resolve: () => 1 }) }) });
  },
  subscription: (builder) => {
    builder.queryType({ fields: (t) => ({ ok: t.int({ isPublic: true, resolve: () => 1 }) }) });
    builder.subscriptionType({
      fields: (t) => ({ anything: t.int({ async *subscribe() {}, resolve: () => 1 }) }),
    });
  },
};

test.for(Object.keys(unclassified))(
  '[E4] a %s field that says nothing of its access is no schema',
  (kind) => {
    const builder = createBareBuilder();
    unclassified[kind]?.(builder);

    expect(() => builder.toSchema()).toThrow(/\.anything must say either/u);
  },
);

test('[E4] a root field that is both gated and public is no schema', () => {
  const builder = createBareBuilder();
  builder.queryType({
    fields: (t) => ({
      anything: t.withAuth({ authenticated: true }).int({ isPublic: true, resolve: () => 1 }),
    }),
  });

  expect(() => builder.toSchema()).toThrow(/\.anything must say either/u);
});

test('[E4] a root field that says isPublic: false is not public', () => {
  const builder = createBareBuilder();
  builder.queryType({
    fields: (t) => ({ anything: t.int({ isPublic: false, resolve: () => 1 }) }),
  });

  expect(() => builder.toSchema()).toThrow(/\.anything must say either/u);
});

test('[E4] a field shows what it says, a root field and any other', () => {
  const builder = createBareBuilder();
  const Thing = builder.objectRef<object>('Thing').implement({
    fields: (t) => ({
      open: t.int({ resolve: () => 1 }),
      gated: t.withAuth({ authenticated: true }).int({ nullable: true, resolve: () => 1 }),
    }),
  });
  builder.queryType({
    fields: (t) => ({ thing: t.field({ type: Thing, isPublic: true, resolve: () => ({}) }) }),
  });
  const fields = Object.values(builder.toSchema().getTypeMap())
    .filter(isObjectType)
    .flatMap((type) => Object.values(type.getFields()))
    .map((field) => [String(field), accessOf(field)]);

  expect(Object.fromEntries(fields)).toMatchObject({
    'Query.thing': ['public'],
    'Thing.gated': ['authenticated'],
    'Thing.open': [],
  });
});
