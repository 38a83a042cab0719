import { Command } from 'commander';

import { systemClock } from '../clock.ts';
import { OperatorError } from '../operator-error.ts';
import { checkDatabase } from './doctor/database.ts';
import { checkFiles } from './doctor/files.ts';
import type { Finding } from './doctor/finding.ts';
import { checkClock, checkNode, checkPasswordSpeed } from './doctor/machine.ts';
import { checkMail } from './doctor/mail.ts';
import { checkSettings } from './doctor/settings.ts';
import { example } from './example.ts';
import { countText, jsonOption, printJson, type PrintOptions } from './print.ts';

/** Looks at what a server stands on. It may run while the server does. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('checks the settings, the database, the files, the clock and the machine')
    .addOption(jsonOption())
    .addHelpText('after', example('npx jotter doctor'))
    .action(async ({ json }: PrintOptions) => {
      const findings = await examine(systemClock());
      if (json) {
        printJson(findings);
      } else {
        console.log(findings.map(lineOf).join('\n'));
      }
      const failed = findings.filter(({ level }) => level === 'fail').length;
      if (failed > 0) {
        throw new OperatorError(`${countText(failed, 'check')} failed.`);
      }
    });
}

async function examine(now: Date): Promise<readonly Finding[]> {
  const machine = [checkNode(process.versions.node), checkClock(now), await checkPasswordSpeed()];
  const { config, findings } = checkSettings(now);
  if (!config) {
    return [...machine, ...findings];
  }

  return [
    ...machine,
    ...findings,
    ...checkFiles(config),
    await checkMail(config),
    ...(await checkDatabase(config, now)),
  ];
}

function lineOf({ level, about, message, advice }: Finding): string {
  const line = `${level.padEnd(4)}  ${about.padEnd(10)}  ${message}`;

  return advice === null ? line : `${line}\n${' '.repeat(18)}-> ${advice}`;
}
