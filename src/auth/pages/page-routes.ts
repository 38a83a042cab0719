import type { Route } from '../../http/edge.ts';
import { forgotPasswordPage } from './forgot-password-page.ts';
import { createPageRoute, type PageRouteOptions } from './page-route.ts';
import { FORGOT_PASSWORD_PATH, RESET_PASSWORD_PATH, VERIFY_EMAIL_PATH } from './paths.ts';
import { resetPasswordPage } from './reset-password-page.ts';
import { verifyEmailPage } from './verify-email-page.ts';

/** The pages that mails lead to, by their paths: for whoever has no client with pages of its own. */
export function createPageRoutes(options: PageRouteOptions): Readonly<Record<string, Route>> {
  return {
    [FORGOT_PASSWORD_PATH]: createPageRoute(forgotPasswordPage, options),
    [RESET_PASSWORD_PATH]: createPageRoute(resetPasswordPage, options),
    [VERIFY_EMAIL_PATH]: createPageRoute(verifyEmailPage, options),
  };
}
