import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { SECRET } from './data.ts';

export interface ServerKind {
  readonly name: string;
  readonly about: string;
  readonly program: string;
  /** What Node is started with. */
  readonly flags?: readonly string[];
}

export interface RunningServer extends AsyncDisposable {
  readonly name: string;
  readonly origin: string;
  usage(): Promise<Usage>;
}

/** CPU in milliseconds since the start, memory in bytes. */
export interface Usage {
  readonly cpu: number;
  readonly memory: number;
}

/** Starts a server as in production, on the loopback address. */
export async function startServer(
  { name, program, flags = [] }: ServerKind,
  database: string,
): Promise<RunningServer> {
  const port = await freePort();
  const child = fork(program, {
    cwd: import.meta.dirname,
    execArgv: [...flags, '--import', import.meta.resolve('./usage.js'), ...profiling()],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      DATABASE_URL: `sqlite:${database}`,
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: 'https://jotter.example',
      SESSION_SECRETS: SECRET,
      // Logins come from many addresses, as they would through a proxy.
      TRUSTED_PROXIES: '1',
      // One of the users has more than anybody may.
      NOTES_PER_USER: '10000000',
    },
  });
  const origin = `http://127.0.0.1:${port}`;
  await answers(origin, child);

  return {
    name,
    origin,
    usage: async () => {
      child.send('usage');
      const [usage] = (await once(child, 'message')) as [Usage];

      return usage;
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') {
    throw new TypeError('The server does not listen on a port.');
  }

  return address.port;
}

/** `SERVER_OPTIONS='--cpu-prof --cpu-prof-dir=...'` profiles the servers. */
function profiling(): string[] {
  return process.env['SERVER_OPTIONS']?.split(' ') ?? [];
}

async function answers(origin: string, child: ChildProcess): Promise<void> {
  for (let patience = 200; patience > 0; patience -= 1) {
    if (child.exitCode !== null) {
      break;
    }
    try {
      await (await fetch(origin)).arrayBuffer();
      return;
    } catch {
      await sleep(50);
    }
  }
  throw new Error(`The server at ${origin} did not start.`);
}
