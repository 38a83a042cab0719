import { createHook } from 'node:async_hooks';

/** How many argon2 hashes are really computed in this process while something runs. */
export async function hashesOf(run: () => Promise<unknown>): Promise<number> {
  let hashes = 0;
  const hook = createHook({
    init: (_id, type) => {
      if (type === 'argon2:HashWorker') hashes += 1;
    },
  });

  hook.enable();
  try {
    await run();
  } finally {
    hook.disable();
  }

  return hashes;
}
