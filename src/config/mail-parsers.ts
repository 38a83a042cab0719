/** From texts to values, for the settings of mail. The messages are written as those of the other parsers. */
import { z } from 'zod';

/** A server that takes mail; null when it is not set. */
export function smtpUrl() {
  return z
    .string()
    .refine((text) => text === '' || isSmtpUrl(text), {
      error: 'must be smtp://user:password@host:port or smtps://..., perhaps with ?tls=none',
    })
    .transform((text) => (text === '' ? null : new URL(text)));
}

function isSmtpUrl(text: string): boolean {
  const url = URL.parse(text);
  const queries = url?.protocol === 'smtp:' ? ['', '?tls=none'] : [''];

  return (
    url !== null &&
    /^smtps?:$/.test(url.protocol) &&
    url.hostname !== '' &&
    ['', '/'].includes(url.pathname) &&
    url.hash === '' &&
    queries.includes(url.search) &&
    isDecodable(url.username + url.password)
  );
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);

    return true;
  } catch {
    return false;
  }
}

/** An address, or a name and an address; empty when it is not set. */
export function mailbox() {
  return z.string().refine((text) => text === '' || isMailbox(text), {
    error: 'must be an address, or a name and an address in angle brackets',
  });
}

function isMailbox(text: string): boolean {
  const [, address = text] = /^[^<>"\p{C}]+ <([^<>]+)>$/u.exec(text) ?? [];

  return z.email().safeParse(address).success;
}

export function productName() {
  return z
    .string()
    .refine((text) => /^[\p{L}\p{N}][\p{L}\p{M}\p{N} .,&'+!()-]{0,49}$/u.test(text), {
      error: 'must be a name of letters, digits, blanks and plain punctuation, up to 50 characters',
    });
}

/** The link of a page with `{token}` in it; null when it is not set. */
export function linkTemplate() {
  return z
    .string()
    .refine((text) => text === '' || isLinkTemplate(text), {
      error: 'must be an http or https URL with {token} in it, once',
    })
    .transform((text) => text || null);
}

function isLinkTemplate(text: string): boolean {
  const url = URL.parse(text.replace('{token}', 'token'));

  return (
    text.split('{token}').length === 2 &&
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.username + url.password === '' &&
    // The token must not choose the server.
    !text.slice(0, url.origin.length + 1).includes('{')
  );
}
