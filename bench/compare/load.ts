/**
 * Sends posts over a number of connections for some time, in a process of its own. Each connection sends
 * its next post when it has the answer to the one before. It takes the lowest way of undici's: a promise and a stream
 * for each answer would take more of the machine than the answer does.
 */
import { Client, type Dispatcher } from 'undici';

import { TURN } from './turn.ts';

export interface Load {
  readonly origin: string;
  readonly connections: number;
  readonly seconds: number;
  /** Sent in turn. `TURN` in a body is replaced by a number that does not come again. */
  readonly posts: readonly Post[];
}

export interface Post {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface LoadResult {
  readonly answers: number;
  readonly failures: number;
  readonly seconds: number;
  /** In milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

let turn = 0;

process.on('message', (load: Load) => {
  void run(load).then((result) => process.send?.(result));
});

async function run({ origin, connections, seconds, posts }: Load): Promise<LoadResult> {
  const latencies: number[] = [];
  let failures = 0;
  const start = performance.now();
  const end = start + seconds * 1000;

  async function connection(): Promise<void> {
    const client = new Client(origin);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let sent = NaN;
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: () => {
        sent = performance.now();
      },
      onResponseStart: (_, statusCode) => {
        if (statusCode !== 200) {
          failures += 1;
        }
      },
      onResponseData: () => undefined,
      onResponseEnd: () => {
        const now = performance.now();
        latencies.push(now - sent);
        if (now < end) {
          send();
        } else {
          resolve();
        }
      },
      onResponseError: (_, error) => reject(error),
    };

    function send(): void {
      turn += 1;
      const { headers, body } = posts[turn % posts.length]!;
      const post = { headers, body: body.replace(TURN, String(turn)) };
      client.dispatch({ method: 'POST', path: '/graphql', ...post }, handler);
    }

    send();
    await promise;
    await client.close();
  }
  await Promise.all(Array.from({ length: connections }, connection));
  const elapsed = (performance.now() - start) / 1000;
  latencies.sort((one, other) => one - other);

  return {
    answers: latencies.length,
    failures,
    seconds: elapsed,
    p50: latencies[Math.floor(latencies.length * 0.5)] ?? NaN,
    p99: latencies[Math.floor(latencies.length * 0.99)] ?? NaN,
  };
}
