/** A mail as it is sent. */
export interface RenderedMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** What its reader is to open; null when there is nothing. */
  readonly link: string | null;
}

/** Who carries mails. */
export interface MailTransport {
  /** @throws {MailError} */
  send(mail: RenderedMail): Promise<void>;
  /** What is being sent is broken off. */
  close(): void;
}
