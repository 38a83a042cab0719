import { USER_AGENT, type Sample } from './data.ts';
import type { Post } from './load.ts';
import type { Workload } from './workloads.ts';

/** What a client sends, in the name of one user. */
export function postOf({ post, isLoggedIn }: Workload, sample: Sample, index: number): Post {
  return {
    headers: {
      'content-type': 'application/json',
      'user-agent': USER_AGENT,
      'x-forwarded-for': `10.${(index >> 8) & 255}.${index & 255}.1`,
      ...(isLoggedIn && { cookie: sample.cookie }),
    },
    body: JSON.stringify(post(sample)),
  };
}

/** Who sends a workload. */
export function sendersOf({ senders }: Workload, samples: readonly Sample[]): readonly Sample[] {
  if (senders === 'longest list') {
    return samples.slice(0, 1);
  }

  return samples.filter((_, index) => index > 0 && (index % 10 === 0) === (senders === 'writers'));
}
