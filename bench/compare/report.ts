import { styleText } from 'node:util';

import type { Measure } from './measure.ts';
import type { ServerKind } from './server.ts';
import type { Workload } from './workloads.ts';

/** One server at one workload. */
export interface Row {
  readonly server: string;
  readonly workload: string;
  readonly perSecond: Spread;
  readonly cpu: Spread;
  readonly memory: Spread;
  readonly p50: Spread;
  readonly p99: Spread;
  /** How many times as fast Jotter was in the same round. */
  readonly jotterIs: Spread | null;
}

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function summarize(measures: readonly Measure[]): Row[] {
  const groups = Object.values(Object.groupBy(measures, key)) as Measure[][];

  return groups.map((group) => {
    const { server, workload } = group[0]!;
    const ratios = group
      .map(({ round, perSecond }) => ratioOfJotter(measures, { round, workload }, perSecond))
      .filter((ratio) => ratio !== null);

    return {
      server,
      workload,
      perSecond: spreadOf(group.map((it) => it.perSecond)),
      cpu: spreadOf(group.map((it) => it.cpu)),
      memory: spreadOf(group.map((it) => it.memory)),
      p50: spreadOf(group.map((it) => it.p50)),
      p99: spreadOf(group.map((it) => it.p99)),
      jotterIs: ratios.length > 0 ? spreadOf(ratios) : null,
    };
  });
}

/** For the terminal: every figure. */
export function terminalTables(rows: readonly Row[], workloads: readonly Workload[]): string {
  return workloads
    .map(({ name, about }) => {
      const lines = rowsOf(rows, name).map((row) =>
        [
          row.server.padEnd(10),
          `${count(row.perSecond.median)}/s`.padStart(9),
          `(${count(row.perSecond.least)} to ${count(row.perSecond.most)})`.padEnd(18),
          `CPU ${row.cpu.median.toFixed(3)} ms`,
          `p50 ${row.p50.median.toFixed(1)} ms`,
          `p99 ${row.p99.median.toFixed(1)} ms`.padEnd(13),
          `${mebibytes(row.memory.median)} MiB`.padStart(8),
          row.jotterIs ? `  jotter x${row.jotterIs.median.toFixed(2)}` : '',
        ].join('  '),
      );

      return [styleText('bold', `${name}: ${about}`), ...lines, ''].join('\n');
    })
    .join('\n');
}

/** For the documentation: medians, with the range of the ratio. */
export function markdownTables(
  rows: readonly Row[],
  workloads: readonly Workload[],
  kinds: readonly ServerKind[],
  { node, rounds, seconds, warmSeconds, connections }: Record<string, unknown>,
): string {
  const head = ['', ...workloads.map(({ name }) => name)];
  const table = (cell: (row: Row) => string, shown = kinds) =>
    [
      line(head),
      line(head.map(() => '---')),
      ...shown.map(({ name, about }) =>
        line([
          about,
          ...workloads.map((workload) => {
            const row = rowsOf(rows, workload.name).find(({ server }) => server === name);

            return row ? cell(row) : '';
          }),
        ]),
      ),
    ].join('\n');

  return [
    `Node ${node}, ${connections} connections, ${rounds} rounds of ${seconds} s after ${warmSeconds} s each to warm up, medians.`,
    'Requests per second, and CPU in milliseconds per request:',
    table(({ perSecond, cpu }) => `${count(perSecond.median)} (${cpu.median.toFixed(3)})`),
    'How many times as fast Jotter is (range over the rounds):',
    table(
      ({ jotterIs }) =>
        jotterIs
          ? `${jotterIs.median.toFixed(2)} (${jotterIs.least.toFixed(2)} to ${jotterIs.most.toFixed(2)})`
          : '',
      kinds.filter(({ name }) => name !== 'jotter'),
    ),
    'Latency in milliseconds, p50 and p99, and memory in MiB under load:',
    table(
      ({ p50, p99, memory }) =>
        `${p50.median.toFixed(1)}, ${p99.median.toFixed(1)}; ${mebibytes(memory.median)}`,
    ),
    '',
  ].join('\n\n');
}

export function rowsOf(rows: readonly Row[], workload: string): Row[] {
  return rows
    .filter((row) => row.workload === workload)
    .toSorted((one, other) => other.perSecond.median - one.perSecond.median);
}

function key({ server, workload }: Measure): string {
  return `${server} ${workload}`;
}

function ratioOfJotter(
  measures: readonly Measure[],
  { round, workload }: { round: number; workload: string },
  perSecond: number,
): number | null {
  const jotter = measures.find(
    (it) => it.server === 'jotter' && it.round === round && it.workload === workload,
  );

  return jotter ? jotter.perSecond / perSecond : null;
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  const [below, above] = [sorted[Math.ceil(middle) - 1]!, sorted[Math.floor(middle)]!];

  return { median: (below + above) / 2, least: sorted[0]!, most: sorted.at(-1)! };
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function count(value: number): string {
  const digits = value < 1000 ? 2 : 3;

  return Number(value.toPrecision(digits)).toLocaleString('en');
}

function mebibytes(bytes: number): string {
  return String(Math.round(bytes / 2 ** 20));
}
