import type { ExecutionResult, GraphQLResolveInfo, VariableValues } from 'graphql';

import { COUNTED } from '../limits/answer-size.ts';
import type { OperationPlan } from './operation-plan.ts';
import { PendingAnswer } from './pending-answer.ts';
import type { FieldPlan } from './plan.ts';
import { ResolverTools } from './resolver-tools.ts';
import type { Path } from './scope.ts';

/** What an operation is run with. */
export interface RunArguments {
  readonly contextValue: unknown;
  /** Coerced, as `getVariableValues` gives them. */
  readonly variableValues: VariableValues;
  readonly rootValue?: unknown;
  /** Once it is aborted, nothing more begins, and its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** One run of an operation. */
export class Run extends PendingAnswer {
  readonly operation: OperationPlan;
  readonly args: RunArguments;
  /** In characters, of all values that were made so far. */
  textLength = 0;
  #tools: ResolverTools | null = null;

  constructor(operation: OperationPlan, args: RunArguments) {
    super(args.signal);
    this.operation = operation;
    this.args = args;
  }

  /** What a resolver is told about its field. */
  infoOf({ definition, nodes, parentType }: FieldPlan, path: Path): GraphQLResolveInfo {
    const { schema, operation, fragments } = this.operation;
    const { rootValue, variableValues, signal } = this.args;
    this.#tools ??= new ResolverTools(signal);
    const { getAbortSignal, getAsyncHelpers } = this.#tools;

    return {
      fieldName: definition.name,
      fieldNodes: nodes,
      returnType: definition.type,
      parentType,
      path,
      schema,
      fragments,
      rootValue,
      operation,
      variableValues,
      getAbortSignal,
      getAsyncHelpers,
    };
  }

  /** @throws the reason of the signal */
  throwIfStopped(): void {
    this.args.signal?.throwIfAborted();
  }

  resultOf(data: Record<string, unknown> | null): ExecutionResult {
    this.#tools?.end();

    const counted = { data, [COUNTED]: { data, textLength: this.textLength } };

    return this.errors.length > 0 ? { errors: this.errors, ...counted } : counted;
  }
}
