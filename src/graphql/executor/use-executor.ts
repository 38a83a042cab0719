import {
  execute as executeByGraphQL,
  getOperationAST,
  getVariableValues,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type VariableValues,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';

import { compileOperation, type CompiledOperation } from './compile-operation.ts';

/** What Envelop executes with. Yoga names the signal in its own way. */
export type StoppableArgs = ExecutionArgs & {
  readonly signal?: AbortSignal | undefined;
  /** What `variableValues` came to, where that is known already. */
  readonly coercedVariables?: VariableValues | undefined;
};

/**
 * Executes with Jotter's executor instead of Yoga's. An event of a subscription is executed like a query, with the
 * event as the root value; Yoga's would subscribe instead. Plugins behind this one may set another.
 */
export function useExecutor(): Plugin {
  const execute = createExecute();

  return {
    onExecute: ({ setExecuteFn }: Execution) => setExecuteFn(execute),
  };
}

/** What Envelop tells of an execution that is to come, in types. */
interface Execution {
  readonly setExecuteFn: (execute: ReturnType<typeof createExecute>) => void;
}

/** An `execute` that remembers the operations of a document for as long as the document is remembered. */
export function createExecute(): (
  args: StoppableArgs,
) => ExecutionResult | Promise<ExecutionResult> {
  const documents = new WeakMap<DocumentNode, CompiledDocument>();

  function compiled(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
  ): CompiledOperation {
    let known = documents.get(document);
    if (known?.schema !== schema) {
      known = { schema, operations: new Map() };
      documents.set(document, known);
    }
    let run = known.operations.get(operation);
    if (!run) {
      run = compileOperation(schema, document, operation);
      known.operations.set(operation, run);
    }

    return run;
  }

  return (args) => {
    const { schema, document, operationName, contextValue, rootValue, signal, coercedVariables } =
      args;
    const operation = getOperationAST(document, operationName);
    if (!operation || hasOwnWays(args)) {
      return executeByGraphQL({ ...args, abortSignal: signal });
    }
    const { variableValues, errors } = coercedVariables
      ? { variableValues: coercedVariables }
      : coerceVariables(args, operation);
    if (errors) {
      return { errors };
    }

    return compiled(
      schema,
      document,
      operation,
    )({
      contextValue,
      variableValues,
      rootValue,
      signal,
    });
  };
}

function coerceVariables(
  { schema, variableValues, hideSuggestions }: StoppableArgs,
  { variableDefinitions = [] }: OperationDefinitionNode,
): ReturnType<typeof getVariableValues> {
  return getVariableValues(schema, variableDefinitions, variableValues ?? {}, {
    maxErrors: 50,
    hideSuggestions: hideSuggestions ?? false,
  });
}

/** The schema that a document was executed on last; a plugin may replace it. */
interface CompiledDocument {
  readonly schema: GraphQLSchema;
  readonly operations: Map<OperationDefinitionNode, CompiledOperation>;
}

/** A plugin may say how fields and types are resolved by default. */
function hasOwnWays({ fieldResolver, typeResolver, hooks }: ExecutionArgs): boolean {
  return Boolean(fieldResolver ?? typeResolver ?? hooks);
}
