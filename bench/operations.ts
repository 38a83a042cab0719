/** Operations over HTTP, and what they answer. */
import { randomInt } from 'node:crypto';

export interface Outcome {
  /** A code of refusal, or the type of the first field. */
  readonly what: string;
  readonly cookie: string | null;
  /** In milliseconds. */
  readonly duration: number;
}

export async function send(
  origin: string,
  operation: { readonly query: string; readonly variables?: object },
  headers: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const started = performance.now();
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(operation),
  });
  const { data, errors } = (await response.json()) as any;
  const [value] = Object.values<any>(data ?? {});

  return {
    what: errors?.[0]?.extensions?.code ?? value?.__typename ?? 'null',
    cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? null,
    duration: performance.now() - started,
  };
}

/** A login from an address of its own, so that no network is limited: the server has to believe one proxy. */
export async function logIn(
  origin: string,
  input: { readonly username: string; readonly password: string },
): Promise<Outcome> {
  const address = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`;

  return send(
    origin,
    {
      query: 'mutation ($input: LoginInput!) { login(input: $input) { __typename } }',
      variables: { input },
    },
    { 'x-forwarded-for': address },
  );
}

export async function register(origin: string, username: string): Promise<Outcome> {
  return send(origin, {
    query: 'mutation ($input: RegisterInput!) { register(input: $input) { __typename } }',
    variables: { input: { username, password: PASSWORD } },
  });
}

export const PASSWORD = 'ten thousand grey herons';
