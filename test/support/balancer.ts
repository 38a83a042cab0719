import { once } from 'node:events';
import { Agent, createServer, request as send } from 'node:http';
import { pipeline } from 'node:stream/promises';

/** A proxy in front of several servers, as simple as one can be that never sends a request to its grave. */
export interface Balancer extends AsyncDisposable {
  readonly origin: string;
  /** Waits until so many servers are ready. */
  untilReady(count: number): Promise<void>;
}

/** How often, in milliseconds, servers are asked whether they are ready. */
const INTERVAL = 100;

export async function createBalancer(origins: readonly string[]): Promise<Balancer> {
  const agent = new Agent({ keepAlive: false });
  let ready: readonly string[] = [];
  let turn = 0;

  async function look(): Promise<void> {
    const states = await Promise.all(origins.map(isReady));
    ready = origins.filter((_, index) => states[index]);
  }

  const server = createServer((request, response) => {
    turn += 1;
    const target = ready[turn % ready.length];
    const { method, headers, url } = request;
    const forwarded = send(`${target}${url}`, { method, headers, agent });
    forwarded.on('error', () => response.destroy());
    forwarded.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response).catch(() => response.destroy());
    });
    pipeline(request, forwarded).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  await look();
  const timer = setInterval(() => void look(), INTERVAL);
  const address = server.address();

  return {
    origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    untilReady: async (count) => {
      while (ready.length !== count) {
        await new Promise((resolve) => {
          setTimeout(resolve, INTERVAL);
        });
      }
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function isReady(origin: string): Promise<boolean> {
  try {
    return (await fetch(`${origin}/ready`)).ok;
  } catch {
    return false;
  }
}
