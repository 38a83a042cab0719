/**
 * GraphiQL as one page that is the same for everybody. It weighs 9 MB, so it is made at the first
 * request, sent compressed, and not sent again to a browser that has it.
 */
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

import { renderGraphiQLHtml } from './graphiql-html.ts';

export interface GraphiQL {
  page(request: GraphiQLRequest): Promise<GraphiQLAnswer>;
}

/** The headers of a request that the answer depends on. */
export interface GraphiQLRequest {
  readonly acceptEncoding?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

export interface GraphiQLAnswer {
  readonly status: 200 | 304;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent from a 304. */
  readonly body?: Uint8Array<ArrayBuffer>;
}

export function createGraphiQL(): GraphiQL {
  const page = once(renderGraphiQLHtml);
  const encodings = [
    { name: 'br', body: once(async () => compressBrotli((await page()).body, brotliOptions)) },
    { name: 'gzip', body: once(async () => compressGzip((await page()).body)) },
  ];

  return {
    async page({ acceptEncoding = '', ifNoneMatch = '' }) {
      const { body, contentSecurityPolicy, hash } = await page();
      const headers = {
        // To be kept, and asked for again each time: a new version shows at once.
        'cache-control': 'no-cache',
        'content-security-policy': contentSecurityPolicy,
        // Weak: the same page in any encoding.
        etag: `W/"${hash}"`,
        vary: 'Accept-Encoding',
      };
      if (matches(ifNoneMatch, headers.etag)) {
        return { status: 304, headers };
      }
      const htmlHeaders = { ...headers, 'content-type': 'text/html; charset=utf-8' };
      const encoding = encodings.find(({ name }) => accepts(acceptEncoding, name));
      if (!encoding) {
        return { status: 200, headers: htmlHeaders, body };
      }

      return {
        status: 200,
        headers: { ...htmlHeaders, 'content-encoding': encoding.name },
        body: await encoding.body(),
      };
    },
  };
}

const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);

/** A quarter of a second for the whole page; five times that would make it 4 % smaller. */
const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;

  return () => (made ??= make());
}

/** RFC 9110, 13.1.2: a list of tags, compared weakly. */
function matches(ifNoneMatch: string, etag: string): boolean {
  return listOf(ifNoneMatch).some((tag) => tag === '*' || `W/${tag.replace(/^W\//, '')}` === etag);
}

/** RFC 9110, 12.5.3, without the wildcard, which no browser sends. */
function accepts(acceptEncoding: string, name: string): boolean {
  return listOf(acceptEncoding.toLowerCase()).some((item) => {
    const [encoding, ...parameters] = item.split(';').map((part) => part.trim());

    return encoding === name && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}

function listOf(header: string): string[] {
  return header.split(',').map((item) => item.trim());
}
