/**
 * A page with a form. GET shows it and changes nothing, because programs open links, too; POST does what the
 * mutation of the same name does. The form goes to the page's own address, where its token is: none stands in the
 * HTML. No cookie is read or set.
 */
import { GraphQLError } from 'graphql';

import type { Context } from '../../context.ts';
import { isStorageFault } from '../../database/storage-fault.ts';
import { UserError } from '../../graphql/errors.ts';
import { AnswerError } from '../../http/answer-error.ts';
import type { Route } from '../../http/edge.ts';
import type { Answer, Exchange } from '../../http/exchange.ts';
import { readBody } from '../../http/read-body.ts';
import { html } from '../../mail/html.ts';
import { alertOf, pageOf, pageSecurityPolicy, type View } from './page-html.ts';
import { FORGOT_PASSWORD_PATH, RESET_PASSWORD_PATH } from './paths.ts';

/** In bytes: a password of the greatest length, written twice, with every byte escaped. */
const MAX_FORM_SIZE = 10_000;

/** What the page of a visitor works with. */
export type PageScope = Pick<
  Context,
  'changes' | 'clock' | 'em' | 'events' | 'exchange' | 'log' | 'outbox' | 'passwords'
>;

export interface Page {
  /** @param token of the link; empty when it has none */
  show(scope: PageScope, token: string): Promise<View>;
  /** What was written into the form. */
  submit(scope: PageScope, token: string, form: URLSearchParams): Promise<View>;
}

export interface PageRouteOptions {
  readonly scopeOf: (exchange: Exchange) => PageScope;
  readonly productName: string;
}

export function createPageRoute(page: Page, { scopeOf, productName }: PageRouteOptions): Route {
  return async (exchange) => {
    const scope = scopeOf(exchange);
    const token = new URLSearchParams(exchange.query).get('token') ?? '';
    const form = await readForm(exchange);
    try {
      const view = form ? await page.submit(scope, token, form) : await page.show(scope, token);

      return toAnswer(exchange, view, productName);
    } catch (error) {
      return toAnswer(exchange, failure(error, scope), productName);
    }
  };
}

/** @returns null for a request that only looks */
async function readForm(exchange: Exchange): Promise<URLSearchParams | null> {
  const { method, headers } = exchange;
  if (method === 'GET' || method === 'HEAD') {
    return null;
  }
  if (method !== 'POST') {
    throw new AnswerError(405, 'METHOD_NOT_ALLOWED', 'This is a page with a form.', {
      allow: 'GET, HEAD, POST',
    });
  }
  const [type = ''] = (headers['content-type'] ?? '').toLowerCase().split(';');
  if (type.trim() !== 'application/x-www-form-urlencoded') {
    throw new AnswerError(415, 'UNSUPPORTED_MEDIA_TYPE', 'This page takes its own form only.');
  }

  return new URLSearchParams(await readBody(exchange, MAX_FORM_SIZE));
}

function toAnswer(exchange: Exchange, view: View, productName: string): Answer {
  const { status = 200, code, headers } = view;
  if (code !== undefined) {
    exchange.summary.code = code;
  }

  return {
    status,
    headers: {
      ...headers,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': pageSecurityPolicy,
    },
    body: pageOf(view, productName),
  };
}

function failure(error: unknown, { log, exchange }: PageScope): View {
  if (error instanceof UserError) {
    const status = error.code === 'INVALID_TOKEN' ? 410 : 422;
    return problem(status, error.code, error.message, exchange.path === RESET_PASSWORD_PATH);
  }
  if (error instanceof GraphQLError) {
    return refused(error);
  }
  log.error({ event: 'request_failed', err: error }, 'A page failed');

  return isStorageFault(error)
    ? problem(503, 'SERVICE_UNAVAILABLE', 'The server cannot reach its data. Try again soon.')
    : problem(
        500,
        'INTERNAL_SERVER_ERROR',
        `Something went wrong. The log tells more under the request id ${exchange.requestId}.`,
      );
}

function refused({ message, extensions }: GraphQLError): View {
  const seconds = Number(extensions['retryAfterSeconds'] ?? 0);
  const view = problem(seconds > 0 ? 429 : 503, String(extensions['code']), message);

  return seconds > 0 ? { ...view, headers: { 'retry-after': String(seconds) } } : view;
}

/** @param isForReset whether another mail would help */
function problem(status: number, code: string, message: string, isForReset = false): View {
  const again = isForReset
    ? html`<p><a href="${FORGOT_PASSWORD_PATH}">Get a new link by mail</a></p>`
    : html``;

  return {
    status,
    code,
    title: 'This did not work',
    content: html`${alertOf([message])}${again}`,
  };
}
