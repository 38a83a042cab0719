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
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';

import { asStorageFault } from '../database/storage-fault.ts';
import { refusal, withCode, type RefusalCode } from './errors.ts';
import { createComplexityCheck } from './limits/check-size.ts';
import type { ValidationPolicy } from './limits/validate-document.ts';
import type { OperationParams } from './operation-params.ts';
import type { PersistedOperations } from './persisted-operations.ts';

/** Envelop's functions for one operation, as Yoga's `getEnveloped` gives them. */
export type GetPipeline = (initialContext: object) => Pipeline;

interface Pipeline {
  readonly schema: GraphQLSchema;
  readonly parse: (source: string) => DocumentNode;
  readonly validate: (schema: GraphQLSchema, document: DocumentNode) => readonly GraphQLError[];
  readonly contextFactory: (extension: object) => unknown;
  readonly execute: (
    args: ExecutionArgs & { readonly signal?: AbortSignal },
  ) => ExecutionResult | Promise<ExecutionResult>;
}

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
    const pipeline = getPipeline(initialContext);
    const prepared = prepare(pipeline, params);
    if ('errors' in prepared) {
      return prepared;
    }
    const { document, operation } = prepared;

    const result = await pipeline.execute({
      schema: pipeline.schema,
      document,
      operationName: params.operationName,
      variableValues: params.variables,
      contextValue: await contextOf(pipeline.contextFactory, operation.operation),
      // Looked at for each field, it would cost a query as much again; and what is stopped reads nothing more.
      ...(operation.operation === OperationTypeNode.MUTATION && { signal }),
    });

    return result.data === undefined && result.errors
      ? requestError('BAD_USER_INPUT', result.errors)
      : result;
  };

  /** All that can be refused without a query: nothing of it costs more than the limits allow. */
  function prepare(
    { schema, parse, validate }: Pick<Pipeline, 'schema' | 'parse' | 'validate'>,
    params: OperationParams,
  ): PreparedOperation | RequestError {
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

    return tooComplex
      ? requestError('OPERATION_TOO_COMPLEX', [tooComplex])
      : { document, operation };
  }
}

interface PreparedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

interface RequestError {
  readonly errors: readonly GraphQLError[];
}

/** Nobody is taken for anonymous because the storage could not tell who they are. */
async function contextOf(
  contextFactory: (extension: object) => unknown,
  operationType: OperationTypeNode,
): Promise<unknown> {
  try {
    return await contextFactory({ operationType });
  } catch (error) {
    throw asStorageFault(error);
  }
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

function requestError(code: RefusalCode, errors: readonly GraphQLError[]): RequestError {
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
