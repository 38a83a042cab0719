/**
 * Which pages may send operations with a visitor's cookie: our own, and those of the origins that are
 * listed. Everything else that a browser could be tricked into is refused before it is read, `login` and
 * `logout` included. A client that is no browser sends none of these headers, and is let through: it has
 * no cookie but its own.
 */
import { AnswerError } from './answer-error.ts';
import { bearerTokenOf } from './bearer.ts';
import type { Exchange } from './exchange.ts';

export interface OriginGuardOptions {
  /** Where the site is served. */
  readonly publicOrigin: string;
  /** Other origins whose pages may send operations. */
  readonly clientOrigins: readonly string[];
  /** The paths of our pages with forms. */
  readonly formPaths: readonly string[];
  /** Whether pages on the loopback address count as our own, by whatever name and port. */
  readonly isLoopbackOurs: boolean;
}

export interface OriginGuard {
  /** @throws {AnswerError} 403 for a request that another site has caused */
  check(exchange: Exchange): void;
  /** The listed origin that the request comes from; null when it comes from none of them. */
  clientOriginOf(exchange: Exchange): string | null;
}

const LOOPBACK = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/u;

export function createOriginGuard({
  publicOrigin,
  clientOrigins,
  formPaths,
  isLoopbackOurs,
}: OriginGuardOptions): OriginGuard {
  const listed = new Set(clientOrigins);
  const forms = new Set(formPaths);

  function isOurs(origin: string, { headers }: Exchange): boolean {
    const isLoopback = isLoopbackOurs && LOOPBACK.test(origin);

    return origin === publicOrigin || (isLoopback && origin === `http://${headers['host']}`);
  }

  /** A page that sends no referrer posts its forms with `Origin: null` (Fetch, 3.1). What it sends beside is true. */
  function isOwnForm({ path, headers }: Exchange): boolean {
    return (
      forms.has(path) && headers['origin'] === 'null' && headers['sec-fetch-site'] === 'same-origin'
    );
  }

  function isFromElsewhere(exchange: Exchange): boolean {
    const { origin, 'sec-fetch-site': site } = exchange.headers;
    if (isOwnForm(exchange) || (listed.has(origin ?? '') && !forms.has(exchange.path))) {
      return false;
    }
    const isOtherOrigin = origin !== undefined && !isOurs(origin, exchange);
    const isOtherSite = site !== undefined && site !== 'same-origin' && site !== 'none';

    return isOtherOrigin || isOtherSite;
  }

  return {
    check: (exchange) => {
      // No browser adds an access token by itself: nobody can be tricked into sending one.
      const isByTokenAlone =
        bearerTokenOf(exchange) !== null && exchange.headers['cookie'] === undefined;

      if (!isByTokenAlone && isFromElsewhere(exchange)) {
        throw new AnswerError(
          403,
          'FORBIDDEN_ORIGIN',
          'Pages of this origin may not send operations here. List it in CLIENT_ORIGINS to let them.',
        );
      }
    },
    clientOriginOf: ({ headers: { origin } }) =>
      origin !== undefined && listed.has(origin) ? origin : null,
  };
}
