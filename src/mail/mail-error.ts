/** A mail did not go out. The code tells why, without what was sent and to whom. */
export class MailError extends Error {
  override readonly name = 'MailError';
  readonly code: string;
  /** Whether the same mail would be refused again. */
  readonly isFinal: boolean;

  constructor(code: string, isFinal: boolean) {
    super(`The mail was not taken: ${code}`);
    this.code = code;
    this.isFinal = isFinal;
  }
}
