/** The GraphQL types of the failures that belong to an answer. */
import { builder } from './builder.ts';
import {
  InvalidCredentialsError,
  InvalidInputError,
  InvalidTokenError,
  LimitReachedError,
  NotFoundError,
  UserError,
  UsernameTakenError,
  type InputIssue,
  type UserErrorCode,
} from './errors.ts';

const codes = {
  CONFLICT: { description: 'It was changed since you read it.' },
  INVALID_CREDENTIALS: { description: 'The user name or the password is wrong.' },
  INVALID_INPUT: { description: 'Something in the input is not allowed; `issues` tells what.' },
  INVALID_TOKEN: { description: 'The token of a mail is unknown, used, replaced or expired.' },
  LIMIT_REACHED: {
    description: 'You have as many as one person may keep; `limit` tells how many.',
  },
  NOT_FOUND: { description: 'It does not exist, or it is not yours.' },
  USERNAME_TAKEN: { description: 'Somebody has this user name already.' },
} satisfies Record<UserErrorCode, object>;

const UserErrorCodeEnum = builder.enumType('UserErrorCode', {
  description: 'What went wrong, for a program to act on.',
  values: codes,
});

export const UserErrorInterface = builder.interfaceType(UserError, {
  name: 'UserError',
  description:
    'A failure that belongs to the answer. `... on UserError { code message }` handles every one.',
  fields: (t) => ({
    code: t.expose('code', { type: UserErrorCodeEnum, description: 'For a program to act on.' }),
    message: t.exposeString('message', { description: 'For a person to read.' }),
  }),
});

const InputIssueType = builder.objectRef<InputIssue>('InputIssue').implement({
  description: 'One thing that is wrong with an input.',
  fields: (t) => ({
    path: t.exposeStringList('path', {
      description:
        'Where it is: the names of the fields from the input inwards, such as `["title"]`.',
    }),
    message: t.exposeString('message', {
      description: 'What is allowed there, for a person to read.',
    }),
  }),
});

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description: 'Something in the input is not allowed. Nothing was changed.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    issues: t.expose('issues', {
      type: [InputIssueType],
      description: 'Everything that is wrong, at once.',
    }),
  }),
});

builder.objectType(InvalidCredentialsError, {
  name: 'InvalidCredentialsError',
  description: 'The user name or the password is wrong; which of them is not told.',
  interfaces: [UserErrorInterface],
});

builder.objectType(InvalidTokenError, {
  name: 'InvalidTokenError',
  description:
    'The token is unknown, used, replaced by a newer one or expired, or what it was for has changed.',
  interfaces: [UserErrorInterface],
});

builder.objectType(UsernameTakenError, {
  name: 'UsernameTakenError',
  description: 'Somebody has this user name already, perhaps in other letter cases.',
  interfaces: [UserErrorInterface],
});

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description: 'It does not exist, or it is not yours: the two look the same.',
  interfaces: [UserErrorInterface],
});

builder.objectType(LimitReachedError, {
  name: 'LimitReachedError',
  description: 'You have as many as one person may keep. Delete some, and try again.',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    limit: t.exposeInt('limit', { description: 'How many one person may keep.' }),
  }),
});
