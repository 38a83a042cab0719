/** Whether the machine is fit for it: Node, the clock, and how long a password takes. */
import { performance } from 'node:perf_hooks';

import manifest from '../../../package.json' with { type: 'json' };
import { createPasswords } from '../../auth/passwords.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

/** In milliseconds. Two at a time are hashed, so that this bounds the logins per second. */
const SLOW_HASH = 500;

/** No Jotter is older: a clock that shows less was never set. */
const FIRST_RELEASE = new Date('2026-11-23T00:00:00Z');

export function checkNode(version: string): Finding {
  const needed = Number(/\d+/u.exec(manifest.engines.node)?.[0]);
  if (Number.parseInt(version, 10) < needed) {
    const advice = `Use Node ${needed} or newer; \`npm ci\` brings one, and npm and npx find it.`;
    return fail('node', `Node ${version} is too old.`, advice);
  }

  return ok('node', `Node ${version}`);
}

export async function checkPasswordSpeed(): Promise<Finding> {
  const passwords = createPasswords({ minLength: 1 });
  await passwords.hash('the first one takes longer');
  const start = performance.now();
  await passwords.hash('a password');
  const duration = Math.round(performance.now() - start);
  const message = `A password takes ${duration} ms to check.`;

  return duration > SLOW_HASH
    ? warn(
        'passwords',
        message,
        'Logins will be slow: give the machine a faster or a less busy CPU.',
      )
    : ok('passwords', message);
}

export function checkClock(now: Date): Finding {
  const time = now.toISOString();

  return now < FIRST_RELEASE
    ? fail(
        'clock',
        `The clock says ${time}, which is long past.`,
        'Set it, best by NTP: sessions end by it.',
      )
    : ok('clock', `It is ${time}.`);
}
