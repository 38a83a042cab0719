import { parse } from 'bowser';

import type { Exchange } from '../http/exchange.ts';

/** As much of it as is stored: 512 characters. Null when none is sent. */
export function userAgentOf({ headers }: Pick<Exchange, 'headers'>): string | null {
  return headers['user-agent']?.slice(0, 512) ?? null;
}

/** Where a session is used, for a person to recognise: `Firefox on Linux`. Null when it cannot be told. */
export function deviceOf(userAgent: string | null | undefined): string | null {
  const { browser, os } = parse(userAgent || 'unknown');
  const name = browser.name || userAgent?.split(/[/\s]/u, 1)[0];
  if (!name) {
    return null;
  }

  return os.name ? `${name} on ${os.name}` : name;
}

/** The kind of browser, whatever its version: a cookie that turns up in another kind was carried there. */
export function browserFamilyOf(userAgent: string | null | undefined): string {
  const { browser, os } = parse(userAgent || 'unknown');

  return `${browser.name ?? ''}/${os.name ?? ''}`;
}
