import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/**
 * What `npm start` runs.
 *
 * @param root the folder of a checkout
 */
export async function startCommand(root: string): Promise<{ flags: string[]; program: string }> {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const [, ...args]: string[] = scripts.start.split(' ');

  return { flags: args.slice(0, -1), program: resolve(root, args.at(-1)!) };
}
