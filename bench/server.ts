/** A real server in a process of its own, for as long as a bench runs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import { startCommand } from './start-command.ts';

export interface BenchServer extends AsyncDisposable {
  readonly origin: string;
  readonly metricsOrigin: string;
  /** How many lines of its log there were, by event and code. */
  readonly events: ReadonlyMap<string, number>;
  /** Whatever the probes in its process have sent. */
  readonly probed: number[];
  /** @returns the exit code */
  stop(): Promise<number | null>;
}

/**
 * @param directory where it runs, with the database `bench.db`
 * @param probe a module that runs in its process, too
 */
export async function startServer(
  directory: string,
  env: Readonly<Record<string, string>> = {},
  probe: string | null = null,
): Promise<BenchServer> {
  const root = join(import.meta.dirname, '..');
  const { flags, program } = await startCommand(root);
  const probing = probe ? ['--import', probe] : [];
  const child = spawn(process.execPath, [...flags, ...probing, program], {
    cwd: directory,
    env: { PORT: '0', METRICS_PORT: '0', DATABASE_URL: 'sqlite:bench.db', ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const probed: number[] = [];
  child.on('message', (value) => probed.push(Number(value)));
  const events = new Map<string, number>();
  const origins = new Map<string, string>();
  createInterface(child.stdout!).on('line', (line) => {
    const { event, origin, code } = JSON.parse(line);
    const what = code ? `${event} ${code}` : String(event);
    events.set(what, (events.get(what) ?? 0) + 1);
    if (origin) {
      origins.set(event, origin);
    }
  });
  while (!origins.has('server_started')) {
    if (child.exitCode !== null) {
      throw new Error('The server did not start.');
    }
    await sleep(20);
  }

  return {
    origin: origins.get('server_started') ?? '',
    metricsOrigin: origins.get('metrics_served') ?? '',
    events,
    probed,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');

      return child.exitCode;
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    },
  };
}

/** One of the numbers that Prometheus would read. */
export async function readMetric({ metricsOrigin }: BenchServer, name: string): Promise<number> {
  const text = await (await fetch(`${metricsOrigin}/metrics`)).text();

  return Number(new RegExp(`^${name} (\\S+)$`, 'mu').exec(text)?.[1]);
}

export function mebibytes(bytes: number): number {
  return Math.round(bytes / 1024 / 102.4) / 10;
}
