import { fork } from 'node:child_process';
import { once } from 'node:events';

import type { Load, LoadResult } from './load.ts';

export interface Loader extends AsyncDisposable {
  run(load: Load): Promise<LoadResult>;
}

/** The process that sends the load, so that its work is not counted as a server's. */
export function startLoader(): Loader {
  const child = fork(`${import.meta.dirname}/load.ts`);

  return {
    run: async (load) => {
      child.send(load);
      const [result] = (await once(child, 'message')) as [LoadResult];

      return result;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await once(child, 'exit');
    },
  };
}
