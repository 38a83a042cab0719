import type { Page } from 'playwright-core';
import { vi } from 'vitest';

/** GraphiQL as a person uses it: by its tabs, its editors and its play button. */
export interface GraphiQLPage {
  tabTitles(): Promise<string[]>;
  /** By the name of its operation, like "Register". */
  openTab(title: string): Promise<void>;
  /** Replaces the document of the open tab. */
  setQuery(query: string): Promise<void>;
  /** Replaces the variables of the open tab. */
  setVariables(variables: object): Promise<void>;
  /** Of the open tab. */
  variables(): Promise<unknown>;
  /** Presses the play button, and waits for the head of the answer: that of a subscription has no end. */
  start(): Promise<void>;
  /** Presses the play button, and waits for the end of the answer. */
  run(): Promise<void>;
  /** What the response pane says, parsed. */
  response(): Promise<unknown>;
  /** The text of the documentation, which GraphiQL makes from an introspection. */
  documentation(): Promise<string>;
}

/** Opens GraphiQL, and waits until it knows the schema and can run. */
export async function openGraphiQL(page: Page, url: string): Promise<GraphiQLPage> {
  const introspected = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.goto(url);
  await introspected;
  for (const name of Object.values(editors)) {
    await editorOf(page, name).waitFor({ state: 'attached' });
  }

  const tabs = page.getByRole('tab');
  const executeButton = page.getByRole('button', { name: 'Execute query' });

  return {
    tabTitles: async () => tabs.allInnerTexts(),

    async openTab(title) {
      // By key: tabs slide about, out from under a mouse.
      await tabs.getByTitle(title, { exact: true }).press('Enter');
      await page.getByRole('tab', { name: title, selected: true }).waitFor();
    },

    setQuery: async (query) => paste(page, editors.query, query),
    setVariables: async (variables) => paste(page, editors.variables, JSON.stringify(variables)),
    variables: async () => JSON.parse(await copy(page, editors.variables)),

    async start() {
      await settle(page);
      const answered = page.waitForResponse((response) => response.request().method() === 'POST');
      await executeButton.click();
      await answered;
    },

    async run() {
      await settle(page);
      const answered = page.waitForResponse((response) => response.request().method() === 'POST');
      await executeButton.click();
      await (await answered).finished();
      // It is a stop button in the meantime.
      await executeButton.waitFor();
    },

    response: async () => JSON.parse((await copy(page, editors.response)) || 'null'),

    async documentation() {
      await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
      const text = await page.locator('.graphiql-doc-explorer').innerText();
      await page.getByRole('button', { name: 'Hide Documentation Explorer' }).click();

      return text;
    },
  };
}

const editors = {
  query: 'Operation Editor',
  variables: 'Variables',
  response: 'Result Window',
};

/** GraphiQL notes a change of document and operation a moment later. Until then it runs the old. */
async function settle(page: Page): Promise<void> {
  const query = await copy(page, editors.query);
  await vi.waitUntil(
    async () => (await page.evaluate("localStorage.getItem('graphiql:query')")) === query,
    { timeout: 5000 },
  );
}

/** The field that takes an editor's keys. The editor draws only the lines that can be seen. */
function editorOf(page: Page, name: string) {
  return page.getByRole('region', { name }).getByLabel('Editor content').first();
}

/** Pasted, since the editor would close each bracket of a text that is typed. */
async function paste(page: Page, name: string, text: string): Promise<void> {
  await editorOf(page, name).press('ControlOrMeta+A');
  await page.evaluate(clipboardEvent('paste', text));
}

async function copy(page: Page, name: string): Promise<string> {
  await editorOf(page, name).press('ControlOrMeta+A');

  return String(await page.evaluate(clipboardEvent('copy', '')));
}

/** What the keys would do, on a clipboard of its own. Gives the text that is in it afterwards. */
function clipboardEvent(type: 'copy' | 'paste', text: string): string {
  return `(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', ${JSON.stringify(text)});
    document.activeElement.dispatchEvent(
      new ClipboardEvent('${type}', { clipboardData, bubbles: true, cancelable: true }),
    );
    return clipboardData.getData('text/plain');
  })()`;
}
