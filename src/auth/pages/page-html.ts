/** How the pages look that mails lead to: without scripts, pictures or anything from elsewhere. */
import { createHash } from 'node:crypto';

import { html, type Html } from '../../mail/html.ts';

/** Nothing in it needs to be escaped. */
const css = `
:root { color-scheme: light dark; --ink: #22201a; --soft: #5f5a4c; --paper: #f6f4ee; --card: #fff; --line: #8d8671; --accent: #5b3f00; --on-accent: #fff; --alert: #9b1c1c; --alert-paper: #fdf0ee; }
@media (prefers-color-scheme: dark) { :root { --ink: #f1eee4; --soft: #bdb6a3; --paper: #191712; --card: #24211a; --line: #8d8671; --accent: #ffd84d; --on-accent: #2b1f00; --alert: #ffb4a8; --alert-paper: #3a1a15; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 8vh 16px 32px; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif; }
main { max-width: 26rem; margin: 0 auto; padding: 1.75rem; background: var(--card); border-radius: 12px; box-shadow: 0 1px 3px rgb(0 0 0 / .2); }
.name { margin: 0 0 1rem; font-weight: 600; color: var(--accent); }
h1 { margin: 0 0 1rem; font-size: 1.4rem; line-height: 1.25; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
label { display: block; margin: 0 0 .25rem; font-weight: 600; }
input { width: 100%; margin: 0 0 1rem; padding: .6rem .7rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; }
input[readonly] { color: var(--soft); border-style: dashed; }
.hint { margin: -.75rem 0 1rem; font-size: .875rem; color: var(--soft); }
button { width: 100%; padding: .7rem 1rem; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 0; border-radius: 6px; cursor: pointer; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.alert { padding: .7rem .9rem; color: var(--alert); background: var(--alert-paper); border-left: 4px solid currentcolor; border-radius: 4px; }
`;

const style = html`<style>
  ${css}
</style>`;

/** The one style that is allowed, by its hash; forms go to this origin alone. */
export const pageSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(contentOf(style)).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** To the letter: a browser takes the blanks into its hash, too. */
function contentOf(element: Html): string {
  return String(element).replace(/^<style>|<\/style>$/gu, '');
}

/** What one page shows. */
export interface View {
  /** 200 if nothing is said. */
  readonly status?: number;
  readonly title: string;
  readonly content: Html;
  /** For the log. */
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function pageOf({ title, content }: View, productName: string): string {
  return String(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="robots" content="noindex" />
          <title>${title} · ${productName}</title>
          ${style}
        </head>
        <body>
          <main>
            <p class="name">${productName}</p>
            <h1>${title}</h1>
            ${content}
          </main>
        </body>
      </html> `,
  );
}

/** What is wrong, read out to whoever cannot see it. */
export function alertOf(messages: readonly string[]): Html {
  return messages.length === 0
    ? html``
    : html`<div role="alert">
        ${messages.map((message) => html`<p class="alert">${message}</p>`)}
      </div>`;
}
