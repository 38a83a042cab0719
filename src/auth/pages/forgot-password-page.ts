import { z } from 'zod';

import { InvalidInputError } from '../../graphql/errors.ts';
import { validInput } from '../../graphql/input.ts';
import { html } from '../../mail/html.ts';
import { emailAddress } from '../email-address.ts';
import { requestPasswordReset } from '../password-reset.ts';
import { requireMail } from '../require-mail.ts';
import { alertOf, type View } from './page-html.ts';
import type { Page } from './page-route.ts';

/** Asks for the mail with the link: `requestPasswordReset`. */
export const forgotPasswordPage: Page = {
  show: async ({ outbox }) => {
    requireMail(outbox);

    return form([]);
  },
  submit: async (scope, _token, fields) => {
    try {
      const { email } = validInput(z.object({ email: emailAddress }), Object.fromEntries(fields));
      await requestPasswordReset(scope, email);
    } catch (error) {
      if (error instanceof InvalidInputError) {
        return form(error.issues.map(({ message }) => message));
      }
      throw error;
    }

    return {
      title: 'Look into your mailbox',
      content: html`<p>
        If the address is the confirmed one of an account, a mail with a link is on its way. The
        link works for an hour.
      </p>`,
    };
  },
};

function form(messages: readonly string[]): View {
  return {
    ...(messages.length > 0 && { status: 422, code: 'INVALID_INPUT' }),
    title: 'Get a new password',
    content: html`${alertOf(messages)}
      <form method="post">
        <label for="email">Your confirmed mail address</label>
        <input id="email" name="email" type="email" autocomplete="email" required />
        <button>Send me a link</button>
      </form>`,
  };
}
