import { expect, test } from 'vitest';

import { createTestApp } from '../../support/app.ts';

const misspelt: Record<string, readonly [query: string, variables?: Record<string, unknown>]> = {
  'a field': ['{ viwer { id } }'],
  'a field of another type': ['{ node(id: 1) { username } }'],
  'a type': ['{ node(id: 1) { ... on Notes { id } } }'],
  'an argument': ['{ notes(frist: 1) { nodes { id } } }'],
  'a directive argument': ['{ __typename @include(iff: true) }'],
  'a field of an input': [
    'mutation { login(input: { usernam: "a", password: "b" }) { __typename } }',
  ],
  'an enum value': ['mutation { logout(input: { scope: ALL_SESSION }) { __typename } }'],
  'a field of an input in a variable': [
    'mutation ($input: LoginInput!) { login(input: $input) { __typename } }',
    { input: { usernam: 'a', password: 'b' } },
  ],
  'an enum value in a variable': [
    'mutation ($scope: LogoutScope!) { logout(input: { scope: $scope }) { __typename } }',
    { scope: 'ALL_SESSION' },
  ],
};

test.for(Object.entries(misspelt))(
  '[E3] %s that is misspelt: a suggestion in development, none in production',
  async ([, [query, variables]]) => {
    await using development = await createTestApp();
    await using production = await createTestApp({ config: { isProduction: true } });
    await using closed = await createTestApp({ config: { introspection: false } });

    expect((await development.client().query(query, variables)).text).toContain('Did you mean');
    for (const app of [production, closed]) {
      const { text, errors } = await app.client().query(query, variables);
      expect(errors.length).toBeGreaterThan(0);
      expect(text).not.toContain('Did you mean');
    }
  },
);

test.each([
  '{ __schema { queryType { name } } }',
  '{ __type(name: "User") { name } }',
  '{ a: __schema { queryType { name } } }',
  '{ ...F } fragment F on Query { ... { __schema { queryType { name } } } }',
  'query ($on: Boolean = true) { __schema @include(if: $on) { types { name } } }',
])('[E3] introspection that is off refuses %s with a code', async (query) => {
  await using app = await createTestApp({ config: { introspection: false } });
  const { data, errors } = await app.client().query(query);

  expect(data).toBeNull();
  expect(errors.map(({ extensions }) => extensions)).toEqual([{ code: 'INTROSPECTION_DISABLED' }]);
});

test('[E3] __typename is no introspection', async () => {
  await using app = await createTestApp({ config: { introspection: false } });

  expect((await app.client().query('{ __typename viewer { __typename } }')).errors).toEqual([]);
});
