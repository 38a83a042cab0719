/** How ids, connections and pages look everywhere, and what GraphiQL says of them. */
import type { RelayPluginOptions } from '@pothos/plugin-relay';
import { isObjectType, type GraphQLSchema } from 'graphql';

import { decodeGlobalId, encodeGlobalId } from './global-id.ts';
import { NODE_ID } from './node-ids.ts';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from './page.ts';
import type { JotterSchemaTypes } from './schema-types.ts';

const pageSize = `Between 1 and ${MAX_PAGE_SIZE}; ${DEFAULT_PAGE_SIZE} when neither first nor last is given.`;

export const relayOptions: RelayPluginOptions<
  PothosSchemaTypes.ExtendDefaultTypes<JotterSchemaTypes>
> = {
  cursorType: 'String',
  encodeGlobalID: encodeGlobalId,
  decodeGlobalID: decodeGlobalId,
  nodesOnConnection: { description: 'The things themselves, without their cursors.' },
  idFieldOptions: {
    extensions: NODE_ID,
    description: 'Unique in the whole graph, and opaque: `node(id:)` finds it again.',
  },
  nodeTypeOptions: { description: 'Whatever can be found again by its id.' },
  nodeQueryOptions: {
    description:
      'Anything that has an id, such as a note. Null for what does not exist or is not yours to see.',
    isPublic: true,
    args: { id: { description: 'An id that the API gave out, as it is.' } },
    resolve: async (_root, { id }, _context, info, resolveNode) =>
      isNodeType(info.schema, id.typename) ? resolveNode(id) : null,
  },
  nodesQueryOptions: false,
  pageInfoTypeOptions: { description: 'Where a page stands in its list.' },
  hasNextPageFieldOptions: { description: 'Whether more follows `endCursor`.' },
  hasPreviousPageFieldOptions: { description: 'Whether more precedes `startCursor`.' },
  startCursorFieldOptions: {
    description: 'Give it as `before` for the page that precedes this one.',
  },
  endCursorFieldOptions: { description: 'Give it as `after` for the page that follows this one.' },
  pageInfoFieldOptions: {
    extensions: exposed('pageInfo'),
    description: 'Where this page stands in the list.',
  },
  edgesFieldOptions: {
    extensions: exposed('edges'),
    nullable: false,
    description: 'The things of this page with their cursors.',
  },
  nodeFieldOptions: {
    extensions: exposed('node'),
    nullable: false,
    description: 'The thing itself.',
  },
  cursorFieldOptions: { description: 'Its place in the list; give it as `after` or `before`.' },
  firstArgOptions: { description: `How many from the start, or after \`after\`. ${pageSize}` },
  lastArgOptions: { description: `How many from the end, or before \`before\`. ${pageSize}` },
  afterArgOptions: { description: 'The cursor to start behind.' },
  beforeArgOptions: { description: 'The cursor to stop in front of.' },
};

/**
 * Marks a field as the property of its name, as Pothos does where it exposes one. The plugin reads that property by
 * a resolver of its own, for which more is made than for a field without one. Gates are put around it as ever.
 */
function exposed(property: string): { readonly pothosExposedField: string } {
  return { pothosExposedField: property };
}

function isNodeType(schema: GraphQLSchema, typename: string): boolean {
  const type = schema.getType(typename);

  return isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node');
}
