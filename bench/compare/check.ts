/** Nobody is faster by answering less: all servers must give the same answers to the same posts. */
import { deepStrictEqual } from 'node:assert/strict';

import type { Sample } from './data.ts';
import { postOf, sendersOf } from './post.ts';
import type { RunningServer } from './server.ts';
import type { Answer, Workload } from './workloads.ts';

export async function checkAnswers(
  servers: readonly RunningServer[],
  workload: Workload,
  samples: readonly Sample[],
): Promise<void> {
  const [first, ...others] = servers.filter(({ name }) => name !== 'bare' || workload.hasLimit);
  if (!first) {
    return;
  }
  for (const sample of sendersOf(workload, samples).slice(0, 2)) {
    const expected = await view(first, workload, sample);
    for (const server of others) {
      deepStrictEqual(
        await view(server, workload, sample),
        expected,
        `${server.name} and ${first.name} answer ${workload.name} differently.`,
      );
    }
  }
}

async function view({ origin }: RunningServer, workload: Workload, sample: Sample) {
  const { body, headers } = postOf(workload, sample, 0);
  const response = await fetch(`${origin}/graphql`, { method: 'POST', body, headers });
  const answer = (await response.json()) as Answer;

  return [response.status, (workload.view ?? whole)(answer)];
}

function whole({ data, errors }: Answer): unknown {
  return errors ?? data;
}
