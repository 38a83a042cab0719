import { Lexer, parse, Source, TokenKind, type DocumentNode, type GraphQLError } from 'graphql';

import { overLimit, type OperationLimits } from './operation-limits.ts';

/**
 * Parses a document that is within its size and number of tokens. Both are looked at first, because a
 * parser that is let loose on a deep enough document overflows the stack.
 *
 * @throws {GraphQLError} DOCUMENT_TOO_LARGE, TOO_MANY_TOKENS, or without a code for a syntax error
 */
export function parseDocument(
  text: string,
  { size, tokens }: Pick<OperationLimits, 'size' | 'tokens'>,
): DocumentNode {
  const bytes = Buffer.byteLength(text);
  if (bytes > size) {
    throw overLimit('DOCUMENT_TOO_LARGE', 'The size of the document, in bytes,', {
      limit: size,
      actual: bytes,
    });
  }

  try {
    return parse(text, { maxLexicalTokens: tokens });
  } catch (error) {
    throw tooManyTokens(text, tokens) ?? error;
  }
}

/** The parser stops at the limit with a syntax error like any other; the lexer tells them apart. */
function tooManyTokens(text: string, limit: number): GraphQLError | null {
  const actual = countTokens(text);

  return actual > limit
    ? overLimit('TOO_MANY_TOKENS', 'The number of tokens', { limit, actual })
    : null;
}

/** Up to the end, or to the first thing that is no token. */
function countTokens(text: string): number {
  const lexer = new Lexer(new Source(text));
  let count = 0;
  try {
    while (lexer.advance().kind !== TokenKind.EOF) {
      count += 1;
    }
  } catch {
    // What follows cannot be counted.
  }

  return count;
}
