/** The matrix of actor by field, run and not written down: its axes come from the schema. */
import { expect, test } from 'vitest';

import { schema } from '../../src/schema.ts';
import type { TestClient } from '../support/client.ts';
import { actors, type Actor } from './actors.ts';
import { accessOf, gatedFields, rootFields, type FieldOfType } from './root-fields.ts';
import { routesTo, type OperationOf } from './routes.ts';
import { accountSamples } from './sample-accounts.ts';
import { loginSamples } from './sample-logins.ts';
import { noteSamples } from './sample-notes.ts';
import { REFUSED, type Sample, type Samples } from './sample.ts';
import { createWorld, type World } from './world.ts';

const fields = [...rootFields(schema), ...gatedFields(schema)];
const samples: Samples = { ...accountSamples, ...loginSamples, ...noteSamples };

test('[E4] every root field and every gated field stands in the matrix, and nothing else', () => {
  expect(Object.keys(samples).toSorted()).toEqual(
    fields.map(({ coordinate }) => coordinate).toSorted(),
  );
  expect(Object.values(samples).filter((list) => list.length === 0)).toEqual([]);
});

test.for(rootFields(schema))('[E4] $coordinate expects what its directive says', (field) => {
  const forAnonymous = samples[field.coordinate]?.map(({ outcomes }) => outcomes.anonymous) ?? [];

  expect(forAnonymous.map((outcome) => outcome === REFUSED)).toEqual(
    forAnonymous.map(() => accessOf(field).isGated),
  );
});

test.for(fields)('[E4] $coordinate answers every actor as the matrix says', async (field) => {
  await using world = await createWorld();

  for (const [name, actor] of Object.entries(actors)) {
    const visit = await enter(world, name, actor);
    for (const sample of samples[field.coordinate] ?? []) {
      const expected = outcomeOf(field, actor, sample);
      await expectOutcome(visit, routesFor(field, expected, actor), sample, expected);
      if (hasChanged(expected)) {
        Object.assign(visit, await enter(world, name, actor));
      }
    }
    expect(await world.contents(), `${name} has changed nothing`).toEqual(visit.before);
  }
});

interface Visit {
  readonly name: string;
  readonly client: TestClient;
  readonly variables: World['variables'];
  readonly before: unknown;
}

/** The world is as it was in the beginning. */
async function enter(world: World, name: string, actor: Actor): Promise<Visit> {
  await world.restore();
  const client = await actor.enter(world);

  return { name, client, variables: world.variables, before: await world.contents() };
}

/** What the root field holds, and the code of the first error. */
interface Outcome {
  readonly code?: string;
  readonly value?: unknown;
}

async function expectOutcome(
  { name, client, variables }: Visit,
  routes: readonly OperationOf[],
  { selection }: Sample,
  expected: Outcome,
): Promise<void> {
  for (const operationOf of routes) {
    const operation = operationOf(selection);
    const { data, errors } = await client.query(operation, variables);
    const [value] = Object.values(data ?? {});

    const code = errors[0]?.extensions['code'];
    expect.soft({ code, value }, `${name}: ${operation}`).toEqual(expected);
  }
}

function outcomeOf(field: FieldOfType, actor: Actor, { outcomes }: Sample): Outcome {
  const { countsAs, countsFirstAs = countsAs, refusedWith } = actor;
  const value = countsFirstAs in outcomes ? outcomes[countsFirstAs] : outcomes[countsAs];
  const code = refusedWith(accessOf(field));
  const isRoot = /^(?:Query|Mutation)\./u.test(field.coordinate);

  // Who shows a bad token gets no data at all.
  if (refusedWith(open) !== null) {
    return { code: refusedWith(open) ?? '' };
  }
  // Where there is no viewer, nobody asks for the fields of one.
  if (code === null || (!isRoot && value === null)) {
    return { value };
  }

  return { code, value: isRoot ? null : { [field.field.name]: null } };
}

const open = { isGated: false, isMutation: false, session: false, fresh: false };

/** All of them where something is kept from somebody, and for two who may. */
function routesFor({ coordinate }: FieldOfType, expected: Outcome, actor: Actor) {
  const [directly, ...others] = Object.values(routesTo(coordinate));
  const isOpen = expected.code === undefined && expected.value !== null;
  const isTypical = actor.countsFirstAs === undefined && !takesPassword(expected);
  const isOnce = hasChanged(expected) || (isOpen && !isTypical);

  return [...(directly ? [directly] : []), ...(isOnce ? [] : others)];
}

/** Whether a mutation did what it is for. */
function hasChanged(outcome: Outcome): boolean {
  return /Success"|Payload"/u.test(JSON.stringify(outcome));
}

/** A hash costs more than all the rest. */
function takesPassword(outcome: Outcome): boolean {
  return /InvalidCredentials/u.test(JSON.stringify(outcome));
}
