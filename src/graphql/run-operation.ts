/**
 * From parameters to a result, through Envelop's pipeline: parse, validate, build the context, execute.
 * The context is built after the document was found good, so that a bad one costs no query.
 */
import {
  getOperationAST,
  getVariableValues,
  GraphQLError,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';

import { refusal, withCode, type RefusalCode } from './errors.ts';
import { createComplexityCheck } from './limits/check-size.ts';
import type { ValidationPolicy } from './limits/validate-document.ts';
import type { OperationParams } from './operation-params.ts';
import type { PersistedOperations } from './persisted-operations.ts';

/** Envelop's functions for one operation, as Yoga's `getEnveloped` gives them. */
export type GetPipeline = (initialContext: object) => {
  readonly schema: GraphQLSchema;
  readonly parse: (source: string) => DocumentNode;
  readonly validate: (schema: GraphQLSchema, document: DocumentNode) => readonly GraphQLError[];
  readonly contextFactory: (extension: object) => unknown;
  readonly execute: (
    args: ExecutionArgs & { readonly signal: AbortSignal },
  ) => ExecutionResult | Promise<ExecutionResult>;
};

export interface OperationRunnerOptions extends ValidationPolicy {
  readonly getPipeline: GetPipeline;
  readonly persistedOperations: PersistedOperations;
}

/**
 * Runs one operation, and begins nothing more once the signal is aborted. A result without `data` is a
 * request error: the operation was not begun.
 *
 * @throws what building the context throws, and the reason of the signal
 */
export type RunOperation = (
  params: OperationParams,
  initialContext: object,
  signal: AbortSignal,
) => Promise<ExecutionResult>;

export function createOperationRunner({
  getPipeline,
  persistedOperations,
  limits,
  hidesSuggestions: hideSuggestions,
}: OperationRunnerOptions): RunOperation {
  const checkComplexity = createComplexityCheck(limits.complexity);
  const coercion = { maxErrors: limits.errors - 1, hideSuggestions };

  return async (params, initialContext, signal) => {
    const { schema, parse, validate, contextFactory, execute } = getPipeline(initialContext);

    const document = parsed(() => parse(persistedOperations.documentOf(params)));
    if (document instanceof GraphQLError) {
      return requestError('GRAPHQL_PARSE_FAILED', [document]);
    }
    const errors = validate(schema, document);
    if (errors.length > 0) {
      return requestError('GRAPHQL_VALIDATION_FAILED', errors);
    }
    const operation = getOperationAST(document, params.operationName);
    if (!operation) {
      return requestError('BAD_USER_INPUT', [noSuchOperation(params.operationName)]);
    }
    const { variableDefinitions = [] } = operation;
    const inputs = getVariableValues(schema, variableDefinitions, params.variables ?? {}, coercion);
    if (inputs.errors) {
      return requestError('BAD_USER_INPUT', inputs.errors);
    }
    const { coerced } = inputs.variableValues;
    const tooComplex = checkComplexity(schema, document, operation, coerced);
    if (tooComplex) {
      return requestError('OPERATION_TOO_COMPLEX', [tooComplex]);
    }

    const result = await execute({
      schema,
      document,
      operationName: params.operationName,
      variableValues: params.variables,
      contextValue: await contextFactory({ operationType: operation.operation }),
      signal,
    });

    return result.data === undefined && result.errors
      ? requestError('BAD_USER_INPUT', result.errors)
      : result;
  };
}

function parsed(parse: () => DocumentNode): DocumentNode | GraphQLError {
  try {
    return parse();
  } catch (error) {
    if (error instanceof GraphQLError) {
      return error;
    }
    throw error;
  }
}

function requestError(code: RefusalCode, errors: readonly GraphQLError[]): ExecutionResult {
  return { errors: errors.map((error) => withCode(error, code)) };
}

function noSuchOperation(name: string | null | undefined): GraphQLError {
  return refusal(
    'BAD_USER_INPUT',
    name == null
      ? 'The document has several operations: name one of them in operationName.'
      : 'The document has no operation of the name in operationName.',
  );
}
