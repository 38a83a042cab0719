import { html } from '../../mail/html.ts';
import { verifyEmail } from '../email-verification.ts';
import { findMailToken } from '../mail-tokens.ts';
import type { Page } from './page-route.ts';

/** Confirms an address: `verifyEmail`. */
export const verifyEmailPage: Page = {
  show: async (scope, token) => {
    const { user } = await findMailToken(scope, 'EMAIL_VERIFICATION', token);

    return {
      title: 'Confirm your address',
      content: html`<p>
          Is the mailbox that this link came to yours, and the account
          <strong>${user.username}</strong>, too?
        </p>
        <form method="post">
          <button>Confirm the address</button>
        </form>`,
    };
  },
  submit: async (scope, token) => {
    const { username } = await verifyEmail(scope, token);

    return {
      title: 'Your address is confirmed',
      content: html`<p>
          You can log in to <strong>${username}</strong> with it from now on, and get a new password
          by mail.
        </p>
        <p>You can close this page.</p>`,
    };
  },
};
