import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtempDisposable, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { chromium, type Browser } from 'playwright-core';

/**
 * Starts a real Chromium, headless, out of node_modules; `await using` stops it. It reaches this
 * machine only: no other name or address resolves. The switches that its package recommends are
 * left out on purpose: they turn the same-origin policy off, and then nothing is proved.
 */
export async function startBrowser(): Promise<Browser> {
  const folder = await unpackChromium();

  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    // The sandbox refuses to run as root, as tests in a container do.
    chromiumSandbox: false,
    args: [
      '--disable-gpu',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
      '--no-proxy-server',
    ],
    env: {
      ...process.env,
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
    },
  });
}

/**
 * The folder of the unpacked browser, with the fonts and libraries that a bare machine lacks. It is
 * inside the package, so that it goes when the package does, and is made under another name first,
 * because tests run at the same time.
 */
async function unpackChromium(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const folder = join(dirname(entry), 'unpacked');
  if (existsSync(folder)) {
    return folder;
  }

  await using draft = await mkdtempDisposable(`${folder}-`);
  await runFile(process.execPath, ['-e', unpackScript, entry], {
    // The package unpacks into the temporary folder, and the libraries in this environment only.
    env: { TMPDIR: draft.path, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
  });
  await writeFile(join(draft.path, 'fonts.conf'), fontsConfig);
  await rename(draft.path, folder).catch((error: unknown) => {
    // Another test was faster.
    if (!existsSync(folder)) {
      throw error;
    }
  });

  return folder;
}

const runFile = promisify(execFile);

const unpackScript = 'require(process.argv[1]).executablePath()';

const fontsConfig = '<fontconfig><dir prefix="relative">fonts</dir></fontconfig>';
