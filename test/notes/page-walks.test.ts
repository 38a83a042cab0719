import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { createTestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { storeNotes } from '../support/notes.ts';

type Direction = 'forward' | 'backward';

/** What happens between two pages: some notes are written, some of those that there are go. */
interface Change {
  readonly created: number;
  /** Each is taken as a part of the way through the list. */
  readonly deleted: readonly number[];
}

const change: fc.Arbitrary<Change> = fc.record({
  created: fc.nat(3),
  deleted: fc.array(fc.nat(999), { maxLength: 3 }),
});

const walk = fc.record({
  direction: fc.constantFrom<Direction>('forward', 'backward'),
  size: fc.integer({ min: 1, max: 30 }),
  pageSize: fc.integer({ min: 1, max: 7 }),
  changes: fc.array(change, { maxLength: 12 }),
});

test('a walk over all pages meets every note that stays once, in order, whatever comes and goes', async () => {
  await using app = await createTestApp();
  let people = 0;

  await fc.assert(
    fc.asyncProperty(walk, async ({ direction, size, pageSize, changes }) => {
      people += 1;
      const user = await app.createUser(`walker-${people}`);
      const client = await app.as(user);
      const first = await storeNotes(
        app,
        user,
        Array.from({ length: size }, () => ({})),
      );
      const alive = new Set(first);

      const met = await walkAll(client, direction, pageSize, async (step) => {
        const { created = 0, deleted = [] } = changes[step] ?? {};
        for (const id of await storeNotes(
          app,
          user,
          Array.from({ length: created }, () => ({})),
        )) {
          alive.add(id);
        }
        for (const part of deleted) {
          const id = [...alive][Math.floor((part / 1000) * alive.size)];
          if (id !== undefined) {
            await client.query(DELETE, { id });
            alive.delete(id);
          }
        }
      });

      // The notes that were there from the start to the end, newest first.
      const expected = first.filter((id) => alive.has(id)).toReversed();
      expect(new Set(met).size).toBe(met.length);
      expect(met.filter((id) => alive.has(id) && first.includes(id))).toEqual(expected);
    }),
    { numRuns: 25 },
  );
});

test.for<Direction>(['forward', 'backward'])(
  'a quiet walk %s meets the whole list as it stands',
  async (direction) => {
    await using app = await createTestApp();
    const user = await app.createUser('ada');
    const client = await app.as(user);
    const ids = await storeNotes(
      app,
      user,
      Array.from({ length: 23 }, () => ({})),
    );

    for (const pageSize of [1, 5, 22, 23, 24, 100]) {
      expect(await walkAll(client, direction, pageSize)).toEqual(ids.toReversed());
    }
  },
);

const PAGE = `query ($first: Int, $last: Int, $after: String, $before: String) {
  viewer {
    notes(first: $first, last: $last, after: $after, before: $before) {
      nodes { id }
      pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
    }
  }
}`;
const DELETE = 'mutation ($id: ID!) { deleteNote(input: { id: $id }) { __typename } }';

/** @returns the ids of the notes of all pages, in the order of the list */
async function walkAll(
  client: TestClient,
  direction: Direction,
  pageSize: number,
  between: (step: number) => Promise<void> = async () => {},
): Promise<string[]> {
  const isForward = direction === 'forward';
  let met: string[] = [];
  let args: Record<string, unknown> = isForward ? { first: pageSize } : { last: pageSize };

  for (let step = 0; ; step += 1) {
    const { nodes, pageInfo } = (await client.query(PAGE, args)).data.viewer.notes;
    const ids: string[] = nodes.map(({ id }: { id: string }) => id);
    expect(ids.length).toBeLessThanOrEqual(pageSize);
    met = isForward ? [...met, ...ids] : [...ids, ...met];

    if (!(isForward ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) {
      return met;
    }
    args = isForward
      ? { first: pageSize, after: pageInfo.endCursor }
      : { last: pageSize, before: pageInfo.startCursor };
    await between(step);
  }
}
