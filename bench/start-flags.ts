import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What Node is started with by `npm start`.
 *
 * @param root the folder of a checkout
 */
export async function startFlags(root: string): Promise<string[]> {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

  return scripts.start.split(' ').slice(1, -1);
}
