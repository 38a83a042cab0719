/** The matrix of actor by field, run and not written down: its axes come from the schema. */
import { expect, test } from 'vitest';

import { schema } from '../../src/schema.ts';
import type { GraphQLAnswer, TestClient } from '../support/client.ts';
import { subscribe } from '../support/stream.ts';
import { actors } from './actors.ts';
import { gatedFields, levelOf, rootFields } from './root-fields.ts';
import { routesTo } from './routes.ts';
import type { Sample } from './sample.ts';
import { samples } from './samples.ts';
import { createWorld, type World } from './world.ts';

const fields = new Map(
  [...rootFields(schema), ...gatedFields(schema)].map(({ coordinate, field }) => [
    coordinate,
    field,
  ]),
);

test('[E4] every root field and every gated field stands in the matrix, and nothing else', () => {
  expect(Object.keys(samples).toSorted()).toEqual([...fields.keys()].toSorted());
  expect(Object.values(samples).filter((list) => list.length === 0)).toEqual([]);
});

test.for(rootFields(schema))(
  '[E4] $coordinate expects an anonymous visitor only if it is public',
  ({ coordinate, field }) => {
    const isPublic = levelOf(field) === 'public';

    for (const { outcomes } of samples[coordinate] ?? []) {
      expect('anonymous' in outcomes).toBe(isPublic);
    }
  },
);

interface Cell {
  readonly coordinate: string;
  readonly actor: string;
  readonly sample: Sample;
}

const cells: readonly Cell[] = Object.entries(samples).flatMap(([coordinate, list]) =>
  list.flatMap((sample) => Object.keys(actors).map((actor) => ({ coordinate, actor, sample }))),
);

const changes = cells.filter((cell) => isSuccess(outcomeOf(cell)));

const changedBy = Map.groupBy(changes, ({ coordinate }) => coordinate);

test.for([...changedBy])('[E4] %s does for every actor what it is for', async ([, list]) => {
  await using world = await createWorld();
  const beginning = await world.rows();

  for (const cell of list) {
    await world.restore(beginning);
    const client = await actors[cell.actor]?.enter(world);
    const { directly } = routesTo(cell.coordinate);
    const answer = await answerTo(world, client, directly(cell.sample.selection));

    expect
      .soft(resultOf(answer), `${cell.actor}: ${cell.sample.selection}`)
      .toEqual(outcomeOf(cell));
  }
});

test.for(Object.keys(actors))(
  '[E4] %s gets the same by every route, and changes nothing',
  async (actor) => {
    await using world = await createWorld();
    const client = await actors[actor]?.enter(world);
    const before = await world.everything();

    for (const cell of cells.filter((it) => it.actor === actor && !changes.includes(it))) {
      for (const [route, operationOf] of Object.entries(routesTo(cell.coordinate))) {
        const operation = operationOf(cell.sample.selection);
        const answer = await answerTo(world, client, operation);

        expect.soft(resultOf(answer), `${route}: ${operation}`).toEqual(outcomeOf(cell));
      }
    }

    expect(await world.everything()).toEqual(before);
  },
);

type Answer = Pick<GraphQLAnswer, 'data' | 'errors'>;

/** Of a subscription, the first event. */
async function answerTo(
  world: World,
  client: TestClient | undefined,
  operation: string,
): Promise<Answer | undefined> {
  if (!client || !operation.startsWith('subscription')) {
    return client?.query(operation, world.variables);
  }
  await using stream = await subscribe(client, operation, world.variables);
  await world.stir();

  return { errors: [], ...(await stream.next()) };
}

/** The code of a refusal, or what the one field of the operation holds. */
function resultOf(answer: Answer | undefined): unknown {
  const [code] = answer?.errors.map(({ extensions }) => extensions['code']) ?? [];
  const [value] = Object.values(answer?.data ?? {});

  return code ?? value;
}

/** What the gate says, or else what the table says. */
function outcomeOf({ coordinate, actor, sample: { outcomes } }: Cell): unknown {
  const { countsAs = [], refusals = {} } = actors[actor] ?? {};
  const role = countsAs.find((name) => name in outcomes);
  const said = role && outcomes[role];
  const field = fields.get(coordinate);
  const level = field ? levelOf(field) : 'public';
  if (refusals.request) {
    return refusals.request;
  }
  // Who is anonymous does not get as far as a gate behind the viewer.
  if (level === 'public' || role === 'anonymous') {
    return said;
  }
  const isMutation = coordinate.startsWith('Mutation.');

  return (isMutation ? refusals.mutation : undefined) ?? refusals[level] ?? said;
}

/** Whether a mutation did what it is for. */
function isSuccess(outcome: unknown): boolean {
  return /Success"|Payload"/u.test(JSON.stringify(outcome));
}
