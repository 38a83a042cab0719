import * as fc from 'fast-check';
import { execute, type ExecutionResult } from 'graphql';
import { expect, test } from 'vitest';

import { createExecute } from '../../../src/graphql/executor/use-executor.ts';
import {
  COUNTED,
  textLength,
  type CountedAnswer,
} from '../../../src/graphql/limits/answer-size.ts';
import { randomOperation } from './random-operation.ts';
import { randomEvent, randomSchema } from './random-schema.ts';

/** `RUNS=20000` looks further than every change needs. */
const numRuns = Number(process.env['RUNS'] ?? 300);

test(
  'any operation has the answer of graphql-js: the same text, the same errors in the same order',
  async () => {
    const schema = randomSchema();
    const executeOurs = createExecute();

    await fc.assert(
      fc.asyncProperty(fc.nat(), randomOperation(schema), async (seed, operation) => {
        fc.pre(operation !== null);
        const { document, variableValues } = operation;
        const args = {
          schema,
          document,
          variableValues,
          rootValue: randomEvent(seed),
          contextValue: { seed },
        };

        const expected = await execute(args);
        const ours: CountedAnswer & ExecutionResult = await executeOurs(args);
        expect(answerOf(ours)).toEqual(answerOf(expected));
        expect(ours[COUNTED]?.textLength).toBeGreaterThanOrEqual(textLength(ours.data));
        // What is remembered of the operation has the same answer.
        expect(answerOf(await executeOurs(args))).toEqual(answerOf(expected));
      }),
      { numRuns, endOnFailure: numRuns > 1000 },
    );
  },
  60_000 + numRuns * 100,
);

function answerOf({ data, errors = [] }: ExecutionResult): object {
  return {
    data: JSON.stringify(data),
    errors: errors.map(({ message, path, locations, extensions }) => ({
      message,
      path,
      locations,
      extensions,
    })),
  };
}
