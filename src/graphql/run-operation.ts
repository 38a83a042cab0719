/**
 * From parameters to an operation that may run, and to its result, through Envelop's pipeline: parse, validate,
 * build the context, execute. The context is built after the document was found good, so that a bad one
 * costs no query.
 */
import { RequestCache } from '@pothos/plugin-scope-auth';
import {
  getOperationAST,
  getVariableValues,
  GraphQLError,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';

import type { Context } from '../context.ts';
import { asStorageFault } from '../database/storage-fault.ts';
import { refusal, withCode, type RefusalCode } from './errors.ts';
import type { StoppableArgs } from './executor/use-executor.ts';
import { createComplexityCheck } from './limits/check-size.ts';
import type { ValidationPolicy } from './limits/validate-document.ts';
import type { OperationParams } from './operation-params.ts';
import type { PersistedOperations } from './persisted-operations.ts';

/** Envelop's functions for one operation, as Yoga's `getEnveloped` gives them. */
export type GetPipeline = (initialContext: object) => Pipeline;

export interface Pipeline {
  readonly schema: GraphQLSchema;
  readonly parse: (source: string) => DocumentNode;
  readonly validate: (schema: GraphQLSchema, document: DocumentNode) => readonly GraphQLError[];
  readonly contextFactory: (extension: object) => unknown;
  readonly execute: (args: StoppableArgs) => ExecutionResult | Promise<ExecutionResult>;
}

export interface OperationRunnerOptions extends ValidationPolicy {
  readonly getPipeline: GetPipeline;
  /** Whether others have a say in each operation: they may add rules, or change its schema or its variables. */
  readonly hasPlugins: boolean;
  /** The document of a text that was found good; undefined for any other. */
  readonly knownDocument: (text: string) => DocumentNode | undefined;
  readonly persistedOperations: PersistedOperations;
}

/** An operation that was found good, and has not begun. */
export interface PreparedOperation {
  readonly pipeline: Pipeline;
  readonly operation: OperationDefinitionNode;
  readonly args: Pick<
    StoppableArgs,
    'coercedVariables' | 'document' | 'operationName' | 'schema' | 'variableValues'
  >;
}

/** All that is wrong with an operation before it has begun: there is no `data`. */
export interface RequestError {
  readonly errors: readonly GraphQLError[];
}

/** Refuses what can be refused without a query: nothing of it costs more than the limits allow. */
export type PrepareOperation = (
  params: OperationParams,
  initialContext: object,
) => PreparedOperation | RequestError;

export function createPrepareOperation({
  getPipeline,
  hasPlugins,
  knownDocument,
  persistedOperations,
  limits,
  hidesSuggestions: hideSuggestions,
}: OperationRunnerOptions): PrepareOperation {
  const checkComplexity = createComplexityCheck(limits.complexity);
  const coercion = { maxErrors: limits.errors - 1, hideSuggestions };

  return (params, initialContext) => {
    const pipeline = getPipeline(initialContext);
    const document = validDocument(params, pipeline);
    if ('errors' in document) {
      return document;
    }
    const { schema } = pipeline;
    const { operationName, variables: variableValues } = params;
    const operation = getOperationAST(document, operationName);
    if (!operation) {
      return requestError('BAD_USER_INPUT', [noSuchOperation(operationName)]);
    }
    const { variableDefinitions = [] } = operation;
    const inputs = getVariableValues(schema, variableDefinitions, variableValues ?? {}, coercion);
    if (inputs.errors) {
      return requestError('BAD_USER_INPUT', inputs.errors);
    }
    const { coerced } = inputs.variableValues;
    const tooComplex = checkComplexity(schema, document, operation, coerced);
    if (tooComplex) {
      return requestError('OPERATION_TOO_COMPLEX', [tooComplex]);
    }
    const coercedVariables = hasPlugins ? undefined : inputs.variableValues;
    const args = { schema, document, operationName, variableValues, coercedVariables };

    return { pipeline, operation, args };
  };

  function validDocument(params: OperationParams, pipeline: Pipeline): DocumentNode | RequestError {
    const text = attempt(() => persistedOperations.documentOf(params));
    if (text instanceof GraphQLError) {
      return requestError('GRAPHQL_PARSE_FAILED', [text]);
    }

    return (hasPlugins ? undefined : knownDocument(text)) ?? newDocument(text, pipeline);
  }
}

function newDocument(
  text: string,
  { schema, parse, validate }: Pipeline,
): DocumentNode | RequestError {
  const document = attempt(() => parse(text));
  if (document instanceof GraphQLError) {
    return requestError('GRAPHQL_PARSE_FAILED', [document]);
  }
  const errors = validate(schema, document);

  return errors.length > 0 ? requestError('GRAPHQL_VALIDATION_FAILED', errors) : document;
}

/**
 * Runs an operation, and begins nothing more once the signal is aborted. A result without `data` is a
 * request error: the operation was not begun.
 *
 * @throws what building the context throws, and the reason of the signal
 */
export async function executeOperation(
  { pipeline, operation, args }: PreparedOperation,
  signal: AbortSignal,
): Promise<ExecutionResult> {
  const contextValue = await buildContext(pipeline, operation);
  summarize(contextValue, operation);
  const result = await pipeline.execute({ ...args, contextValue, signal });

  // Somebody may have logged in.
  summarize(contextValue, operation);
  // Kept beside the context, as they are, they would keep it in memory until the next full collection of garbage.
  RequestCache.clearForContext(contextValue);

  return result.data === undefined && result.errors
    ? requestError('BAD_USER_INPUT', result.errors)
    : result;
}

/** Tells logs and metrics which operation a request is, and whose. */
export function summarize(
  { exchange: { summary }, currentUser }: Context,
  { name }: OperationDefinitionNode,
): void {
  if (name) {
    summary.operationName = name.value;
  }
  if (currentUser) {
    summary.userId = currentUser.id;
  }
}

/** Nobody is taken for anonymous because the storage could not tell who they are. */
export async function buildContext(
  { contextFactory }: Pipeline,
  { operation: operationType }: OperationDefinitionNode,
): Promise<Context> {
  try {
    const context = await contextFactory({ operationType });
    if (isContext(context)) {
      return context;
    }
  } catch (error) {
    throw asStorageFault(error);
  }

  throw new TypeError('The context is not built: a plugin for the session or the user is missing.');
}

function isContext(context: unknown): context is Context {
  return context instanceof Object && 'session' in context && 'currentUser' in context;
}

function attempt<Result>(work: () => Result): Result | GraphQLError {
  try {
    return work();
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
