/**
 * Pages of things that are listed newest first. Their key is the id, which follows the order of creation,
 * so a page stays right while things come and go: a cursor names a place, whatever is there now.
 */
import { parseCursorConnectionArgs } from '@pothos/plugin-relay';

import { badUserInput } from './errors.ts';
import { encodeGlobalId, idWithin } from './global-id.ts';

export const DEFAULT_PAGE_SIZE = 20;
export const MAX_PAGE_SIZE = 100;

/** The arguments of a connection, as Relay has them. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly last?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly before?: string | null | undefined;
}

/** The part of a list that a page needs, in the words of MikroORM's `find`. */
export interface PageRange {
  /** Exclusive bounds: what is newer, and older, than the page. */
  readonly where: { readonly id?: { readonly $gt?: string; readonly $lt?: string } };
  /** The order to read in, so that the limit cuts off at the right end. */
  readonly orderBy: { readonly id: 'asc' | 'desc' };
  readonly limit: number;
}

export interface Edge<T> {
  readonly cursor: string;
  readonly node: T;
}

export interface Page<T> {
  readonly edges: Edge<T>[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    /** Null when the page is empty, like the next. */
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/**
 * Resolves a connection by reading one range of a list.
 *
 * @throws {GraphQLError} BAD_USER_INPUT for a page size out of bounds, or a cursor that is none
 */
export async function resolvePage<T extends { id: string }>(
  { first = null, last = null, after = null, before = null }: PageArguments,
  read: (range: PageRange) => Promise<readonly T[]>,
): Promise<Page<T>> {
  checkSize(first, last);
  const where = between(keyOf('before', before), keyOf('after', after));
  const { limit, expectedSize, inverted, hasNextPage, hasPreviousPage } = parseCursorConnectionArgs(
    {
      args: { first, last, after, before },
      defaultSize: DEFAULT_PAGE_SIZE,
      maxSize: MAX_PAGE_SIZE,
    },
  );

  const found = await read({ where, orderBy: { id: inverted ? 'asc' : 'desc' }, limit });
  const nodes = found.slice(0, expectedSize);
  const edges = (inverted ? nodes.toReversed() : nodes).map(edgeOf);

  return {
    edges,
    pageInfo: {
      hasNextPage: hasNextPage(found.length),
      hasPreviousPage: hasPreviousPage(found.length),
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** A thing and its place in the list. */
export function edgeOf<T extends { id: string }>(node: T): Edge<T> {
  return { cursor: encodeGlobalId('Cursor', node.id), node };
}

function checkSize(first: number | null, last: number | null): void {
  if (first !== null && last !== null) {
    throw badUserInput('Give either first or last, not both.');
  }
  const size = first ?? last ?? DEFAULT_PAGE_SIZE;
  if (size < 1 || size > MAX_PAGE_SIZE) {
    const name = first === null ? 'last' : 'first';
    throw badUserInput(`${name} must be between 1 and ${MAX_PAGE_SIZE}; it was ${size}.`);
  }
}

function between(newer: string | null, older: string | null): PageRange['where'] {
  if (newer === null && older === null) {
    return {};
  }

  return { id: { ...(older !== null && { $lt: older }), ...(newer !== null && { $gt: newer }) } };
}

function keyOf(name: 'after' | 'before', cursor: string | null): string | null {
  if (cursor === null) {
    return null;
  }
  const key = idWithin('Cursor', cursor);
  if (key === null) {
    throw badUserInput(`${name} must be a cursor that the API gave out.`);
  }

  return key;
}
