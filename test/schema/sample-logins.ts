import { PASSWORD } from '../support/app.ts';
import { everybody, listOf, loggedIn, ownerAlone, type Samples } from './sample.ts';

const nobody = { isAuthenticated: false, isFresh: false, session: null, accessToken: null };
const inSession = {
  isAuthenticated: true,
  anonymousReason: null,
  isFresh: true,
  session: { isCurrent: true },
  accessToken: null,
};

export const loginSamples: Samples = {
  'Query.authentication': [
    {
      selection: `authentication {
        isAuthenticated anonymousReason isFresh session { isCurrent } accessToken { name }
      }`,
      outcomes: {
        anonymous: { ...nobody, anonymousReason: 'NO_COOKIE' },
        owner: inSession,
        another: inSession,
        stale: { ...inSession, isFresh: false },
        late: { ...inSession, isFresh: false },
        token: { ...inSession, isFresh: false, session: null, accessToken: { name: 'test' } },
        forged: { ...nobody, anonymousReason: 'INVALID_COOKIE' },
        ended: { ...nobody, anonymousReason: 'SESSION_ENDED' },
        expired: { ...nobody, anonymousReason: 'SESSION_EXPIRED' },
        disabled: { ...nobody, anonymousReason: 'ACCOUNT_DISABLED' },
      },
    },
  ],

  'Viewer.sessions': [
    {
      selection: 'viewer { sessions { nodes { isCurrent } edges { node { isCurrent } } } }',
      outcomes: {
        anonymous: null,
        owner: {
          sessions: {
            nodes: [{ isCurrent: true }, { isCurrent: false }],
            edges: [{ node: { isCurrent: true } }, { node: { isCurrent: false } }],
          },
        },
        another: {
          sessions: { nodes: [{ isCurrent: true }], edges: [{ node: { isCurrent: true } }] },
        },
      },
    },
  ],

  'Viewer.accessTokens': [
    {
      selection: 'viewer { accessTokens { nodes { name scope } } }',
      outcomes: {
        anonymous: null,
        owner: { accessTokens: { nodes: [{ name: 'test', scope: 'WRITE' }] } },
        another: { accessTokens: { nodes: [] } },
      },
    },
  ],

  'Mutation.login': [
    {
      selection: `login(input: { username: "third", password: "${PASSWORD}" }) {
        __typename
        ... on LoginSuccess {
          session { isCurrent }
          viewer { username notes { nodes { title } } sessions { nodes { isCurrent } } }
        }
      }`,
      outcomes: everybody({
        __typename: 'LoginSuccess',
        session: { isCurrent: true },
        viewer: { username: 'third', ...listOf(), sessions: { nodes: [{ isCurrent: true }] } },
      }),
    },
    {
      selection: 'login(input: { username: "third", password: "wrong" }) { __typename }',
      outcomes: everybody({ __typename: 'InvalidCredentialsError' }),
    },
  ],

  'Mutation.confirmPassword': [
    {
      selection: `confirmPassword(input: { password: "${PASSWORD}" }) {
        __typename ... on ConfirmPasswordSuccess { authentication { isFresh } }
      }`,
      outcomes: loggedIn({
        __typename: 'ConfirmPasswordSuccess',
        authentication: { isFresh: true },
      }),
    },
    {
      selection: 'confirmPassword(input: { password: "wrong" }) { __typename }',
      outcomes: loggedIn({ __typename: 'InvalidCredentialsError' }),
    },
  ],

  'Mutation.logout': [
    { selection: 'logout { __typename }', outcomes: everybody({ __typename: 'LogoutPayload' }) },
  ],

  'Mutation.endSession': [
    {
      selection: 'endSession(input: { id: $session }) { __typename ... on UserError { code } }',
      outcomes: ownerAlone({ __typename: 'EndSessionSuccess' }),
    },
  ],

  'Mutation.createAccessToken': [
    {
      selection: `createAccessToken(input: { name: "new" }) {
        __typename ... on CreateAccessTokenSuccess { accessToken { name scope } }
      }`,
      outcomes: loggedIn({
        __typename: 'CreateAccessTokenSuccess',
        accessToken: { name: 'new', scope: 'READ' },
      }),
    },
    {
      selection: 'createAccessToken(input: { name: "", expiresInDays: 0 }) { __typename }',
      outcomes: loggedIn({ __typename: 'InvalidInputError' }),
    },
  ],

  'Mutation.revokeAccessToken': [
    {
      selection: `revokeAccessToken(input: { id: $accessToken }) {
        __typename ... on UserError { code }
      }`,
      outcomes: ownerAlone({ __typename: 'RevokeAccessTokenSuccess' }),
    },
  ],
};
