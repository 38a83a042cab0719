import { expect } from 'vitest';

import { PASSWORD } from '../support/app.ts';
import { byOwner, everybody, listOf, loggedIn, type Samples } from './sample.ts';

const notFound = { __typename: 'NotFoundError', code: 'NOT_FOUND' };

export const mutationSamples: Samples = {
  'Mutation.register': [
    {
      selection: `register(input: { username: "newcomer", password: "${PASSWORD}" }) {
        __typename ... on RegisterSuccess { viewer { username notes { nodes { title } } } }
      }`,
      outcomes: everybody({
        __typename: 'RegisterSuccess',
        viewer: { username: 'newcomer', ...listOf() },
      }),
    },
  ],

  'Mutation.login': [
    {
      selection: `login(input: { username: "third", password: "${PASSWORD}" }) {
        __typename ... on LoginSuccess { viewer { username notes { nodes { title } } } }
      }`,
      outcomes: everybody({
        __typename: 'LoginSuccess',
        viewer: { username: 'third', ...listOf() },
      }),
    },
    {
      selection: 'login(input: { username: "third", password: "wrong" }) { __typename }',
      outcomes: everybody({ __typename: 'InvalidCredentialsError' }),
    },
  ],

  'Mutation.logout': [
    { selection: 'logout { __typename }', outcomes: everybody({ __typename: 'LogoutPayload' }) },
    {
      selection: 'logout(input: { scope: OTHER_SESSIONS }) { __typename endedSessionIds }',
      outcomes: {
        anonymous: { __typename: 'LogoutPayload', endedSessionIds: [] },
        owner: { __typename: 'LogoutPayload', endedSessionIds: [expect.any(String)] },
        another: { __typename: 'LogoutPayload', endedSessionIds: [] },
        program: { __typename: 'LogoutPayload', endedSessionIds: [] },
        replaced: 'SESSION_ENDED',
      },
    },
  ],

  'Mutation.confirmPassword': [
    {
      selection: `confirmPassword(input: { password: "${PASSWORD}" }) { __typename }`,
      outcomes: loggedIn({ __typename: 'ConfirmPasswordSuccess' }),
    },
  ],

  'Mutation.changePassword': [
    {
      selection: `changePassword(input: {
        currentPassword: "${PASSWORD}", newPassword: "a walk in the short grass"
      }) { __typename }`,
      outcomes: loggedIn({ __typename: 'ChangePasswordSuccess' }),
    },
  ],

  'Mutation.endSession': [
    {
      selection:
        'endSession(input: { id: $ownersSession }) { __typename ... on UserError { code } }',
      outcomes: { owner: { __typename: 'EndSessionSuccess' }, another: notFound },
    },
  ],

  'Mutation.updateProfile': [
    {
      selection: `updateProfile(input: { displayName: "New" }) {
        __typename ... on UpdateProfileSuccess { viewer { displayName } }
      }`,
      outcomes: loggedIn({ __typename: 'UpdateProfileSuccess', viewer: { displayName: 'New' } }),
    },
  ],

  'Mutation.requestEmailChange': [
    {
      selection: `requestEmailChange(input: { email: "third@example.com" }) {
        __typename ... on RequestEmailChangeSuccess { viewer { pendingEmail } }
      }`,
      outcomes: loggedIn({
        __typename: 'RequestEmailChangeSuccess',
        viewer: { pendingEmail: 'third@example.com' },
      }),
    },
  ],

  'Mutation.resendEmailVerification': [
    {
      selection: `resendEmailVerification(input: { email: "new@example.com" }) {
        __typename ... on UserError { code }
      }`,
      outcomes: { owner: { __typename: 'ResendEmailVerificationSuccess' }, another: notFound },
    },
  ],

  'Mutation.removeEmail': [
    {
      selection: `removeEmail(input: { email: "owner@example.com" }) {
        __typename
        ... on UserError { code }
        ... on RemoveEmailSuccess { viewer { email pendingEmail } }
      }`,
      outcomes: {
        owner: {
          __typename: 'RemoveEmailSuccess',
          viewer: { email: null, pendingEmail: 'new@example.com' },
        },
        another: notFound,
      },
    },
  ],

  'Mutation.verifyEmail': [
    {
      selection: 'verifyEmail(input: { token: "unknown" }) { __typename }',
      outcomes: everybody({ __typename: 'InvalidTokenError' }),
    },
  ],

  'Mutation.requestPasswordReset': [
    {
      selection: `requestPasswordReset(input: { email: "owner@example.com" }) {
        __typename ... on RequestPasswordResetSuccess { isAccepted }
      }`,
      outcomes: everybody({ __typename: 'RequestPasswordResetSuccess', isAccepted: true }),
    },
  ],

  'Mutation.resetPassword': [
    {
      selection: `resetPassword(input: { token: "unknown", newPassword: "a walk in the short grass" }) {
        __typename
      }`,
      outcomes: everybody({ __typename: 'InvalidTokenError' }),
    },
  ],

  'Mutation.deleteAccount': [
    {
      selection: 'deleteAccount(input: { username: "owner" }) { __typename }',
      outcomes: {
        owner: { __typename: 'DeleteAccountSuccess' },
        another: { __typename: 'InvalidInputError' },
      },
    },
  ],

  'Mutation.createAccessToken': [
    {
      selection: 'createAccessToken(input: { name: "backup", scope: WRITE }) { __typename }',
      outcomes: loggedIn({ __typename: 'CreateAccessTokenSuccess' }),
    },
  ],

  'Mutation.revokeAccessToken': [
    {
      selection: `revokeAccessToken(input: { id: $ownersToken }) {
        __typename ... on UserError { code }
      }`,
      outcomes: { owner: { __typename: 'RevokeAccessTokenSuccess' }, another: notFound },
    },
  ],

  'Mutation.createNote': [
    {
      selection: `createNote(input: { title: "new" }) {
        __typename ... on CreateNoteSuccess { note { title author { username } } }
      }`,
      outcomes: {
        owner: { __typename: 'CreateNoteSuccess', note: byOwner('new') },
        another: {
          __typename: 'CreateNoteSuccess',
          note: { title: 'new', author: { username: 'another' } },
        },
      },
    },
    {
      selection: 'createNote(input: { title: "" }) { __typename }',
      outcomes: loggedIn({ __typename: 'InvalidInputError' }),
    },
  ],

  'Mutation.updateNote': [
    {
      selection: `updateNote(input: { id: $privateNote, title: "changed" }) {
        __typename ... on UserError { code } ... on UpdateNoteSuccess { note { title } }
      }`,
      outcomes: {
        owner: { __typename: 'UpdateNoteSuccess', note: { title: 'changed' } },
        another: notFound,
      },
    },
    {
      selection: `updateNote(input: { id: $publicNote, title: "changed", expectedVersion: 7 }) {
        __typename ... on UserError { code }
      }`,
      outcomes: {
        owner: { __typename: 'ConflictError', code: 'CONFLICT' },
        another: notFound,
      },
    },
    {
      selection: 'updateNote(input: { id: $publicNote }) { __typename }',
      outcomes: loggedIn({ __typename: 'InvalidInputError' }),
    },
  ],

  'Mutation.deleteNote': [
    {
      selection: `deleteNote(input: { id: $publicNote }) {
        __typename ... on UserError { code }
      }`,
      outcomes: {
        owner: { __typename: 'DeleteNoteSuccess' },
        another: notFound,
      },
    },
  ],
};
