import { execute, OperationTypeNode, type ExecutionArgs } from 'graphql';
import type { Plugin } from 'graphql-yoga';

import type { Context } from '../../context.ts';

/**
 * Each event of a stream is executed by itself, in a context of its own, so that nothing is remembered from one
 * event to the next: neither what was read, nor who is logged in. Yoga's executor would subscribe instead.
 */
export function useStreamEvents(): Plugin<Context> {
  return {
    onExecute: ({ args, setExecuteFn }) => {
      if (args.contextValue.operationType === OperationTypeNode.SUBSCRIPTION) {
        setExecuteFn(executeEvent);
      }
    },
  };
}

function executeEvent({ signal, ...args }: ExecutionArgs & { readonly signal?: AbortSignal }) {
  return execute({ ...args, abortSignal: signal });
}
