/** Who on this machine can read or change what only the server should. */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';

import { secretFolder, type Config } from '../../config.ts';
import { secretFile } from '../../config/development-secret.ts';
import { databaseFile } from '../../database/database-url.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

const READ_BY_OTHERS = 0o044;
const WRITTEN_BY_OTHERS = 0o022;
const ENTERED_BY_OTHERS = 0o011;

export function checkFiles({ databaseUrl }: Config): Finding[] {
  if (process.platform === 'win32') {
    return [ok('files', 'Who may read them is not checked on Windows.')];
  }
  const file = databaseFile(databaseUrl);
  const database = file === null ? [] : ['', '-wal', '-shm'].map((end) => file + end);
  const findings = ['.env', secretFile(secretFolder(databaseUrl)), ...database]
    .map(checkFile)
    .filter((finding) => finding !== null);

  return findings.length > 0 ? findings : [ok('files', 'They are for their owner alone.')];
}

function checkFile(path: string): Finding | null {
  const mode = modeOf(path);
  const isOpen = (modeOf(dirname(path)) & ENTERED_BY_OTHERS) !== 0;
  const advice = `chmod 600 ${path}`;
  if (isOpen && (mode & WRITTEN_BY_OTHERS) !== 0) {
    return fail('files', `Others on this machine can change ${path}.`, advice);
  }
  if (isOpen && (mode & READ_BY_OTHERS) !== 0) {
    return warn('files', `Others on this machine can read ${path}.`, advice);
  }

  return null;
}

/** 0, which is open to nobody, for what is not there. */
function modeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
}
