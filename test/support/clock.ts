import type { Clock } from '../../src/clock.ts';

export interface TestClock extends Clock {
  /** Goes on by so many milliseconds, or back. */
  advance(milliseconds: number): void;
}

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A clock that stands still until it is advanced. */
export function createTestClock(start = new Date()): TestClock {
  let now = start.getTime();

  return Object.assign(() => new Date(now), {
    advance: (milliseconds: number) => {
      now += milliseconds;
    },
  });
}
