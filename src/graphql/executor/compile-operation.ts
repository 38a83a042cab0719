/**
 * Jotter's executor: an operation is planned once and run many times.
 *
 * Its answers are those of graphql-js: the same data and the same errors. It is faster because it
 * finds out once what graphql-js finds out for each field of each object (`plan.ts`), makes nothing that nobody looks
 * at (paths, arguments and information about a field are for resolvers, and for errors), and waits for values
 * without a promise for each object around them (`run.ts`).
 *
 * Nothing of a request is kept in a plan: what a resolver is given is made anew each time.
 */
import {
  assertValidSchema,
  GraphQLError,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';

import { executeFields } from './complete-value.ts';
import { OperationPlan } from './operation-plan.ts';
import type { SelectionPlan } from './plan.ts';
import { Run, type RunArguments } from './run.ts';

/**
 * Runs the operation. The result is there at once when nothing had to be waited for.
 *
 * @throws the reason of the signal, at once or later
 */
export type CompiledOperation = (args: RunArguments) => ExecutionResult | Promise<ExecutionResult>;

/**
 * Plans an operation of a document that was found valid. Little is done before it runs: what is selected of
 * a type is planned when the type is met.
 */
export function compileOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CompiledOperation {
  assertValidSchema(schema);
  const plan = new OperationPlan(schema, document, operation);

  return (args) => {
    args.signal?.throwIfAborted();

    return runOperation(plan, new Run(plan, args));
  };
}

function runOperation(plan: OperationPlan, run: Run): ExecutionResult | Promise<ExecutionResult> {
  const data: Record<string, unknown> = {};
  const isSerial = plan.operation.operation === OperationTypeNode.MUTATION;
  try {
    const selection = plan.rootSelection(run.args.variableValues);
    const pending = isSerial
      ? executeSerially(run, selection, data)
      : executeAtOnce(run, selection, data);

    return pending
      ? pending.then(
          () => resultOf(run, data),
          (error: unknown) => failedResultOf(run, error),
        )
      : resultOf(run, data);
  } catch (error) {
    return failedResultOf(run, error);
  }
}

function resultOf(run: Run, data: Record<string, unknown>): ExecutionResult {
  run.throwIfStopped();

  return run.resultOf(data);
}

/** There is nothing left of the data. */
function failedResultOf(run: Run, error: unknown): ExecutionResult {
  run.throwIfStopped();
  run.abandonScope(null);
  run.errors.push(
    error instanceof GraphQLError ? error : new GraphQLError(String(error), { cause: error }),
  );

  return run.resultOf(null);
}

/** @returns a promise if anything is awaited */
function executeAtOnce(
  run: Run,
  selection: SelectionPlan,
  data: Record<string, unknown>,
): Promise<unknown> | null {
  executeFields(run, selection, run.args.rootValue, undefined, data);

  return run.scope && run.settled();
}

/** Each field begins when the one before is over. */
function executeSerially(
  run: Run,
  { type, fields }: SelectionPlan,
  data: Record<string, unknown>,
): Promise<unknown> | null {
  for (const [index, field] of fields.entries()) {
    run.throwIfStopped();
    executeFields(run, { type, fields: [field] }, run.args.rootValue, undefined, data);
    if (run.scope) {
      const others = { type, fields: fields.slice(index + 1) };

      return run.settled().then(() => executeSerially(run, others, data));
    }
  }

  return null;
}
