import type { Role } from './actors.ts';

export interface Sample {
  /** One selection of the field. `$privateNote` and the other variables of the world may stand in it. */
  readonly selection: string;
  /**
   * What the field then holds. Whom its gate refuses is not told here, but in the table of actors; a
   * program and a replaced cookie count as the owner unless there is something of their own.
   */
  readonly outcomes: Readonly<Partial<Record<Role, unknown>>>;
}

/** By the coordinate of the field. */
export type Samples = Readonly<Record<string, readonly Sample[]>>;

export function everybody(outcome: unknown): Sample['outcomes'] {
  return { anonymous: outcome, owner: outcome, another: outcome };
}

export function loggedIn(outcome: unknown): Sample['outcomes'] {
  return { owner: outcome, another: outcome };
}

/** What a list of notes looks like. */
export function listOf(...nodes: unknown[]) {
  return { notes: { nodes } };
}

export function byOwner(title: string) {
  return { title, author: { username: 'owner' } };
}
