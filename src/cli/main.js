#!/usr/bin/env node
/**
 * The command line for operators: `npx jotter --help`. Its exit codes: 0, it is done; 1, something is in the
 * way that the message names; 2, the command is not written as its help says.
 */
import { keepCompiled } from '../compile-cache.js';

keepCompiled();
// Whoever reads may have read enough: `npx jotter user list | head`.
process.stdout.on('error', (error) => {
  if (!('code' in error && error.code === 'EPIPE')) {
    throw error;
  }
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
