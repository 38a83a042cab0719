import { Kind, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql';

/**
 * The names of all fields that are asked for within a field, at any depth and by any fragment, whatever
 * `@skip` says: perhaps more than what is needed of a row, and never less.
 */
export function requestedFields({
  fieldNodes,
  fragments,
}: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>): ReadonlySet<string> {
  const names = new Set<string>();
  const walked = new Set<string>();

  function collect(selectionSet: SelectionSetNode | undefined): void {
    for (const node of selectionSet?.selections ?? []) {
      if (node.kind === Kind.FRAGMENT_SPREAD) {
        collectFragment(node.name.value);
      } else {
        collect(node.selectionSet);
      }
      if (node.kind === Kind.FIELD) {
        names.add(node.name.value);
      }
    }
  }
  function collectFragment(name: string): void {
    if (!walked.has(name)) {
      walked.add(name);
      collect(fragments[name]?.selectionSet);
    }
  }
  for (const { selectionSet } of fieldNodes) {
    collect(selectionSet);
  }

  return names;
}
