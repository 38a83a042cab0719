/** Pages of somebody else, and what they try. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Page } from 'playwright-core';

export interface PageServer extends AsyncDisposable {
  readonly port: number;
}

/** Serves an empty page at every path, on 127.0.0.1, which browsers know as localhost, too. */
export async function servePages(): Promise<PageServer> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>x</title>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** What a page's script gets to see of an answer: its body, or that there is nothing to see. */
async function fetchIn(page: Page, url: string, init: RequestInit): Promise<string> {
  return page.evaluate(
    `fetch(${JSON.stringify(url)}, ${JSON.stringify(init)}).then(
      async (response) => (response.type === 'opaque' ? 'nothing' : response.text()),
      () => 'nothing',
    )`,
  );
}

/** Sends an operation as a client app does that wants its cookie to go with it. */
export async function queryIn(page: Page, url: string, query: string): Promise<any> {
  const text = await fetchIn(page, url, {
    method: 'POST',
    credentials: 'include',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });

  return text === 'nothing' ? text : JSON.parse(text);
}

/** Each of the ways in which a page can send something, with its visitor's cookies. */
export const attacks: Readonly<
  Record<string, (page: Page, url: string, query: string) => Promise<unknown>>
> = {
  'a fetch of JSON': async (page, url, query) => queryIn(page, url, query),
  'a fetch of JSON without cookies': async (page, url, query) =>
    fetchIn(page, url, { ...post('application/json', query), credentials: 'omit' }),
  'a fetch that asks for a stream': async (page, url, query) =>
    fetchIn(page, url, {
      ...post('application/json', query),
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    }),
  'a fetch of plain text': async (page, url, query) =>
    fetchIn(page, url, post('text/plain', query)),
  'a fetch of JSON called plain text': async (page, url, query) =>
    fetchIn(page, url, { ...post('text/plain; application/json', query), mode: 'no-cors' }),
  'a fetch of a form without CORS': async (page, url, query) =>
    fetchIn(page, url, {
      ...post('application/x-www-form-urlencoded', query),
      body: new URLSearchParams({ query }).toString(),
      mode: 'no-cors',
    }),
  'a fetch by GET': async (page, url, query) =>
    fetchIn(page, `${url}?query=${encodeURIComponent(query)}`, {
      credentials: 'include',
      mode: 'no-cors',
    }),
  'a beacon': async (page, url, query) =>
    page.evaluate(
      `navigator.sendBeacon(${JSON.stringify(url)}, ${JSON.stringify(JSON.stringify({ query }))})`,
    ),
  'a form': async (page, url, query) =>
    submit(page, url, query, 'application/x-www-form-urlencoded'),
  'a form of parts': async (page, url, query) => submit(page, url, query, 'multipart/form-data'),
  'a form of plain text': async (page, url, query) => submit(page, url, query, 'text/plain'),
  'a page without an origin': async (page, url, query) =>
    page.evaluate(`new Promise((resolve) => {
      const frame = document.createElement('iframe');
      frame.sandbox = 'allow-scripts';
      frame.srcdoc = '<script>' + ${JSON.stringify(
        `fetch('${url}', ${JSON.stringify(post('application/json', query))})
          .then((response) => response.text(), () => 'nothing')
          .then((text) => parent.postMessage(text, '*'))`,
      )} + '</' + 'script>';
      addEventListener('message', ({ data }) => resolve(data), { once: true });
      document.body.append(frame);
    })`),
};

function post(contentType: string, query: string): RequestInit {
  return {
    method: 'POST',
    credentials: 'include',
    headers: { 'content-type': contentType },
    body: JSON.stringify({ query }),
  };
}

/** In a frame, so that the page stays. The text of a form can be made to be JSON. */
async function submit(page: Page, url: string, query: string, enctype: string): Promise<unknown> {
  const name = JSON.stringify({ query, x: '' }).slice(0, -2);

  return page.evaluate(`new Promise((resolve) => {
    const frame = document.createElement('iframe');
    frame.name = 'sink';
    const form = document.createElement('form');
    Object.assign(form, {
      action: ${JSON.stringify(url)}, method: 'post', enctype: '${enctype}', target: 'sink',
    });
    const field = document.createElement('input');
    Object.assign(field, '${enctype}' === 'text/plain'
      ? { name: ${JSON.stringify(name)}, value: '"}' }
      : { name: 'query', value: ${JSON.stringify(query)} });
    form.append(field);
    document.body.append(frame, form);
    frame.onload = () => { frame.remove(); form.remove(); resolve('nothing'); };
    form.submit();
  })`);
}
