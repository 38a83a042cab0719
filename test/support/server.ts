/**
 * The real server, as a process of its own.
 *
 *     await using server = await startServer();
 *     const { data } = await server.client().query('{ viewer { username } }');
 *     expect(await server.stop('SIGTERM')).toBe(0);
 */
import { createInterface } from 'node:readline';

import { vi } from 'vitest';

import { TestClient } from './client.ts';
import { databaseUrlIn } from './database.ts';
import { createFolder } from './folder.ts';
import { exitOf, MAIN, spawnNode } from './program.ts';
import { createSecretsGuard } from './secrets.ts';

export interface TestServer extends AsyncDisposable {
  readonly origin: string;
  readonly pid: number;
  /** The lines of its log so far. */
  readonly logged: readonly LogLine[];
  /** What it has printed besides. */
  readonly printed: readonly string[];
  /** A client whom nobody knows yet. */
  client(): TestClient;
  /** Waits for a line of the log with this event. */
  untilLogged(event: string): Promise<LogLine>;
  /** Sends a signal, and does not wait. */
  kill(signal: NodeJS.Signals): void;
  /** @returns the exit code; null when the signal itself ended it */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** The exit code, when it has come to its end. */
  ended(): Promise<number | null>;
}

export type LogLine = Readonly<Record<string, unknown>>;

export interface TestServerOptions {
  /** Its working directory, with the database; otherwise it gets one that goes with it. */
  readonly directory?: string;
  /** The arguments of Node. */
  readonly args?: readonly string[];
}

/**
 * @param env all of the settings; the port is a free one, and the database lies in the directory, unless they
 *   say otherwise
 * @throws {Error} when the server ends instead of serving
 */
export async function startServer(
  env: Readonly<Record<string, string>> = {},
  { directory, args = [MAIN] }: TestServerOptions = {},
): Promise<TestServer> {
  await using parts = new AsyncDisposableStack();
  const cwd = directory ?? parts.use(await createFolder()).path;
  const child = spawnNode(args, {
    directory: cwd,
    env: { PORT: '0', DATABASE_URL: await databaseUrlIn(cwd), ...env },
  });
  parts.defer(async () => {
    child.kill('SIGKILL');
    await exitOf(child);
  });

  const logged: LogLine[] = [];
  const printed: string[] = [];
  createInterface(child.stdout).on('line', (line) => {
    if (line.startsWith('{"level":')) {
      logged.push(JSON.parse(line));
    } else {
      printed.push(line);
    }
  });
  createInterface(child.stderr).on('line', (line) => printed.push(line));
  let isOver = false;
  child.once('close', () => {
    isOver = true;
  });

  async function untilLogged(event: string): Promise<LogLine> {
    const found = await vi.waitUntil(
      () => logged.find((line) => line['event'] === event) ?? (isOver ? 'over' : undefined),
      { timeout: 30_000, interval: 10 },
    );
    if (found === 'over') {
      throw new Error(`The server ended before ${event}: ${printed.join('\n')}`);
    }

    return found;
  }

  const { origin, pid } = await untilLogged('server_started');
  const guard = createSecretsGuard();
  const running = parts.move();

  return {
    origin: String(origin),
    pid: Number(pid),
    logged,
    printed,
    client: () =>
      new TestClient(
        guard.over(async (request) => fetch(request)),
        String(origin),
      ),
    untilLogged,
    kill: (signal) => child.kill(signal),
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);

      return exitOf(child);
    },
    ended: async () => exitOf(child),
    [Symbol.asyncDispose]: async () => {
      await running.disposeAsync();
      guard.check([...logged, ...printed]);
    },
  };
}
