import type { Actor, Role } from './actors.ts';

/** One selection of a field, and what it answers to whom. */
export interface Sample {
  /** `$privateNote` and the other variables of the world may stand in it. */
  readonly selection: string;
  /** What the root field then holds. */
  readonly outcomes: Outcomes;
}

export type Outcomes = Readonly<Record<Role, unknown>> &
  Readonly<Partial<Record<NonNullable<Actor['countsFirstAs']>, unknown>>>;

/** By the coordinate of the field. */
export type Samples = Readonly<Record<string, readonly Sample[]>>;

/** Marks that the gate is shut. With which code, the actor tells. */
export const REFUSED = Symbol('refused');

export const notFound = { __typename: 'NotFoundError', code: 'NOT_FOUND' };

export function everybody(outcome: unknown): Outcomes {
  return { anonymous: outcome, owner: outcome, another: outcome };
}

export function loggedIn(outcome: unknown): Outcomes {
  return { anonymous: REFUSED, owner: outcome, another: outcome };
}

export function ownerAlone(outcome: unknown): Outcomes {
  return { anonymous: REFUSED, owner: outcome, another: notFound };
}

export function listOf(...nodes: unknown[]) {
  return { notes: { nodes } };
}

export function byOwner(title: string) {
  return { title, author: { username: 'owner' } };
}
