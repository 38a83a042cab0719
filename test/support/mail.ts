/** The operations about addresses and forgotten passwords. */
import type { GraphQLAnswer, TestClient } from './client.ts';

const failures = `... on UserError { code } ... on InvalidInputError { issues { path } }`;

export async function requestPasswordReset(
  client: TestClient,
  email: string,
): Promise<GraphQLAnswer> {
  return client.query(
    `mutation ($input: RequestPasswordResetInput!) {
      requestPasswordReset(input: $input) { __typename ${failures} }
    }`,
    { input: { email } },
  );
}

export async function resetPassword(
  client: TestClient,
  token: string,
  newPassword: string,
): Promise<GraphQLAnswer> {
  return client.query(
    `mutation ($input: ResetPasswordInput!) {
      resetPassword(input: $input) {
        __typename ... on ResetPasswordSuccess { username } ${failures}
      }
    }`,
    { input: { token, newPassword } },
  );
}

export async function verifyEmail(client: TestClient, token: string): Promise<GraphQLAnswer> {
  return client.query(
    `mutation ($input: VerifyEmailInput!) {
      verifyEmail(input: $input) {
        __typename
        ... on VerifyEmailSuccess { viewer { email pendingEmail } }
        ... on UserError { code }
      }
    }`,
    { input: { token } },
  );
}

export async function requestEmailChange(
  client: TestClient,
  email: string,
): Promise<GraphQLAnswer> {
  return client.query(
    `mutation ($input: RequestEmailChangeInput!) {
      requestEmailChange(input: $input) {
        __typename ... on RequestEmailChangeSuccess { viewer { email pendingEmail } } ${failures}
      }
    }`,
    { input: { email } },
  );
}

export async function resendEmailVerification(
  client: TestClient,
  email: string,
): Promise<GraphQLAnswer> {
  return client.query(
    `mutation ($input: ResendEmailVerificationInput!) {
      resendEmailVerification(input: $input) { __typename ... on UserError { code } }
    }`,
    { input: { email } },
  );
}

/** What the server shows somebody of their own addresses. */
export async function emailsOf(client: TestClient): Promise<unknown> {
  const { data } = await client.query('{ viewer { email pendingEmail } }');

  return data.viewer;
}
