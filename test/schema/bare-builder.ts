import SchemaBuilder from '@pothos/core';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';

import { accessDirectivesPlugin } from '../../src/graphql/access-directives.ts';
import type { JotterSchemaTypes } from '../../src/graphql/schema-types.ts';
import { authScopes, unauthorizedError } from '../../src/graphql/scopes.ts';

/** A builder with Jotter's gate and none of its fields. */
export function createBareBuilder() {
  return new SchemaBuilder<JotterSchemaTypes>({
    plugins: [ScopeAuthPlugin, accessDirectivesPlugin],
    defaultFieldNullability: false,
    scopeAuth: { authScopes, unauthorizedError, defaultStrategy: 'all' },
    relay: {},
  });
}

export type BareBuilder = ReturnType<typeof createBareBuilder>;
