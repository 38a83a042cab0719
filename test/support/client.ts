/** A client app: it sends operations through `fetch`, and keeps its cookies as a browser would. */
import { CookieJar } from 'tough-cookie';

import type { Fetch } from '../../src/http/fetch.ts';

export interface GraphQLAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Whatever the operation asked for. */
  readonly data: any;
  readonly errors: readonly GraphQLAnswerError[];
  /** The body as it came. */
  readonly text: string;
}

export interface GraphQLAnswerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>>;
}

export class TestClient {
  readonly jar = new CookieJar();
  readonly origin: string;
  /** Sent with every request. */
  readonly headers: Record<string, string> = {};
  readonly #fetch: Fetch;

  constructor(fetch: Fetch, origin: string) {
    this.#fetch = fetch;
    this.origin = origin;
  }

  /** Sends an operation. */
  async query(query: string, variables: Record<string, unknown> = {}): Promise<GraphQLAnswer> {
    return this.post({ query, variables });
  }

  /** Posts any JSON to the API. */
  async post(body: unknown, headers: Record<string, string> = {}): Promise<GraphQLAnswer> {
    const response = await this.request('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    const { data = null, errors = [] } = JSON.parse(text);

    return { status: response.status, headers: response.headers, data, errors, text };
  }

  /** Sends any request. */
  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(path, this.origin).href;
    const request = new Request(url, init);
    for (const [name, value] of Object.entries(this.headers)) {
      request.headers.set(name, value);
    }
    const cookie = await this.jar.getCookieString(url);
    if (cookie && !request.headers.has('cookie')) {
      request.headers.set('cookie', cookie);
    }

    const response = await this.#fetch(request);
    for (const header of response.headers.getSetCookie()) {
      await this.jar.setCookie(header, url);
    }

    return response;
  }

  /** The session cookie's value; null when there is none. */
  async cookie(): Promise<string | null> {
    const [cookie] = await this.jar.getCookies(this.origin);

    return cookie?.value ?? null;
  }

  /** Makes the session cookie hold any value. */
  async setCookie(value: string): Promise<void> {
    await this.jar.setCookie(`session=${value}; Path=/`, this.origin);
  }
}
