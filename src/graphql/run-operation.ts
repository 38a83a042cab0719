/**
 * From parameters to a result, through Envelop's pipeline: parse, validate, build the context, execute.
 * The context is built after the document was found good, so that a bad one costs no query.
 */
import {
  getOperationAST,
  GraphQLError,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationTypeNode,
} from 'graphql';

import { asStorageFault } from '../database/storage-fault.ts';
import { refusal, withCode, type RefusalCode } from './errors.ts';
import type { OperationParams } from './operation-params.ts';

/** Envelop's functions for one operation, as Yoga's `getEnveloped` gives them. */
export type GetPipeline = (initialContext: object) => {
  readonly schema: GraphQLSchema;
  readonly parse: (source: string) => DocumentNode;
  readonly validate: (schema: GraphQLSchema, document: DocumentNode) => readonly GraphQLError[];
  readonly contextFactory: (extension: object) => unknown;
  readonly execute: (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;
};

/**
 * Runs one operation. A result without `data` is a request error: the operation was not begun.
 *
 * @throws what building the context throws
 */
export async function runOperation(
  getPipeline: GetPipeline,
  { query, operationName, variables }: OperationParams,
  initialContext: object,
): Promise<ExecutionResult> {
  const { schema, parse, validate, contextFactory, execute } = getPipeline(initialContext);

  const document = parsed(() => parse(query));
  if (document instanceof GraphQLError) {
    return requestError('GRAPHQL_PARSE_FAILED', [document]);
  }
  const errors = validate(schema, document);
  if (errors.length > 0) {
    return requestError('GRAPHQL_VALIDATION_FAILED', errors);
  }
  const operation = getOperationAST(document, operationName);
  if (!operation) {
    return requestError('BAD_USER_INPUT', [noSuchOperation(operationName)]);
  }

  const result = await execute({
    schema,
    document,
    operationName,
    variableValues: variables,
    contextValue: await contextOf(contextFactory, operation.operation),
  });

  return result.data === undefined && result.errors
    ? requestError('BAD_USER_INPUT', result.errors)
    : result;
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
