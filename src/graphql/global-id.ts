import { validate as isUuid } from 'uuid';

export interface GlobalId {
  readonly typename: string;
  readonly id: string;
}

/** What no thing has: an id that was not made here decodes to it. */
const NOBODY: GlobalId = { typename: '', id: '' };

/** An opaque id, unique in the whole graph. */
export function encodeGlobalId(typename: string, id: string | number | bigint): string {
  return Buffer.from(`${typename}:${id}`).toString('base64url');
}

/** The opposite. Each id has one spelling; any other text is the id of nothing, and not an error. */
export function decodeGlobalId(globalId: string): GlobalId {
  const [typename = '', id = ''] = Buffer.from(globalId, 'base64url').toString().split(':');
  const isOurs = isUuid(id) && id === id.toLowerCase() && encodeGlobalId(typename, id) === globalId;

  return isOurs ? { typename, id } : NOBODY;
}

/** The id within a type; null when the global id names something else. */
export function idWithin(expectedTypename: string, globalId: string): string | null {
  const { typename, id } = decodeGlobalId(globalId);

  return typename === expectedTypename ? id : null;
}
