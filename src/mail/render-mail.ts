/** One layout for all mails, as plain text and as a page that needs neither pictures nor a network. */
import { html, type Html } from './html.ts';
import type { RenderedMail } from './mail-transport.ts';

/** What a mail says. Nothing of it is markup. */
export interface MailContent {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  /** The one thing to do. */
  readonly action?: { readonly label: string; readonly link: string };
  /** What follows the action, in small print. */
  readonly footnotes: readonly string[];
}

export interface MailFrame {
  readonly productName: string;
  /** Where the server is, for its readers. */
  readonly publicUrl: URL;
}

export function renderMail(to: string, content: MailContent, frame: MailFrame): RenderedMail {
  return {
    to,
    subject: content.subject,
    text: textOf(content, frame),
    html: String(pageOf(content, frame)),
    link: content.action?.link ?? null,
  };
}

function textOf({ paragraphs, action, footnotes }: MailContent, frame: MailFrame): string {
  const parts = [
    ...paragraphs,
    ...(action ? [`${action.label}:\n${action.link}`] : []),
    ...footnotes,
    `-- \n${frame.productName}, ${frame.publicUrl.origin}`,
  ];

  return `${parts.join('\n\n')}\n`;
}

/** Styles stand in the elements: mail programs drop the others. */
const styles = {
  body: 'margin:0;padding:24px 12px;background:#f6f4ee;color:#22201a;font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif',
  card: 'max-width:520px;margin:0 auto;padding:28px 28px 20px;background:#ffffff;border:1px solid #e4dfd0;border-radius:10px',
  name: 'margin:0 0 20px;font-weight:600;color:#5b3f00',
  heading: 'margin:0 0 16px;font-size:21px;line-height:1.3',
  paragraph: 'margin:0 0 16px;overflow-wrap:anywhere',
  button:
    'display:inline-block;padding:11px 20px;background:#5b3f00;color:#ffffff;font-weight:600;text-decoration:none;border-radius:6px',
  small: 'margin:0 0 12px;font-size:14px;color:#5f5a4c;overflow-wrap:anywhere',
  link: 'color:#5b3f00',
} as const;

function pageOf({ subject, paragraphs, action, footnotes }: MailContent, frame: MailFrame): Html {
  const { productName, publicUrl } = frame;

  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${subject}</title>
      </head>
      <body style="${styles.body}">
        <div style="${styles.card}">
          <p style="${styles.name}">${productName}</p>
          <h1 style="${styles.heading}">${subject}</h1>
          ${paragraphs.map((text) => html`<p style="${styles.paragraph}">${text}</p> `)}${action ? actionOf(action) : ''}
          ${footnotes.map((text) => html`<p style="${styles.small}">${text}</p> `)}
          <p style="${styles.small}">
            <a href="${publicUrl.origin}" style="${styles.link}">${publicUrl.host}</a>
          </p>
        </div>
      </body>
    </html> `;
}

function actionOf({ label, link }: NonNullable<MailContent['action']>): Html {
  return html`<p style="${styles.paragraph}">
      <a href="${link}" style="${styles.button}">${label}</a>
    </p>
    <p style="${styles.small}">
      If the button does not work, open this link:<br /><a href="${link}" style="${styles.link}"
        >${link}</a
      >
    </p>`;
}
