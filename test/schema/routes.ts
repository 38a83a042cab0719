/** An operation with one selection of a root field. */
type OperationOf = (selection: string) => string;

/** Ways to write the same operation. None of them may get past the gate. */
export function routesTo(coordinate: string) {
  const [parent = ''] = coordinate.split('.');
  // Whatever is no root field is reached by a query.
  const type = ['Mutation', 'Subscription'].includes(parent) ? parent : 'Query';

  function operation(selection: string, rest = selection): string {
    return `${type.toLowerCase()} Op ${declarationsFor(selection)} { ${rest} }`;
  }

  return {
    directly: (it) => operation(it),
    'by an alias': (it) => operation(it, `harmless: ${it}`),
    'in an inline fragment': (it) => operation(it, `... on ${type} { ${it} }`),
    // GraphQL lets no subscription depend on a directive.
    ...(type !== 'Subscription' && {
      'under a directive': (it: string) => operation(it, `... @include(if: true) { ${it} }`),
    }),
    'in fragments within fragments': (it) => `${operation(it, '...A')}
      fragment A on ${type} { ... { ...B } }
      fragment B on ${type} { ${it} }`,
  } satisfies Record<string, OperationOf>;
}

/** All variables are ids. */
function declarationsFor(selection: string): string {
  const names = new Set(selection.match(/\$\w+/gu));

  return names.size === 0 ? '' : `(${Array.from(names, (name) => `${name}: ID!`).join(', ')})`;
}
