import { sql } from 'kysely';
import { expect, test } from 'vitest';

import { User } from '../../src/users/user.ts';
import { createTestApp } from '../support/app.ts';
import { storeNotes } from '../support/notes.ts';

test('a note whose author is deleted after it was read is no fault: the operation is to be sent again', async () => {
  await using app = await createTestApp();
  const ada = await app.createUser('ada');
  await storeNotes(app, ada, [{ title: 'left behind', visibility: 'PUBLIC' }]);
  const em = app.orm.em.fork();
  // What the operation sees for a moment: the note of before, and no author any more.
  await sql`pragma foreign_keys = off`.execute(em.getKysely());
  await em.nativeDelete(User, { id: ada.id });

  const { errors } = await app.client().query('{ notes { nodes { author { username } } } }');

  expect(errors).toEqual([
    expect.objectContaining({
      message: 'The account of the author was deleted at this moment. Send the operation again.',
      extensions: { code: 'SERVICE_UNAVAILABLE' },
    }),
  ]);
  expect(app.complaints()).toEqual([]);
});
