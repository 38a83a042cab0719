/**
 * The ids of nodes, at once. plugin-relay makes a promise of each, and so the executor makes more of them for
 * each node and edge of a page.
 */
import SchemaBuilder, {
  BasePlugin,
  type PothosOutputFieldConfig,
  type SchemaTypes,
} from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';

import { fromSource } from './executor/source-resolver.ts';
import { encodeGlobalId } from './global-id.ts';

/** The name to load the plugin by. */
export const nodeIdsPlugin = 'nodeIds';

/** Marks the field `id` of a node, whose `id` within its type is a property of the same name. */
export const NODE_ID = { isNodeId: true } as const;

declare global {
  export namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      nodeIds: NodeIdsPlugin<Types>;
    }
  }
}

class NodeIdsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    { kind, parentType, extensions }: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    return kind === 'Object' && extensions?.['isNodeId'] === true
      ? fromSource((node) => encodeGlobalId(parentType, idOf(node)))
      : resolver;
  }
}

function idOf(node: unknown): string {
  if (typeof node !== 'object' || node === null || !('id' in node) || typeof node.id !== 'string') {
    throw new TypeError('A node has an id.');
  }

  return node.id;
}

SchemaBuilder.registerPlugin(nodeIdsPlugin, NodeIdsPlugin);
