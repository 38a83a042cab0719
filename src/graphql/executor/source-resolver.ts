import type { GraphQLFieldResolver } from 'graphql';

/** A resolver that looks at nothing but the source. */
export type SourceResolver = (source: unknown) => unknown;

const FROM_SOURCE = Symbol('resolves from the source');

/**
 * Says of a resolver that it looks at nothing but the source, so that nothing else is made for it: no arguments, no
 * path, no information about the field. Whatever is wrapped around it is another function, and is given all of these.
 */
export function fromSource(resolve: SourceResolver): SourceResolver {
  return Object.assign((source: unknown) => resolve(source), { [FROM_SOURCE]: true });
}

/** Whether `fromSource` said so of this very function. */
export function resolvesFromSource<Context>(
  resolve: GraphQLFieldResolver<unknown, Context>,
): resolve is SourceResolver {
  return FROM_SOURCE in resolve;
}
