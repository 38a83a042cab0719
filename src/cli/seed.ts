import type { EntityManager } from '@mikro-orm/core';
import { Command } from 'commander';

import { createPasswords } from '../auth/passwords.ts';
import { systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Orm } from '../database/orm-options.ts';
import { Note } from '../notes/note.ts';
import { OperatorError } from '../operator-error.ts';
import { User, usernameKey } from '../users/user.ts';
import { commandConfig } from './command-config.ts';
import { example } from './example.ts';
import { insteadOfServer } from './operator-database.ts';

const usernames = ['ada.demo', 'grace.demo', 'linus.demo'];
const password = 'ten thousand paper boats';
const notesPerUser = 100;

/** Fills a development database with something to look at. */
export function seedCommand(): Command {
  return new Command('seed')
    .description('adds demonstration users and notes; not in production')
    .addHelpText('after', example('npx jotter seed'))
    .action(async () => {
      if (commandConfig().isProduction) {
        throw new OperatorError(
          'Demonstration data has no place in production: nothing was added.',
        );
      }
      await insteadOfServer(fill);
    });
}

async function fill(orm: Orm, { passwordMinLength }: Config): Promise<void> {
  await orm.migrator.up();
  const passwordHash = await createPasswords({ minLength: passwordMinLength }).hash(password);

  console.log(await seed(orm.em.fork(), passwordHash));
}

async function seed(em: EntityManager, passwordHash: string): Promise<string> {
  const [first = ''] = usernames;
  if (await em.count(User, { usernameKey: usernameKey(first) })) {
    return 'The demonstration data is there already: nothing was added.';
  }
  for (const username of usernames) {
    const author = em.create(User, {
      username,
      usernameKey: usernameKey(username),
      passwordHash,
      createdAt: systemClock(),
    });
    for (let number = 1; number <= notesPerUser; number += 1) {
      createNote(em, author, number);
    }
  }
  await em.flush();

  return `Added ${usernames.length * notesPerUser} notes by ${usernames.join(', ')}. Their password is: ${password}`;
}

function createNote(em: EntityManager, author: User, number: number): void {
  const now = systemClock();
  em.create(Note, {
    author,
    title: `${topics[number % topics.length]}, part ${number}`,
    body: `The ${number}. note of ${author.username}.\n\n- [ ] read it\n- [ ] **keep** it`,
    visibility: number % 3 === 0 ? 'PUBLIC' : 'PRIVATE',
    version: 1,
    createdAt: now,
    updatedAt: now,
  });
}

const topics = ['Garden', 'Reading list', 'Recipe', 'Travel', 'Meeting', 'Idea', 'Shopping'];
