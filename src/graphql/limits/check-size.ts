/** What a document and one of its operations may come to. */
import {
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';

import type { RefusalCode } from '../errors.ts';
import { measureOperation, type OperationMeasure } from './measure-operation.ts';
import { overLimit, type OperationLimits } from './operation-limits.ts';

type Count = 'depth' | 'introspectionDepth' | 'aliases' | 'directives';

const refusals: Record<Count, readonly [code: RefusalCode, what: string]> = {
  depth: ['OPERATION_TOO_DEEP', 'The depth of the operation'],
  introspectionDepth: ['INTROSPECTION_TOO_DEEP', 'The depth of __schema and __type'],
  aliases: ['TOO_MANY_ALIASES', 'The number of aliases'],
  directives: ['TOO_MANY_DIRECTIVES', 'The number of directives'],
};

const counts = ['depth', 'introspectionDepth', 'aliases', 'directives'] as const;

/** An error for each limit that an operation of the document is over, whatever the variables will be. */
export function checkDocument(
  schema: GraphQLSchema,
  document: DocumentNode,
  limits: Pick<OperationLimits, Count>,
): readonly GraphQLError[] {
  const options = { schema, fragments: fragmentsOf(document), variables: {} };
  const measures = document.definitions
    .filter((node) => node.kind === Kind.OPERATION_DEFINITION)
    .map((node) => measureOperation(node, options));

  return counts.flatMap((count) => {
    const limit = limits[count];
    const actual = Math.max(0, ...measures.map((measure) => measure[count]));

    return actual > limit ? [overLimit(...refusals[count], { limit, actual })] : [];
  });
}

/** Tells how large the answer of an operation may become. */
export type CheckComplexity = (
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: OperationVariables,
) => GraphQLError | null;

/** Coerced. */
type OperationVariables = Readonly<Record<string, unknown>>;

/** Remembers, as long as the document lives, what its operation came to the last time: most clients send the same sizes. */
export function createComplexityCheck(limit: number): CheckComplexity {
  const known = new WeakMap<OperationDefinitionNode, KnownMeasure>();

  return (schema, document, operation, variables) => {
    let measure = known.get(operation);
    if (measure?.schema !== schema || !holdsFor(measure, variables)) {
      const fragments = fragmentsOf(document);
      measure = { schema, ...measureOperation(operation, { schema, fragments, variables }) };
      known.set(operation, measure);
    }
    const { complexity: actual } = measure;

    return actual > limit
      ? overLimit('OPERATION_TOO_COMPLEX', 'The complexity of the operation', { limit, actual })
      : null;
  };
}

/** Somebody's plugin may change the schema. */
interface KnownMeasure extends OperationMeasure {
  readonly schema: GraphQLSchema;
}

function holdsFor({ sizes }: OperationMeasure, variables: OperationVariables): boolean {
  return Array.from(sizes).every(([name, size]) => variables[name] === size);
}

function fragmentsOf({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    definitions
      .filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );
}
