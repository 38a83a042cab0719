import { describe, expect, test } from 'vitest';

import { createOperator } from '../support/operator.ts';

describe.concurrent('the lock of the server', { timeout: 120_000 }, () => {
  test('[D1] keeps out what changes the schema or adds many rows', async () => {
    await using operator = await createOperator();
    await operator.startServer();

    for (const args of [['migrate', 'up'], ['seed']]) {
      expect(await operator.jotter(args)).toEqual({
        code: 1,
        stdout: '',
        stderr:
          'Another Jotter is using data/jotter.db. Stop it first, or give this one a DATABASE_URL of its own.\n',
      });
    }
  });
});
