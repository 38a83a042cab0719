import { readdir, readFile } from 'node:fs/promises';
import { setPriority } from 'node:os';

/** How much less of a core a thread gets that wants as much as another: a third, by Linux' measure (sched(7)). */
const NICENESS = 5;

/**
 * Lets the threads that hash passwords give way to the one that answers. Node has a pool of them, for files and names
 * too, and Linux keeps a priority for each thread; elsewhere nothing is changed. Where it is not allowed, all threads
 * stay alike, and those who read are slower while many log in.
 */
export async function letPoolGiveWay(): Promise<void> {
  if (process.platform !== 'linux') {
    return;
  }
  // To ask is to use the pool: it is there by the answer.
  const threads = await readdir('/proc/self/task');
  await Promise.all(threads.map(async (thread) => giveWay(thread)));
}

async function giveWay(thread: string): Promise<void> {
  try {
    const name = await readFile(`/proc/self/task/${thread}/comm`, 'utf8');
    if (name.trim() === 'libuv-worker') {
      setPriority(Number(thread), NICENESS);
    }
  } catch {
    // It has ended, or a sandbox keeps its priority.
  }
}
