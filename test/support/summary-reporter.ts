import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

/**
 * Prints `N passed, N failed` as the last line of the run. What fails outside of a test counts as a
 * failure too: a file that cannot be loaded, an unhandled rejection, the global setup.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const states = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    );
    const passed = states.filter((state) => state === 'passed').length;
    const failed = states.filter((state) => state === 'failed').length;
    const broken = modules.flatMap((module) => module.errors()).length + errors.length;

    // At exit, because the default reporter and the teardown still have something to say.
    process.once('exit', (code) => {
      const atLeast = code === 0 ? 0 : 1;
      process.stdout.write(`${passed} passed, ${Math.max(failed + broken, atLeast)} failed\n`);
    });
  }
}
