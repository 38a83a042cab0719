import SchemaBuilder from '@pothos/core';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';

import { accessDirectivesPlugin } from './access-directives.ts';
import { nodeIdsPlugin } from './node-ids.ts';
import { relayOptions } from './relay-options.ts';
import type { JotterSchemaTypes } from './schema-types.ts';
import { authScopes, unauthorizedError } from './scopes.ts';

/** What every module's part of the schema is built with. */
export const builder = new SchemaBuilder<JotterSchemaTypes>({
  // The first plugin wraps the others: nothing runs before the gate.
  plugins: [ScopeAuthPlugin, ErrorsPlugin, RelayPlugin, accessDirectivesPlugin, nodeIdsPlugin],
  defaultFieldNullability: false,
  scopeAuth: {
    authScopes,
    unauthorizedError,
    defaultStrategy: 'all',
    authorizeOnSubscribe: true,
  },
  errors: {
    directResult: true,
    defaultUnionOptions: {
      name: ({ fieldName }) => `${capitalized(fieldName)}Result`,
      description: 'Success, or one of the failures, each of them a `UserError`.',
    },
  },
  relay: relayOptions,
});

builder.queryType({ description: 'What can be read.' });
builder.mutationType({
  description:
    'What can be changed. The fields of one operation run one after the other, in their order.',
});
builder.subscriptionType({
  description:
    'What can be listened to: a stream of server-sent events, which takes `Accept: text/event-stream`.',
});

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
