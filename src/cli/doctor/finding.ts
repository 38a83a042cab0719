/** What a check has found out. `warn` is worth a look; with `fail` the server does not work, or is not safe. */
export interface Finding {
  readonly level: 'fail' | 'ok' | 'warn';
  readonly about: string;
  readonly message: string;
  /** What to do; null when it is fine as it is. */
  readonly advice: string | null;
}

export function ok(about: string, message: string): Finding {
  return { level: 'ok', about, message, advice: null };
}

export function warn(about: string, message: string, advice: string): Finding {
  return { level: 'warn', about, message, advice };
}

export function fail(about: string, message: string, advice: string): Finding {
  return { level: 'fail', about, message, advice };
}
