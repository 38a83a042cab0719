import { getOperationAST, type DocumentNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';

import type { Context } from '../context.ts';

/** Tells logs and metrics which operation a request is, and whose. */
export function useSummary(): Plugin<Context> {
  return {
    onExecute: ({ args }) => {
      const { summary } = args.contextValue.exchange;
      const name = nameOf(args);
      if (name !== undefined) {
        summary.operationName = name;
      }

      return {
        onExecuteDone: () => {
          const { currentUser } = args.contextValue;
          if (currentUser) {
            summary.userId = currentUser.id;
          }
        },
      };
    },
  };
}

interface NamedOperation {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
}

function nameOf({ document, operationName }: NamedOperation): string | undefined {
  return getOperationAST(document, operationName)?.name?.value;
}
