/** Where mails go, and what they say of the installation. */
export interface MailSettings {
  /** Null where no server sends them. */
  readonly smtpUrl: URL | null;
  /** Where mails are kept as files when no server sends them; null for nowhere. */
  readonly folder: string | null;
  /** An address, or a name and an address in angle brackets. */
  readonly from: string;
  readonly productName: string;
  /** The pages of a client, with `{token}` where the token goes; null for our own. */
  readonly passwordResetUrl: string | null;
  readonly emailVerificationUrl: string | null;
}
