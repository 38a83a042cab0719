import type { GraphQLResolveInfo } from 'graphql';

import { ViewerType } from '../../auth/schema/viewer.ts';
import type { Context } from '../../context.ts';
import { allOf, findRange, findRows, hasIdOf, type Condition } from '../../database/find-rows.ts';
import { builder } from '../../graphql/builder.ts';
import { idWithin } from '../../graphql/global-id.ts';
import { resolvePage, type Page, type PageArguments } from '../../graphql/page.ts';
import { requestedFields } from '../../graphql/requested-fields.ts';
import { UserType } from '../../users/schema.ts';
import { isBy, isPublic, isVisibleTo } from '../access.ts';
import { Note, type NoteRow } from '../note.ts';
import { NoteConnection, NoteType } from './note.ts';

builder.queryFields((t) => ({
  notes: t.connection(
    {
      type: NoteType,
      nullable: true,
      isPublic: true,
      description: 'The public notes of everybody, newest first.',
      resolve: async (_root, args, context, info) => pageOf(isPublic, args, context, info),
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
    resolve: async (_root, args, context, info) => {
      const id = idWithin('Note', args.id);
      const condition = allOf([hasIdOf([id ?? '']), isVisibleTo(context.currentUser)]);
      const [note = null] =
        id === null
          ? []
          : await findRows<NoteRow>(context.reader, Note, condition, requestedFields(info));

      return note;
    },
  }),
}));

builder.objectField(ViewerType, 'notes', (t) =>
  t.connection(
    {
      type: NoteType,
      nullable: true,
      description: 'All of your notes, private and public, newest first.',
      resolve: async ({ id }, args, context, info) => pageOf(isBy(id), args, context, info),
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
      resolve: async ({ id }, args, context, info) =>
        pageOf(allOf([isBy(id), isPublic]), args, context, info),
    },
    NoteConnection,
  ),
);

async function pageOf(
  condition: Condition,
  args: PageArguments,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<Page<NoteRow>> {
  return resolvePage(args, async (range) =>
    findRange<NoteRow>(context.reader, Note, condition, requestedFields(info), range),
  );
}
