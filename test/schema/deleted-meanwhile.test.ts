/** An operation is let in, and the account that it belongs to is deleted before it does anything. */
import { expect, test } from 'vitest';

import { AccessToken } from '../../src/auth/access-token.ts';
import { SecurityEvent } from '../../src/auth/security-event.ts';
import { OutboxMail } from '../../src/mail/outbox-mail.ts';
import { Note } from '../../src/notes/note.ts';
import { Session } from '../../src/session/session.ts';
import { User } from '../../src/users/user.ts';
import { mutationSamples } from './mutation-samples.ts';
import { routesTo } from './routes.ts';
import { createWorld, type World } from './world.ts';

const mutations = Object.entries(mutationSamples).flatMap(([coordinate, samples]) =>
  samples.map(({ selection }) => ({ coordinate, selection: selection.replaceAll(/\s+/gu, ' ') })),
);

test.for(mutations)(
  '[A9] nothing is kept for an account that was just deleted: $selection',
  async ({ coordinate, selection }) => {
    await using world: World = await createWorld({
      plugins: [{ onExecute: async () => deleteOwner(world) }],
    });
    const { app, owner, variables } = world;
    const client = await app.as(owner);

    const { errors } = await client.query(routesTo(coordinate).directly(selection), variables);

    expect(errors.map(({ extensions }) => extensions['code'])).not.toContain(
      'INTERNAL_SERVER_ERROR',
    );
    expect(app.complaints()).toEqual([]);
    const em = app.orm.em.fork();
    const { id } = owner;
    expect({
      users: await em.count(User, { id }),
      notes: await em.count(Note, { author: id }),
      sessions: await em.count(Session, { user: id }),
      tokens: await em.count(AccessToken, { user: id }),
      events: await em.count(SecurityEvent, { user: id }),
      mails: await em.count(OutboxMail, { userId: id }),
    }).toEqual({ users: 0, notes: 0, sessions: 0, tokens: 0, events: 0, mails: 0 });
  },
);

async function deleteOwner({ app, owner: { id } }: World): Promise<void> {
  const em = app.orm.em.fork();
  await em.nativeDelete(OutboxMail, { userId: id });
  await em.nativeDelete(User, { id });
}
