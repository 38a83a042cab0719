/**
 * Documents that an operator has allowed by name. A name is `sha256:` and the SHA-256 of the document's
 * text in hex, as the draft of GraphQL over HTTP writes a `documentId`. Where they are required, nothing
 * that a client makes up is even parsed.
 */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { GraphQLError } from 'graphql';
import { z } from 'zod';

import { OperatorError } from '../operator-error.ts';
import { refusal } from './errors.ts';
import type { OperationParams } from './operation-params.ts';

export interface PersistedOperationsOptions {
  /** A JSON file: documents by their hash, or a list of documents. Null for none. */
  readonly file: string | null;
  /** Whether every other document is refused. */
  readonly areRequired: boolean;
  /** What is wrong with a document. */
  readonly check: (text: string) => readonly GraphQLError[];
}

export interface PersistedOperations {
  /**
   * The text of the document to run.
   *
   * @throws {GraphQLError} PERSISTED_OPERATION_NOT_FOUND, PERSISTED_OPERATION_REQUIRED
   */
  documentOf(params: OperationParams): string;
}

/** @throws {OperatorError} that names the file, or the operation in it, that cannot be used */
export function createPersistedOperations({
  file,
  areRequired,
  check,
}: PersistedOperationsOptions): PersistedOperations {
  const documents = new Map(
    file === null ? [] : readDocuments(file).map((text) => [idOf(text), text]),
  );
  for (const text of documents.values()) {
    checkOperation(text, check);
  }

  return {
    documentOf: ({ query, documentId }) => {
      if (query == null) {
        return documents.get(documentId ?? '') ?? failNotFound();
      }
      if (areRequired) {
        throw refusal(
          'PERSISTED_OPERATION_REQUIRED',
          'This server runs persisted operations alone. Send the documentId of one, and no query.',
        );
      }

      return query;
    },
  };
}

function failNotFound(): never {
  throw refusal('PERSISTED_OPERATION_NOT_FOUND', 'There is no persisted operation of this id.');
}

const documentsFile = z.union([z.array(z.string()), z.record(z.string(), z.string())]);

function readDocuments(file: string): readonly string[] {
  const content = readJson(file);
  const { data } = documentsFile.safeParse(content);
  if (!data) {
    throw new OperatorError(
      `PERSISTED_OPERATIONS names ${file}, which must be a JSON file that can be read: ` +
        'an object of documents by their SHA-256, or a list of documents.',
    );
  }

  return Array.isArray(data) ? data : Object.entries(data).map(checkHash);
}

/** Null when there is none. */
function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

function checkHash([given, text]: readonly [hash: string, text: string]): string {
  if (idOf(text) !== `sha256:${given}`) {
    throw new OperatorError(
      `The persisted operation ${given} has another hash than that: ${idOf(text)}.`,
    );
  }

  return text;
}

function checkOperation(text: string, check: PersistedOperationsOptions['check']): void {
  const errors = problemsOf(text, check);
  if (errors.length > 0) {
    const name = /\b(?:query|mutation|subscription)\s+(\w+)/u.exec(text)?.[1] ?? 'without a name';
    const reasons = errors.map(({ message }) => message).join(' ');
    throw new OperatorError(
      `The persisted operation ${name}, ${idOf(text)}, is no good: ${reasons}`,
    );
  }
}

/** A syntax error is thrown, anything else is found. */
function problemsOf(
  text: string,
  check: PersistedOperationsOptions['check'],
): readonly GraphQLError[] {
  try {
    return check(text);
  } catch (error) {
    if (error instanceof GraphQLError) {
      return [error];
    }
    throw error;
  }
}

function idOf(text: string): string {
  return `sha256:${hash('sha256', text)}`;
}
