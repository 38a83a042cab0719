import { PASSWORD } from './app.ts';
import type { TestClient } from './client.ts';

/** Makes an account through the API: the client is logged in afterwards. */
export async function register(client: TestClient, username = 'ada'): Promise<void> {
  const { data } = await client.query(
    `mutation Register($input: RegisterInput!) { register(input: $input) { __typename } }`,
    { input: { username, password: PASSWORD } },
  );
  if (data?.register?.__typename !== 'RegisterSuccess') {
    throw new Error('The account could not be made.');
  }
}
