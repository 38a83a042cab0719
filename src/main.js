/** The server, as a program. */
import { keepCompiled } from './compile-cache.js';

keepCompiled();
const { start } = await import('./start.ts');
await start();
