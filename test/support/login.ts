/** The operations of the login, and the cookies that they leave behind. */
import type { SessionToken } from '../../src/session/session-cookie.ts';
import { createSessionCookie } from '../../src/session/session-cookie.ts';
import type { TestApp } from './app.ts';
import { PASSWORD } from './app.ts';
import type { GraphQLAnswer, TestClient } from './client.ts';

const failures = `
  ... on UserError { code }
  ... on InvalidInputError { issues { path } }`;

export const LOGIN = `mutation ($input: LoginInput!) {
  login(input: $input) { __typename ... on LoginSuccess { viewer { username } } ${failures} }
}`;
export const REGISTER = `mutation ($input: RegisterInput!) {
  register(input: $input) { __typename ... on RegisterSuccess { viewer { username } } ${failures} }
}`;
export const LOGOUT = 'mutation { logout { endedSessionIds } }';
export const VIEWER = '{ viewer { username } }';

export async function login(
  client: TestClient,
  username: string,
  password = PASSWORD,
): Promise<GraphQLAnswer> {
  return client.query(LOGIN, { input: { username, password } });
}

export async function register(
  client: TestClient,
  input: { username: string; password?: string; displayName?: string; email?: string },
): Promise<GraphQLAnswer> {
  return client.query(REGISTER, { input: { password: PASSWORD, ...input } });
}

/** Who the server takes the client for; null for an anonymous one. */
export async function viewerOf(client: TestClient): Promise<string | null> {
  const { data } = await client.query(VIEWER);

  return data.viewer?.username ?? null;
}

/** What the client's session cookie carries. */
export async function tokenOf(client: TestClient): Promise<SessionToken> {
  const [id = '', secret = ''] = (await client.cookie())?.split('.') ?? [];

  return { id, secret };
}

/** A session cookie's value, signed with the application's secret or with another one. */
export function signed(
  { config }: TestApp,
  token: SessionToken,
  secret = config.session.secrets[0] ?? '',
): string {
  const cookie = createSessionCookie({ secrets: [secret], isSecure: config.isProduction });

  return /=([^;]*)/u.exec(cookie.write(token, null))?.[1] ?? '';
}
