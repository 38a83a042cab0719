import type { Sample } from './data.ts';
import type { LoadResult } from './load.ts';
import type { Loader } from './loader.ts';
import { postOf, sendersOf } from './post.ts';
import type { RunningServer } from './server.ts';
import type { Workload } from './workloads.ts';

export interface Measure {
  readonly round: number;
  readonly server: string;
  readonly workload: string;
  readonly perSecond: number;
  /** Of the server's process, in milliseconds per request. */
  readonly cpu: number;
  /** Resident, in bytes, when the load had ended. */
  readonly memory: number;
  /** In milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

export interface MeasureOptions {
  readonly servers: readonly RunningServer[];
  readonly workloads: readonly Workload[];
  readonly samples: readonly Sample[];
  readonly loader: Loader;
  readonly rounds: number;
  readonly seconds: number;
  /** How long a server has a workload before the first round that counts. */
  readonly warmSeconds: number;
  readonly connections: number;
}

/** Round 0 warms up, and is not counted: a server that has run for a day is compiled to the end. */
export async function measure(options: MeasureOptions): Promise<Measure[]> {
  const measures: Measure[] = [];
  for (let round = 0; round <= options.rounds; round += 1) {
    for (const [workload, server] of shuffled(pairsOf(options))) {
      const seconds = round === 0 ? options.warmSeconds : options.seconds;
      const result = await measureOne(server, workload, { ...options, seconds });
      if (round > 0) {
        measures.push({ round, server: server.name, workload: workload.name, ...result });
      }
    }
    process.stderr.write(`\rround ${round} of ${options.rounds} `);
  }
  process.stderr.write('\n');

  return measures;
}

function pairsOf({ servers, workloads }: MeasureOptions): [Workload, RunningServer][] {
  return workloads.flatMap((workload) =>
    servers
      .filter(({ name }) => name !== 'bare' || workload.hasLimit)
      .map((server): [Workload, RunningServer] => [workload, server]),
  );
}

async function measureOne(
  server: RunningServer,
  workload: Workload,
  { samples, loader, seconds, connections }: MeasureOptions,
) {
  const posts = sendersOf(workload, samples).map((sample, index) =>
    postOf(workload, sample, index),
  );
  const before = await server.usage();
  const { answers, ...result } = await loader.run({
    origin: server.origin,
    connections,
    seconds,
    posts,
  });
  const after = await server.usage();
  failOnFailures(server, workload, result);

  return {
    perSecond: answers / result.seconds,
    cpu: (after.cpu - before.cpu) / answers,
    memory: after.memory,
    p50: result.p50,
    p99: result.p99,
  };
}

function failOnFailures(
  { name }: RunningServer,
  workload: Workload,
  { failures }: Pick<LoadResult, 'failures'>,
): void {
  if (failures > 0) {
    throw new Error(`${name} failed ${failures} times at ${workload.name}.`);
  }
}

/** Nobody always comes after the same one. */
function shuffled<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ item }) => item);
}
