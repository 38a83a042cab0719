/** The picture for the README: bars of requests per second, one group for each workload. */
import { rowsOf, type Row } from './report.ts';
import type { ServerKind } from './server.ts';
import type { Workload } from './workloads.ts';

const WIDTH = 760;
const LABELS = 190;
const BAR = 18;
const GAP = 34;

export function drawChart(
  rows: readonly Row[],
  workloads: readonly Workload[],
  kinds: readonly ServerKind[],
): string {
  const parts: string[] = [];
  let y = 8;
  for (const { name, about } of workloads.filter(({ hasLimit }) => hasLimit)) {
    const group = rowsOf(rows, name);
    const most = Math.max(...group.map(({ perSecond }) => perSecond.median));
    parts.push(`<text class="title" x="0" y="${y + 14}">${about}</text>`);
    y += 22;
    for (const { server, perSecond, cpu } of group) {
      const kind = kinds.find((it) => it.name === server);
      const length = ((WIDTH - LABELS - 150) * perSecond.median) / most;
      parts.push(
        `<text x="${LABELS - 8}" y="${y + 13}" text-anchor="end">${labelOf(kind)}</text>`,
        `<rect class="${server}" x="${LABELS}" y="${y}" width="${length.toFixed(1)}" height="${BAR - 4}" rx="2"/>`,
        `<text x="${(LABELS + length + 6).toFixed(1)}" y="${y + 12}">${Math.round(perSecond.median).toLocaleString('en')}/s · ${cpu.median.toFixed(2)} ms CPU</text>`,
      );
      y += BAR;
    }
    y += GAP - BAR;
  }

  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" role="img" aria-label="Requests per second of Jotter and others">
<style>
  text { font: 12px system-ui, sans-serif; fill: #57606a }
  .title { font-weight: 600; fill: #24292f }
  rect { fill: #b6bec8 }
  rect.jotter { fill: #1a7f5a }
  rect.bare { fill: #dfe3e8 }
  @media (prefers-color-scheme: dark) {
    text { fill: #9aa4af } .title { fill: #e6edf3 } rect { fill: #545d68 }
    rect.jotter { fill: #3fb98a } rect.bare { fill: #373e47 }
  }
</style>
${parts.join('\n')}
</svg>
`;
}

function labelOf(kind: ServerKind | undefined): string {
  return kind?.name === 'bare' ? 'bare node:http (the limit)' : (kind?.about ?? '');
}
