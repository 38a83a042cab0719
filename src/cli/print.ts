/** Lists on the terminal: a table for people, or JSON for programs. */
import { Option } from 'commander';

/** A heading, and the text below it in the line of one item. */
export type Column<Item> = readonly [heading: string, text: (item: Item) => string];

export interface PrintOptions {
  readonly json?: boolean | undefined;
}

export function jsonOption(): Option {
  return new Option('--json', 'prints JSON for programs');
}

/**
 * @param columns what somebody else has written stands in the last one, where its width moves nothing
 * @param whenEmpty a sentence
 */
export function printList<Item>(
  items: readonly Item[],
  columns: readonly Column<Item>[],
  whenEmpty: string,
  { json = false }: PrintOptions,
): void {
  if (json) {
    printJson(items);
  } else {
    console.log(items.length > 0 ? table(items, columns) : whenEmpty);
  }
}

export function printJson(items: readonly unknown[]): void {
  console.log(harmless(JSON.stringify(items, null, 2)));
}

/** To the minute, in UTC. */
export function timeText(time: Date): string {
  return time.toISOString().slice(0, 16).replace('T', ' ');
}

export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function table<Item>(items: readonly Item[], columns: readonly Column<Item>[]): string {
  const lines = [
    columns.map(([heading]) => heading.toUpperCase()),
    ...items.map((item) => columns.map(([, text]) => harmless(text(item)))),
  ];
  const widths = columns.map((_, index) =>
    Math.max(...lines.map((line) => line[index]?.length ?? 0)),
  );

  return lines
    .map((line) => line.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Written out as JSON does it: a name must not move the cursor, or turn the text around. */
function harmless(text: string): string {
  return text.replace(/[^\n\P{C}]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) =>
      escaped(character.charCodeAt(index)),
    ).join(''),
  );
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
