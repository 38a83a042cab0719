#!/usr/bin/env node
/**
 * The command line for operators: `npx jotter --help`. Its exit codes: 0, it is done; 1, something is in the
 * way that the message names; 2, the command is not written as its help says.
 */
import { keepCompiled } from '../compile-cache.js';

keepCompiled();
process.stdout.on('error', (error) => {
  // Whoever reads may have read enough: `npx jotter user list | head`.
  if ('code' in error && error.code === 'EPIPE') {
    return;
  }
  // What was begun is brought to its end, but something is lost, such as a new secret.
  console.error(`Standard output cannot be written to: ${error.message}`);
  process.once('exit', () => {
    process.exitCode = 1;
  });
});
const [{ createProgram }, { reportFailure }] = await Promise.all([
  import('./program.ts'),
  import('./failure.ts'),
]);
try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error);
}
