/** The part of the table of settings that is about how much each person may keep. */
import type { z } from 'zod';

import type { SettingAbout } from './setting-about.ts';
import { wholeNumber } from './setting-parsers.ts';

/** @param about where the settings are described */
export function quotaSettings(about: z.core.$ZodRegistry<SettingAbout>) {
  return {
    NOTES_PER_USER: wholeNumber(1, 10_000_000).register(about, {
      default: '10000',
      description: 'how many notes each person may keep; a note has 400 kB at most',
      example: '10000',
    }),
    SESSIONS_PER_USER: wholeNumber(1, 10_000).register(about, {
      default: '100',
      description: 'how many sessions each person may have; one more login ends the oldest',
      example: '100',
    }),
    ACCESS_TOKENS_PER_USER: wholeNumber(1, 10_000).register(about, {
      default: '50',
      description: 'how many access tokens each person may keep, expired ones included',
      example: '50',
    }),
  };
}
