import type { EntityManager, FilterQuery } from '@mikro-orm/core';

import { resolvePage, type PageArguments } from '../graphql/page.ts';
import { Note } from './note.ts';

/** A page of notes, newest first: one range of an index. */
export async function pageOfNotes(
  em: EntityManager,
  which: FilterQuery<Note>,
  args: PageArguments,
) {
  return resolvePage(args, async ({ newerThan, olderThan, order, limit }) =>
    em.find(
      Note,
      {
        $and: [
          which,
          newerThan === undefined ? {} : { id: { $gt: newerThan } },
          olderThan === undefined ? {} : { id: { $lt: olderThan } },
        ],
      },
      { orderBy: { id: order }, limit },
    ),
  );
}
