import { writeFileSync } from 'node:fs';
/**
 * Compares Jotter, as shipped and with production settings, with what a user would pick instead.
 *
 *     npm ci --prefix bench/compare && npm run bench -- --quick
 *
 * All servers run at once on the loopback address, each on a copy of the same data. Rounds are interleaved:
 * in each one, every server gets every workload once, in random order. Trust the ratios, which are medians
 * over rounds; the absolute figures are those of this machine on this day.
 */
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { startCommand } from '../start-command.ts';
import { drawChart } from './chart.ts';
import { checkAnswers } from './check.ts';
import { copyData, createData } from './data.ts';
import { startLoader } from './loader.ts';
import { measure } from './measure.ts';
import { markdownTables, summarize, terminalTables } from './report.ts';
import { startServer, type RunningServer, type ServerKind } from './server.ts';
import { workloads } from './workloads.ts';

const jotter = resolve(import.meta.dirname, '../..');

const { values: options } = parseArgs({
  options: {
    /** Ratios within two minutes, of servers that are not quite warm. */
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    /** How long a server has a workload in each round. */
    seconds: { type: 'string' },
    /** The same before the first round. */
    warm: { type: 'string' },
    connections: { type: 'string', default: '32' },
    servers: { type: 'string' },
    workloads: { type: 'string' },
    /** Another checkout of Jotter, to compare a change with what was before. */
    before: { type: 'string' },
    /** How many notes the user with the longest list has. */
    longest: { type: 'string', default: '100000' },
    /** Where the results go besides the terminal. */
    json: { type: 'string' },
    markdown: { type: 'string' },
    chart: { type: 'string' },
  },
});

const kinds: ServerKind[] = [
  {
    name: 'bare',
    about: 'node:http, prepared statements, JSON by hand',
    program: './peers/bare.ts',
  },
  { name: 'jotter', about: 'Jotter as shipped', ...(await startCommand(jotter)) },
  { name: 'mercurius', about: 'Mercurius + graphql-jit', program: './peers/mercurius.ts' },
  { name: 'yoga', about: 'Yoga + Pothos, no ORM', program: './peers/yoga.ts' },
  { name: 'apollo', about: 'Apollo Server 5 + Express', program: './peers/apollo.ts' },
];
if (options.before !== undefined) {
  kinds.push({ name: 'before', about: 'Jotter before', ...(await startCommand(options.before)) });
}

const QUICK = ['W1', 'W2', 'W3', 'W4', 'W6'];
const chosenKinds = kinds.filter(({ name }) => isChosen(name, options.servers));
const chosen = workloads.filter(({ name }) =>
  options.quick && options.workloads === undefined
    ? QUICK.includes(name)
    : isChosen(name, options.workloads),
);
const rounds = number('rounds', options.rounds ?? (options.quick ? '2' : '9'), 100);
const seconds = number('seconds', options.seconds ?? (options.quick ? '0.7' : '3'), 30);
const warmSeconds = number('warm', options.warm ?? (options.quick ? '1' : '8'), 60);
const connections = number('connections', options.connections, 1_000);
const longest = number('longest', options.longest, 20_000_000);

await using folder = await mkdtempDisposable(join(tmpdir(), 'jotter-compare-'));
const template = join(folder.path, 'template.db');
const samples = await createData(template, jotter, longest);

await using parts = new AsyncDisposableStack();
const servers: RunningServer[] = [];
for (const kind of chosenKinds) {
  const database = copyData(template, join(folder.path, `${kind.name}.db`));
  servers.push(parts.use(await startServer(kind, database)));
}
const loader = parts.use(startLoader());

for (const workload of chosen) {
  await checkAnswers(servers, workload, samples);
}
const measures = await measure({
  servers,
  workloads: chosen,
  samples,
  loader,
  rounds,
  seconds,
  warmSeconds,
  connections,
});
const summary = summarize(measures);
console.log(terminalTables(summary, chosen));
write(options.json, () => JSON.stringify({ ...machine(), summary, measures }, null, 2));
write(options.markdown, () => markdownTables(summary, chosen, chosenKinds, machine()));
write(options.chart, () => drawChart(summary, chosen, chosenKinds));

function isChosen(name: string, list: string | undefined): boolean {
  return list === undefined || name === 'before' || list.split(',').includes(name);
}

function number(name: string, text: string, most: number): number {
  const value = Number(text);
  if (!(value > 0 && value <= most)) {
    throw new RangeError(`--${name} takes a number above 0, and at most ${most}.`);
  }

  return value;
}

function machine() {
  return { node: process.version, rounds, seconds, warmSeconds, connections, longest };
}

function write(path: string | undefined, content: () => string): void {
  if (path !== undefined) {
    writeFileSync(path, content());
  }
}
