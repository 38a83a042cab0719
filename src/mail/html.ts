/**
 * HTML in template literals. What is put in is escaped, unless it is HTML from here itself: there is no way
 * for a text to become markup.
 */
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type { Html };

/** Lists are put together without anything in between. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (Html | string | readonly Html[])[]
): Html {
  return new Html(String.raw({ raw: parts }, ...values.map(markupOf)));
}

function markupOf(value: Html | string | readonly Html[]): string {
  if (typeof value === 'string') {
    return value.replace(/[&<>"']/gu, (character) => ESCAPES[character] ?? '');
  }

  return value instanceof Html ? String(value) : value.join('');
}
