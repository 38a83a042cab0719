/**
 * Jotter's executor: an operation is planned once and run many times.
 *
 * Its answers are those of graphql-js: the same data, the same errors in the same order. It is faster because it
 * finds out once what graphql-js finds out for each field of each object (`plan.ts`), makes nothing that nobody looks
 * at (paths, arguments and information about a field are for resolvers, and for errors), and waits for values
 * without a promise for each object around them (`run.ts`).
 *
 * Nothing of a request is kept in a plan: what a resolver is given is made anew each time.
 */
import {
  assertValidSchema,
  GraphQLError,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type VariableValues,
} from 'graphql';

import { executeFields } from './complete-value.ts';
import { choiceOf, conditionNames } from './conditions.ts';
import type { SelectionPlan } from './plan.ts';
import { Run, type PreparedRun, type RunArguments } from './run.ts';
import { selectFields, type SelectionScope } from './select-fields.ts';

/** With this directive of graphql-js, which a schema may have, every error ends where it happens. */
const NO_PROPAGATION = 'experimental_disableErrorPropagation';

/** How many choices of `@skip` and `@include` are remembered for one operation. */
const MAX_CHOICES = 32;

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
  const fragments = fragmentsOf(document);
  const scope = { schema, fragments, propagatesErrors: propagatesErrors(operation) };
  const prepared: PreparedRun = {
    schema,
    operation,
    fragments,
    planSelection: ({ nodes }, type, variableValues) =>
      selectFields(
        scope,
        variableValues,
        type,
        nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
      ),
  };
  const planRoot = createRootPlan(scope, document, operation);
  const execute =
    operation.operation === OperationTypeNode.MUTATION ? executeSerially : executeAtOnce;

  return (args) => {
    args.signal?.throwIfAborted();
    const run = new Run(prepared, args);
    const data: Record<string, unknown> = {};
    try {
      const pending = execute(run, planRoot(args.variableValues), data);

      return pending
        ? pending.then(
            () => resultOf(run, data),
            (error: unknown) => failedResultOf(run, error),
          )
        : resultOf(run, data);
    } catch (error) {
      return failedResultOf(run, error);
    }
  };
}

function resultOf(run: Run, data: Record<string, unknown>): ExecutionResult {
  run.throwIfStopped();

  return run.resultOf(data);
}

/** There is nothing left of the data. */
function failedResultOf(run: Run, error: unknown): ExecutionResult {
  run.throwIfStopped();
  run.scope?.end();
  run.errors.push(
    error instanceof GraphQLError
      ? error
      : new GraphQLError(String(error), { ...(error instanceof Error && { originalError: error }) }),
  );

  return run.resultOf(null);
}

/** @returns a promise if anything is awaited */
function executeAtOnce(
  run: Run,
  selection: SelectionPlan,
  data: Record<string, unknown>,
): Promise<void> | null {
  executeFields(run, selection, run.args.rootValue, undefined, data);

  return run.scope && run.settled();
}

/** Each field begins when the one before is over. */
function executeSerially(
  run: Run,
  { type, fields }: SelectionPlan,
  data: Record<string, unknown>,
): Promise<void> | null {
  for (const [index, field] of fields.entries()) {
    run.throwIfStopped();
    executeFields(run, { type, fields: [field] }, run.args.rootValue, undefined, data);
    if (run.scope) {
      const others = { type, fields: fields.slice(index + 1) };

      return run.settled().then(async () => executeSerially(run, others, data) ?? undefined);
    }
  }

  return null;
}

/** Remembers what is selected of the root for each choice of the conditions, the latest ones. */
function createRootPlan(
  scope: SelectionScope,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): (variableValues: VariableValues) => SelectionPlan {
  const names = conditionNames(document);
  const known = new Map<string, SelectionPlan>();

  return (variableValues) => {
    const choice = choiceOf(names, variableValues);
    const found = known.get(choice);
    if (found) {
      return found;
    }
    const type = scope.schema.getRootType(operation.operation);
    if (!type) {
      throw new GraphQLError(
        `Schema is not configured to execute ${operation.operation} operation.`,
        { nodes: operation },
      );
    }
    const [oldest] = known.keys();
    if (known.size >= MAX_CHOICES && oldest !== undefined) {
      known.delete(oldest);
    }
    const selection = selectFields(scope, variableValues, type, [operation.selectionSet]);
    known.set(choice, selection);

    return selection;
  };
}

function fragmentsOf({ definitions }: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments[definition.name.value] = definition;
    }
  }

  return fragments;
}

function propagatesErrors({ directives = [] }: OperationDefinitionNode): boolean {
  return directives.every(({ name }) => name.value !== NO_PROPAGATION);
}
