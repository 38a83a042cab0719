import type { Answer } from './exchange.ts';

/** A request that HTTP itself refuses. The answer has the form of a GraphQL error. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  toAnswer(): Answer {
    return {
      status: this.status,
      headers: { ...this.headers, 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({
        errors: [{ message: this.message, extensions: { code: this.code } }],
      }),
    };
  }
}
