import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import { defineConfig, type TestProjectConfiguration } from 'vitest/config';

export default defineConfig({
  root: join(import.meta.dirname, '..'),
  // Without these conditions graphql is loaded twice: once for development, once as Node does it.
  ssr: { resolve: { conditions: ['node', 'module-sync'] } },
  test: {
    include: ['test/**/*.test.ts'],
    // The same tests stand on each of the databases, but for those that concern one of them alone.
    projects: [
      onDatabase('sqlite', 'test/**/*.postgresql.test.ts'),
      onDatabase('postgres', 'test/**/*.sqlite.test.ts'),
    ],
    reporters: ['default', './test/support/summary-reporter.ts'],
    // Nothing in src is kept in module state, so that test files can share a process and its modules.
    isolate: false,
    // Half of the time a test waits: for a hash, a browser, or a server that starts.
    maxWorkers: Math.max(2, availableParallelism()),
    // Some tests start servers and browsers, and a machine may have others to serve.
    testTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 60_000,
  },
});

function onDatabase(name: string, others: string): TestProjectConfiguration {
  return {
    extends: true,
    test: { name, globalSetup: [`test/support/${name}-setup.ts`], exclude: [others] },
  };
}
