import { ViewerType } from '../../auth/schema/viewer.ts';
import { builder } from '../../graphql/builder.ts';
import { idWithin } from '../../graphql/global-id.ts';
import { resolvePage } from '../../graphql/page.ts';
import { UserType } from '../../users/schema.ts';
import { visibleTo } from '../access.ts';
import { Note } from '../note.ts';
import { NoteConnection, NoteType } from './note.ts';

builder.queryFields((t) => ({
  notes: t.connection(
    {
      type: NoteType,
      nullable: true,
      isPublic: true,
      description: 'The public notes of everybody, newest first.',
      resolve: async (_root, args, { em }) =>
        resolvePage(args, async ({ where, ...options }) =>
          em.find(Note, { $and: [{ visibility: 'PUBLIC' }, where] }, options),
        ),
    },
    NoteConnection,
  ),
  note: t.field({
    type: NoteType,
    nullable: true,
    isPublic: true,
    description:
      "A public note, or one of your own. Null for what does not exist and for somebody else's private note alike.",
    args: { id: t.arg.id({ required: true, description: 'The id of a note.' }) },
    resolve: async (_root, args, { em, currentUser }) => {
      const id = idWithin('Note', args.id);

      return id === null ? null : em.findOne(Note, { $and: [{ id }, visibleTo(currentUser)] });
    },
  }),
}));

builder.objectField(ViewerType, 'notes', (t) =>
  t.connection(
    {
      type: NoteType,
      nullable: true,
      description: 'All of your notes, private and public, newest first.',
      resolve: async ({ id }, args, { em }) =>
        resolvePage(args, async ({ where, ...options }) =>
          em.find(Note, { $and: [{ author: id }, where] }, options),
        ),
    },
    NoteConnection,
  ),
);

builder.objectField(UserType, 'notes', (t) =>
  t.connection(
    {
      type: NoteType,
      nullable: true,
      description: 'Their public notes, newest first.',
      resolve: async ({ id }, args, { em }) =>
        resolvePage(args, async ({ where, ...options }) =>
          em.find(Note, { $and: [{ author: id, visibility: 'PUBLIC' }, where] }, options),
        ),
    },
    NoteConnection,
  ),
);
