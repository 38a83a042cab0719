/**
 * Several processes on one port. The primary starts them, starts another one for each that dies, and tells
 * them to stop; it serves nothing itself.
 */
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from 'pino';

import type { Config } from './config.ts';
import { OperatorError } from './operator-error.ts';

/** How long, in milliseconds, until a worker that has died is replaced: what kills each must not keep the machine busy. */
const PAUSE = 1000;

/** A terminal or a service manager signals all processes at once: the workers leave it to the primary. */
export const signalsForPrimary = ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGUSR2'] as const;

const STOP = 'jotter:stop';

/** What a worker says when it serves. */
interface ServingMessage {
  readonly servingAt: string;
}

class WorkerError extends OperatorError {
  override readonly name = 'WorkerError';
}

/**
 * Starts the workers: the first one alone, so that what keeps it from serving is told once.
 *
 * @throws {WorkerError} when one of them ends before it serves
 */
export async function startWorkers({ workers: count }: Config, log: Logger) {
  const end = new AbortController();
  const origin = await startWorker();
  cluster.on('exit', ({ process: { pid } }: Worker, code: number | null, signal: string | null) => {
    if (!end.signal.aborted) {
      log.error({ event: 'worker_ended', workerPid: pid, code, signal }, 'A worker has ended');
      void replaceWorker(end.signal);
    }
  });

  async function stop(): Promise<void> {
    end.abort();
    await stopWorkers();
  }
  try {
    await Promise.all(Array.from({ length: count - 1 }, startWorker));
  } catch (error) {
    await stop();
    throw error;
  }

  return { origin, stop };
}

/** In a worker: tells the primary that it serves, and ends when the primary says so, or is no more. */
export function obeyPrimary(origin: string, stop: () => void): void {
  for (const signal of signalsForPrimary) {
    process.on(signal, () => {});
  }
  process.on('message', (message) => {
    if (message === STOP) {
      stop();
    }
  });
  process.once('disconnect', stop);
  const message: ServingMessage = { servingAt: origin };
  process.send?.(message);
}

async function startWorker(): Promise<string> {
  const worker = cluster.fork();
  const serving = Promise.withResolvers<string>();
  worker.on('message', (message: unknown) => {
    if (isServingMessage(message)) {
      serving.resolve(message.servingAt);
    }
  });
  worker.once('exit', () => {
    serving.reject(new WorkerError('A worker could not start, and has said why.'));
  });

  return serving.promise;
}

async function replaceWorker(end: AbortSignal): Promise<void> {
  try {
    await sleep(PAUSE, undefined, { signal: end });
    await startWorker();
  } catch {
    // Jotter stops, or the replacement has died as well, and is replaced for its own end.
  }
}

async function stopWorkers(): Promise<void> {
  await Promise.all(Object.values(cluster.workers ?? {}).map(stopWorker));
}

async function stopWorker(worker: Worker | undefined): Promise<void> {
  if (!worker || worker.isDead()) {
    return;
  }
  const exit = once(worker, 'exit');
  // One that cannot be told is about to end.
  worker.send(STOP, () => {});
  await exit;
}

function isServingMessage(message: unknown): message is ServingMessage {
  return typeof message === 'object' && message !== null && 'servingAt' in message;
}
