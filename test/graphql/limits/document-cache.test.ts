import { parse, type DocumentNode, type ValidationRule } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { expect, test } from 'vitest';

import { createTestApp, type TestApp } from '../../support/app.ts';

/** An application that tells, of each document it runs, whether it was validated anew. */
async function watchedApp(cacheSize = 1_000_000) {
  const validated: boolean[] = [];
  const documents: DocumentNode[] = [];
  const watch: Plugin = {
    onValidate: ({ params }) => {
      documents.push(params.documentAST);
      const before = ruleRuns;

      return () => void validated.push(ruleRuns > before);
    },
  };
  let ruleRuns = 0;
  const rule: ValidationRule = () => {
    ruleRuns += 1;

    return {};
  };
  const addRule: Plugin = { onValidate: ({ addValidationRule }) => addValidationRule(rule) };
  await using usual = await createTestApp();
  const operationLimits = { ...usual.config.operationLimits, cacheSize };
  const app = await createTestApp({ config: { operationLimits }, plugins: [watch, addRule] });

  return { app, validated, documents, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

async function run(app: TestApp, ...queries: string[]): Promise<void> {
  for (const query of queries) {
    await app.client().query(query);
  }
}

function documentOf(name: string, size: number): string {
  return `query ${name} { __typename } #`.padEnd(size, '.');
}

test('[C7] a document is parsed and validated once', async () => {
  await using watched = await watchedApp();
  const { app, validated, documents } = watched;
  await run(app, '{ viewer { id } }', '{ viewer { id } }', '{ viewer {  id } }');

  expect(validated).toEqual([true, false, true]);
  expect(documents[1]).toBe(documents[0]);
  expect(documents[2]).not.toBe(documents[0]);
});

test('[C7] the documents that were not used for longest make room for others', async () => {
  await using watched = await watchedApp(3000);
  const { app, validated } = watched;
  const names = ['A', 'B', 'C', 'A', 'D', 'A', 'B'];
  await run(app, ...names.map((name) => documentOf(name, 1000)));

  expect(validated).toEqual([true, true, true, false, true, false, true]);
});

test('[C7] a document that is larger than the cache is run, and not kept', async () => {
  await using watched = await watchedApp(1000);
  const { app, validated } = watched;
  const [small, large] = [documentOf('A', 900), documentOf('B', 1001)];
  await run(app, small, large, large, small);

  expect(validated).toEqual([true, true, true, false]);
});

test('[C7] a dense document counts as if it were written with room', async () => {
  await using watched = await watchedApp(1000);
  const { app, validated } = watched;
  const dense = `{${'...{viewer{id}}'.repeat(18)}}`;
  await run(app, dense, dense);

  expect(dense.length).toBeLessThan(300);
  expect(parse(dense).tokenCount).toBeGreaterThan(125);
  expect(validated).toEqual([true, true]);
});

test('[C7] a document that fails is not kept', async () => {
  await using watched = await watchedApp();
  const { app, validated } = watched;
  const bad = '{ unknown }';
  await run(app, bad, bad, '{ viewer {', '{ viewer {', `{ ${'a'.repeat(20)}: viewer { nobody } }`);

  expect(validated).toEqual([true, true, true]);
});

test('[C7] another rule validates a known document again', async () => {
  const only: ValidationRule[] = [];
  const plugin: Plugin = {
    onValidate: ({ addValidationRule }) => {
      only.splice(0).forEach((rule) => addValidationRule(rule));
    },
  };
  await using app = await createTestApp({ plugins: [plugin] });
  await run(app, '{ viewer { id } }');
  let runs = 0;
  only.push(() => ({ Document: () => void (runs += 1) }));
  await run(app, '{ viewer { id } }');

  expect(runs).toBe(1);
});
