import { defineConfig } from 'vitest/config';
export default defineConfig({ root: '/work/main', ssr: { resolve: { conditions: ['node', 'module-sync'] } }, test: { globalSetup: ['test/support/global-setup.ts'], include: ['test/**/*.test.ts'] } });
