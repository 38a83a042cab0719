import { setImmediate } from 'node:timers/promises';

import { sql } from 'kysely';
import { expect, test } from 'vitest';

import { createDatabase } from '../support/database.ts';

test('[H1] requests that are stopped while they wait for a connection do not hold up the end', async () => {
  await using database = await createDatabase();
  const { em } = database.orm;
  await em.getConnection().execute('select 1');

  const stopped = Array.from({ length: 30 }, async () => {
    const client = new AbortController();
    const waiting = sql`select 1`.execute(em.fork().getKysely(), { signal: client.signal });
    const answer = waiting.catch((error: unknown) => error);
    await setImmediate();
    client.abort(new Error('The client has gone.'));

    return answer;
  });
  await setImmediate();
  const started = performance.now();
  await database.reopen();

  expect(performance.now() - started).toBeLessThan(5000);
  expect(await Promise.all(stopped)).toHaveLength(30);
});
