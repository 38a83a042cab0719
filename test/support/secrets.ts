/**
 * A guard over every test: no secret that an application gives out or is given may turn up in a body, in a
 * log line or in the database. The kit looks when an application is disposed of.
 */
import type { Fetch } from '../../src/http/fetch.ts';
import { hashOf } from '../../src/session/secret.ts';

export interface SecretsGuard {
  /** Notes a secret by its text. It may be nowhere. */
  add(secret: string): void;
  /** Notes the cookies and the bodies that come by. */
  over(fetch: Fetch): Fetch;
  /** @throws {Error} when something stands where it must not */
  check(logged: readonly unknown[], stored?: string): void;
}

const SESSION_COOKIE = /^(?:__Host-)?session=[^.;]+\.([^.;]+)\.([^;]+)/u;
const ACCESS_TOKEN = /jot_[0-9a-f]{72}/gu;
const PASSWORD_HASH = '$argon2';

export function createSecretsGuard(): SecretsGuard {
  const secrets = new Set<string>();
  const bodies: string[] = [];

  return {
    add: (secret) => {
      secrets.add(secret);
    },
    over: (fetch) => async (request, options) => {
      const response = await fetch(request, options);
      for (const cookie of response.headers.getSetCookie()) {
        const [, secret, signature] = SESSION_COOKIE.exec(cookie) ?? [];
        if (secret !== undefined && signature !== undefined) {
          secrets.add(secret).add(signature);
        }
      }
      if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
        return overStream(response, (text) => bodies.push(text));
      }
      bodies.push(await response.clone().text());

      return response;
    },
    check: (logged, stored = '') => {
      const shown = bodies.flatMap((body) => body.match(ACCESS_TOKEN) ?? []);
      const everything = [...secrets, ...shown];
      const hashes = [...everything.map(hashOf), PASSWORD_HASH];
      const log = JSON.stringify(logged);

      // The one body that an access token may stand in is that of its creation.
      expectNone('a body, for the second time', repeated(shown));
      expectNone('a body', found([...secrets, ...hashes], bodies.join('\n')));
      expectNone('a log line', found([...everything, ...hashes], log));
      expectNone('the database', found(everything, stored));
    },
  };
}

/** A stream may have no end: it is looked at as it is read. */
function overStream(response: Response, onText: (text: string) => void): Response {
  const decoder = new TextDecoder();
  const reading = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      onText(decoder.decode(chunk, { stream: true }));
      controller.enqueue(chunk);
    },
  });

  return new Response(response.body?.pipeThrough(reading) ?? null, response);
}

function found(secrets: readonly string[], text: string): string[] {
  return secrets.filter((secret) => text.includes(secret));
}

function repeated(texts: readonly string[]): string[] {
  return texts.filter((text, index) => texts.indexOf(text) !== index);
}

function expectNone(place: string, secrets: readonly string[]): void {
  if (secrets.length > 0) {
    throw new Error(`A secret stands in ${place}: ${secrets.join(', ')}`);
  }
}
