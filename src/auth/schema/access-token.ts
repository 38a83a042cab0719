import { builder } from '../../graphql/builder.ts';
import { loadById } from '../../graphql/load-by-id.ts';
import { resolvePage } from '../../graphql/page.ts';
import { AccessToken, type AccessTokenScope } from '../access-token.ts';
import { ViewerType } from './viewer.ts';

const scopes = {
  READ: { description: 'May read what its owner may read.' },
  WRITE: { description: 'May also write, change and delete notes.' },
} satisfies Record<AccessTokenScope, object>;

export const AccessTokenScopeEnum = builder.enumType('AccessTokenScope', {
  description:
    'What an access token may do. None may touch passwords, sessions, tokens or the account.',
  values: scopes,
});

/** One's own tokens alone, and never their texts. */
export const AccessTokenType = builder.objectRef<AccessToken>('AccessToken');

builder.node(AccessTokenType, {
  id: { resolve: ({ id }) => id },
  loadWithoutCache: loadById(async (ids, { em, currentUser, accessToken }) =>
    currentUser && !accessToken
      ? em.find(AccessToken, { id: { $in: ids }, user: currentUser.id })
      : [],
  ),
  description: 'A personal access token: how a program acts for you, without your password.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Your word for it, such as `backup script`.' }),
    scope: t.expose('scope', { type: AccessTokenScopeEnum, description: 'What it may do.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When you made it.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it stops working; null when it does not.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, to the minute; null when it never was.',
    }),
  }),
});

const AccessTokenConnection = builder.connectionObject(
  {
    name: 'AccessTokenConnection',
    description: 'A page of access tokens, newest first.',
    type: AccessTokenType,
  },
  { name: 'AccessTokenEdge', description: 'An access token and its place in a list.' },
);

builder.objectField(ViewerType, 'accessTokens', (t) =>
  t.connection(
    {
      authScopes: { session: true },
      nullable: true,
      type: AccessTokenType,
      description: 'The tokens that you have made, expired ones included, newest first.',
      resolve: async ({ id }, args, { em }) =>
        resolvePage(args, async ({ where, ...options }) =>
          em.find(AccessToken, { $and: [{ user: id }, where] }, options),
        ),
    },
    AccessTokenConnection,
  ),
);
