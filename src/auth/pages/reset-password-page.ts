import { InvalidInputError } from '../../graphql/errors.ts';
import { html } from '../../mail/html.ts';
import { findMailToken } from '../mail-tokens.ts';
import { resetPassword } from '../password-reset.ts';
import { alertOf, type View } from './page-html.ts';
import type { Page, PageScope } from './page-route.ts';

/** Sets a new password: `resetPassword`. */
export const resetPasswordPage: Page = {
  show: async (scope, token) => form(scope, token, []),
  submit: async (scope, token, fields) => {
    const newPassword = fields.get('newPassword') ?? '';
    if (newPassword !== fields.get('repeated')) {
      return form(scope, token, ['The two passwords are not the same.']);
    }
    try {
      const { username } = await resetPassword(scope, { token, newPassword });

      return {
        title: 'Your password is changed',
        content: html`<p>
            Log in as <strong>${username}</strong> with the new one. You are logged out everywhere,
            and your access tokens work no more.
          </p>
          <p>You can close this page.</p>`,
      };
    } catch (error) {
      if (error instanceof InvalidInputError) {
        const messages = error.issues.map(({ message }) => message);
        return form(scope, token, messages);
      }
      throw error;
    }
  },
};

/** The user name is for whoever keeps passwords for people: it belongs to the new one. */
async function form(scope: PageScope, token: string, messages: readonly string[]): Promise<View> {
  const { user } = await findMailToken(scope, 'PASSWORD_RESET', token);

  return {
    ...(messages.length > 0 && { status: 422, code: 'INVALID_INPUT' }),
    title: 'Choose a new password',
    content: html`${alertOf(messages)}
      <form method="post">
        <label for="username">Account</label>
        <input
          id="username"
          name="username"
          autocomplete="username"
          value="${user.username}"
          readonly
        />
        <label for="new-password">New password</label>
        <input
          id="new-password"
          name="newPassword"
          type="password"
          autocomplete="new-password"
          required
          aria-describedby="hint"
        />
        <p class="hint" id="hint">
          At least ${String(scope.passwords.minLength)} characters; a few random words do well.
        </p>
        <label for="repeated">The same again</label>
        <input id="repeated" name="repeated" type="password" autocomplete="new-password" required />
        <button>Change the password</button>
      </form>`,
  };
}
