/** What the URL of a database tells: SQLite's is `sqlite:` and a path, every other one is PostgreSQL's. */

/** The path of a SQLite file, or `:memory:`; null for PostgreSQL. */
export function sqlitePath(databaseUrl: string): string | null {
  const [, path = null] = /^sqlite:(.+)$/su.exec(databaseUrl) ?? [];

  return path;
}

/** Null when the database is no file. */
export function databaseFile(databaseUrl: string): string | null {
  const path = sqlitePath(databaseUrl);

  return path === ':memory:' ? null : path;
}

/** Where the data is, for people: without the user and the password that a URL may hold. */
export function describeDatabase(databaseUrl: string): string {
  const path = sqlitePath(databaseUrl);
  if (path !== null) {
    return path;
  }
  const { host, pathname } = new URL(databaseUrl);

  return `the PostgreSQL database ${decodeURIComponent(pathname.slice(1))} at ${host}`;
}
