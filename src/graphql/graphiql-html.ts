/**
 * The HTML of GraphiQL. It brings everything along, editor and workers included, so that it works
 * without a network, and its Content-Security-Policy says so: its own scripts may run, by their
 * hashes, and may ask this origin only. Nothing in it comes from a request.
 */
import { createHash } from 'node:crypto';

import type { GraphiQLOptions } from 'graphql-yoga';

import { graphiqlTabs } from './graphiql-tabs.ts';

export interface GraphiQLHtml {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly contentSecurityPolicy: string;
  /** Of both, in base64url. */
  readonly hash: string;
}

/** Loads 9 MB, which takes some hundred milliseconds: call it when the page is wanted. */
export async function renderGraphiQLHtml(): Promise<GraphiQLHtml> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const page = renderGraphiQL(options);
  const html = page.replace('</title>', (tag) => `${tag}<script>${firstVisitScript}</script>`);
  const contentSecurityPolicy = policyFor([firstVisitScript, scriptOf(page)]);

  return {
    body: Buffer.from(html),
    contentSecurityPolicy,
    hash: createHash('sha256').update(contentSecurityPolicy).update(html).digest('base64url'),
  };
}

/** A pencil on a yellow note. */
const icon = [
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">',
  '<rect width="32" height="32" rx="7" fill="#ffd84d"/>',
  '<path d="M8 24l1.5-5.5L20 8l4 4-10.5 10.5z" fill="#5b3f00"/>',
  '</svg>',
].join('');

const options: GraphiQLOptions & { onEditQuery: null } = {
  // A POST makes a browser forget the page it keeps of the same address (RFC 9111, 4.4). The query
  // string makes it another one.
  endpoint: '/graphql?graphiql',
  title: 'Jotter',
  logo: icon,
  favicon: `data:image/svg+xml,${encodeURIComponent(icon)}`,
  credentials: 'same-origin',
  // For subscriptions too, which otherwise go by GET.
  method: 'POST',
  defaultTabs: graphiqlTabs,
  defaultEditorToolsVisibility: 'variables',
  // An Authorization header would stay in the browser's storage.
  shouldPersistHeaders: false,
  // Otherwise what is typed, passwords included, goes into the address, and so into the history.
  onEditQuery: null,
};

/**
 * GraphiQL 5 shows the first of its default tabs without its variables, and opens an empty one at
 * the next visit, unless it finds the tab's query and variables in its storage.
 */
const firstVisitScript = `
if (!localStorage.getItem('graphiql:tabState')) {
  const [{ query, variables }] = ${JSON.stringify(graphiqlTabs.slice(0, 1))};
  localStorage.setItem('graphiql:query', query);
  localStorage.setItem('graphiql:variables', variables);
}
`;

function policyFor(scripts: readonly string[]): string {
  const hashes = scripts.map((script) => createHash('sha256').update(script).digest('base64'));

  return [
    "default-src 'none'",
    `script-src ${hashes.map((hash) => `'sha256-${hash}'`).join(' ')}`,
    'worker-src blob:',
    // Monaco, the editor, makes its styles while it runs: no hash can know them.
    "style-src 'unsafe-inline'",
    'img-src data:',
    'font-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The package's only script. It ends with the last closing tag; its texts hold opening ones. */
function scriptOf(page: string): string {
  const start = page.indexOf('<script>') + '<script>'.length;

  return page.slice(start, page.lastIndexOf('</script>'));
}
