/** The matrix of actor by root field, run and not written down: its axes come from the schema. */
import { expect, test } from 'vitest';

import { schema } from '../../src/schema.ts';
import { storedNotes } from '../support/notes.ts';
import { actors, createWorld } from './actors.ts';
import { accessOf, rootFields } from './root-fields.ts';
import { routesTo } from './routes.ts';
import { REFUSED, samples, type Sample } from './sample-operations.ts';

const fields = rootFields(schema);

test('[E4] every root field of the schema stands in the matrix, and nothing else', () => {
  expect(Object.keys(samples).toSorted()).toEqual(
    fields.map(({ coordinate }) => coordinate).toSorted(),
  );
  expect(Object.values(samples).filter((list) => list.length === 0)).toEqual([]);
});

test.for(fields)('[E4] $coordinate expects what its directive says', ({ coordinate, field }) => {
  const forAnonymous = samples[coordinate]?.map(({ outcomes }) => outcomes.anonymous) ?? [];
  const isGated = accessOf(field).includes('authenticated');

  expect(forAnonymous.map((outcome) => outcome === REFUSED)).toEqual(
    forAnonymous.map(() => isGated),
  );
});

interface Cell {
  readonly coordinate: string;
  readonly actor: string;
  readonly sample: Sample;
}

const cells = Object.entries(samples).flatMap(([coordinate, list]) =>
  list.flatMap((sample) => Object.keys(actors).map((actor) => ({ coordinate, actor, sample }))),
);

test.for(cells)('[E4] $coordinate answers $actor: $sample.selection', async (cell) => {
  const expected = outcomeOf(cell);
  const routes = Object.entries(routesTo(cell.coordinate));
  await using world = await createWorld();
  const client = await actors[cell.actor]?.enter(world);
  const before = await storedNotes(world.app);

  // A second time, what changes something would find a changed world.
  for (const [route, operationOf] of isSuccess(expected) ? routes.slice(0, 1) : routes) {
    const answer = await client?.query(operationOf(cell.sample.selection), world.variables);

    const [code] = answer?.errors.map(({ extensions }) => extensions['code']) ?? [];
    const [value] = Object.values(answer?.data ?? {});
    expect.soft(code ?? value, route).toEqual(expected);
    expect.soft(value, `${route}, beside an error`).toEqual(code === undefined ? expected : null);
  }

  if (!isSuccess(expected)) {
    expect(await storedNotes(world.app)).toEqual(before);
  }
});

function outcomeOf({ actor, sample }: Cell): unknown {
  const role = actors[actor]?.countsAs;

  return role && sample.outcomes[role];
}

/** Whether a mutation did what it is for. */
function isSuccess(outcome: unknown): boolean {
  return /Success"|Payload"/u.test(JSON.stringify(outcome));
}
