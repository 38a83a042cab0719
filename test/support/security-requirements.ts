/**
 * What Jotter holds, requirement by requirement: the one source of `docs/security.md`. A test shows a
 * requirement when its name begins with the id in brackets, as in `[A1] only the digest is stored`, or
 * `[A1, B2]` for two. `npm run security` finds the tests; nothing here names them.
 */

export interface SecuritySection {
  /** The letter that its requirements' ids begin with. */
  readonly letter: string;
  readonly title: string;
  readonly requirements: readonly SecurityRequirement[];
}

export interface SecurityRequirement {
  /** The section's letter and a number, such as `A1`. */
  readonly id: string;
  /** What holds, in one sentence of Markdown. */
  readonly holds: string;
  /** What asks for it: sections of ASVS 5.0 by their numbers, and others by their names. */
  readonly answersTo: readonly string[];
  /** Why there is no test at all. A requirement with neither a test nor a reason is open. */
  readonly reason?: string;
  /** What a requirement with tests says that they do not show yet, and why. */
  readonly notYet?: string;
}

export const securitySections: readonly SecuritySection[] = [
  {
    letter: 'A',
    title: 'Session and cookie',
    requirements: [
      {
        id: 'A1',
        holds:
          'A session’s secret is 256 random bits that mean nothing; the database has its SHA-256 alone, which opens no session.',
        answersTo: ['ASVS 7.2.3', 'ASVS 11.5.1'],
      },
      {
        id: 'A2',
        holds:
          'A login sets one cookie, `__Host-session`, for this host alone, hidden from scripts, for https only, Lax and small; its token is found in no body, log line or column.',
        answersTo: ['ASVS 3.3.1', 'ASVS 3.3.2', 'ASVS 3.3.3', 'ASVS 3.3.4', 'ASVS 3.3.5'],
      },
      {
        id: 'A3',
        holds:
          'Production does not start with a missing, short or guessable signing secret, and names the variable without its value; development keeps a generated one in a file for its owner alone.',
        answersTo: ['ASVS 13.3.1', 'OWASP Cryptographic Storage Cheat Sheet'],
      },
      {
        id: 'A4',
        holds:
          'A cookie that was altered in any way makes an anonymous visitor without asking the database; the signature covers the cookie’s name, its key serves nothing else, and it is compared in constant time.',
        answersTo: ['ASVS 7.2.1', 'ASVS 11.2.4', 'ASVS 11.4.3'],
      },
      {
        id: 'A5',
        holds:
          'Signing secrets can be rotated: the newest signs, all of them verify, a cookie of an older one is signed anew, and one of a dropped secret is worth nothing.',
        answersTo: ['ASVS 13.3.4', 'CVE-2025-47278'],
      },
      {
        id: 'A6',
        holds:
          'The token changes with every login, confirmed password and changed password, so that none can be planted; the one just replaced may still read for ten seconds.',
        answersTo: ['ASVS 7.2.4', 'OWASP Session Management Cheat Sheet'],
      },
      {
        id: 'A7',
        holds:
          'A logout ends this session, the others or all of them on the server, copies of the cookie included, and succeeds for whoever is not logged in.',
        answersTo: ['ASVS 7.4.1'],
      },
      {
        id: 'A8',
        holds:
          'The server ends a session that was idle for too long, and any session at its absolute limit, which no activity moves; a wrong clock ends sessions and crashes nothing.',
        answersTo: ['ASVS 7.3.1', 'ASVS 7.3.2'],
      },
      {
        id: 'A9',
        holds:
          'A disabled or deleted user is anonymous from the next request on, and a changed password ends the user’s other sessions; one that was reset by mail ends all.',
        answersTo: ['ASVS 7.4.2', 'ASVS 7.4.3'],
      },
      {
        id: 'A10',
        holds:
          'People see where they are logged in and can end any of those sessions; a session of somebody else does not exist for them, and the list holds no secret.',
        answersTo: ['ASVS 7.5.2', 'ASVS 8.2.2'],
      },
      {
        id: 'A11',
        holds:
          'A visitor who is not logged in leaves no row and gets no cookie, and a document that is not valid costs no query.',
        answersTo: ['ASVS 7.6.2', 'ASVS 15.2.2'],
      },
      {
        id: 'A12',
        holds:
          'No answer of the API may be stored by a cache, and each says that it depends on the cookie.',
        answersTo: ['ASVS 14.3.2', 'CVE-2023-30861', 'CVE-2026-27205'],
      },
      {
        id: 'A13',
        holds:
          'A session is carried by its cookie and by nothing else; two cookies of its name make an anonymous visitor, and a line in the log.',
        answersTo: ['ASVS 14.2.1', 'ASVS 15.3.7'],
      },
      {
        id: 'A14',
        holds:
          'A database that fails while a session is looked up makes a 503, and nobody anonymous; what has expired is swept in batches.',
        answersTo: ['ASVS 16.5.2', 'ASVS 16.5.3', 'ASVS 14.2.7'],
      },
    ],
  },
  {
    letter: 'B',
    title: 'Passwords and login',
    requirements: [
      {
        id: 'B1',
        holds:
          'Passwords are kept as argon2id hashes of OWASP’s parameters or better; an older hash is replaced at a login, and a broken one is a wrong password and an error in the log.',
        answersTo: ['ASVS 11.4.2', 'OWASP Password Storage Cheat Sheet'],
      },
      {
        id: 'B2',
        holds:
          'A password’s length is counted in characters and bounded before anything is hashed; common ones and those made of the user name are refused with the reason, and no composition is asked for.',
        answersTo: [
          'ASVS 6.2.1',
          'ASVS 6.2.4',
          'ASVS 6.2.5',
          'ASVS 6.2.9',
          'ASVS 6.2.11',
          'NIST SP 800-63B-4',
        ],
      },
      {
        id: 'B3',
        holds:
          'A password is checked as it was typed, in its NFC form, and neither trimmed nor cut nor lower-cased; NUL and ill-formed text are refused.',
        answersTo: ['ASVS 6.2.8', 'NIST SP 800-63B-4'],
      },
      {
        id: 'B4',
        holds:
          'A user name is 3 to 32 plain characters and unique whatever the letter cases, also when twenty people ask for it at once.',
        answersTo: ['ASVS 2.2.1', 'ASVS 15.4.2'],
      },
      {
        id: 'B5',
        holds:
          'A refused login says and costs the same for an unknown user or address, a wrong password, a disabled account and a broken hash: one hash, and as many queries.',
        answersTo: ['ASVS 6.3.8', 'CVE-2024-39329', 'CVE-2025-13473'],
      },
      {
        id: 'B6',
        holds:
          'Attempts at a password are counted one by one, by account and by network, in the database; a full bucket delays, does not lock the owner out, hashes nothing and tells nothing of the account.',
        answersTo: ['ASVS 6.3.1', 'ASVS 2.4.1', 'OWASP GraphQL Cheat Sheet'],
      },
      {
        id: 'B7',
        holds:
          'Two hashes run at a time and a bounded number wait; beyond that a login is refused at once, and other requests stay quick.',
        answersTo: ['ASVS 15.2.2', 'ASVS 15.4.4'],
      },
      {
        id: 'B8',
        holds:
          'A new password needs the current one or a token from a mail, and what changes the mail address, ends an account or lets a program act for it needs a fresh login.',
        answersTo: ['ASVS 6.2.3', 'ASVS 7.5.1', 'ASVS 7.5.3'],
      },
    ],
  },
  {
    letter: 'C',
    title: 'The edge',
    requirements: [
      {
        id: 'C1',
        holds:
          'Operations come by POST with JSON; whatever a form can send is refused without effect, GET serves GraphiQL alone, and there are no batches.',
        answersTo: ['ASVS 3.5.2', 'ASVS 3.5.3', 'OWASP CSRF Prevention Cheat Sheet'],
      },
      {
        id: 'C2',
        holds:
          'A request that a page of another origin has caused is refused, logins and logouts included; one with an access token and no cookie may come from anywhere.',
        answersTo: ['ASVS 3.5.1', 'ASVS 3.5.2', 'OWASP CSRF Prevention Cheat Sheet'],
      },
      {
        id: 'C3',
        holds:
          'No other origin may read an answer unless it is listed, letter by letter, and errors follow the same rule.',
        answersTo: ['ASVS 3.4.2'],
      },
      {
        id: 'C4',
        holds:
          'Every answer has the security headers, errors and unknown paths included, and tells nothing of the server; in production browsers are kept on https.',
        answersTo: [
          'ASVS 3.4.1',
          'ASVS 3.4.3',
          'ASVS 3.4.4',
          'ASVS 3.4.5',
          'ASVS 3.4.6',
          'ASVS 3.4.8',
          'ASVS 4.1.1',
          'ASVS 13.4.6',
        ],
      },
      {
        id: 'C5',
        holds:
          'A malformed request is refused with a 4xx that repeats nothing of it and shows neither a stack nor a path.',
        answersTo: ['ASVS 4.2.1', 'ASVS 16.5.1'],
      },
      {
        id: 'C6',
        holds:
          '`X-Forwarded-For` is believed only as far as the proxies reach that the operator has counted, and not at all by default.',
        answersTo: ['ASVS 4.1.3', 'ASVS 15.3.4'],
      },
      {
        id: 'C7',
        holds:
          'Bodies, documents, waiting times and connections are bounded, so that slow senders are closed while others are served, and caches of documents stay small.',
        answersTo: ['ASVS 15.2.2', 'ASVS 4.3.1', 'OWASP Denial of Service Cheat Sheet'],
      },
    ],
  },
  {
    letter: 'D',
    title: 'Data',
    requirements: [
      {
        id: 'D1',
        holds:
          'SQLite keeps every acknowledged write whole through a SIGKILL, opens each time with the same safe settings, and belongs to one server at a time.',
        answersTo: ['ASVS 2.3.3', 'ASVS 16.5.3'],
      },
      {
        id: 'D2',
        holds:
          'What a client sends is a value and never a piece of a query: texts come back as they were, and objects in place of texts are refused.',
        answersTo: ['ASVS 1.2.4', 'ASVS 15.3.5', 'ASVS 15.3.6'],
      },
      {
        id: 'D3',
        holds:
          'Requests share no entities: two users at the same moment never see each other’s rows.',
        answersTo: ['ASVS 8.2.2', 'ASVS 15.4.1'],
      },
      {
        id: 'D4',
        holds:
          'Migrations go up, down and up again, one starter of two runs them, and a failed one can be repeated; a backup taken at any moment is whole, and can be restored.',
        answersTo: ['ASVS 2.3.3', 'ASVS 15.4.2'],
      },
      {
        id: 'D5',
        holds:
          'While the storage is locked, read-only, full or missing, clients get a masked `SERVICE_UNAVAILABLE` within seconds, and it ends without a restart.',
        answersTo: ['ASVS 16.5.2', 'ASVS 16.5.3'],
      },
    ],
  },
  {
    letter: 'E',
    title: 'GraphQL',
    requirements: [
      {
        id: 'E1',
        holds:
          'The audits of GraphQL over HTTP find neither an error nor a warning, but for those that would need GET.',
        answersTo: ['GraphQL over HTTP'],
      },
      {
        id: 'E2',
        holds:
          'Tokens, depth, aliases, directives, complexity, pages, time and errors of an operation are bounded before it is run, and fragments are no way round.',
        answersTo: ['ASVS 4.3.1', 'OWASP GraphQL Cheat Sheet'],
      },
      {
        id: 'E3',
        holds:
          'Production suggests no names of fields, and serves the schema and GraphiQL only when told to.',
        answersTo: ['ASVS 4.3.2', 'ASVS 13.4.5', 'OWASP GraphQL Cheat Sheet'],
      },
      {
        id: 'E4',
        holds:
          'Every root field says who may call it or there is no schema, and the whole matrix of actors and fields is run, aliases, fragments and `node(id:)` included.',
        answersTo: ['ASVS 8.2.1', 'ASVS 8.2.2', 'ASVS 8.2.3', 'ASVS 8.3.1'],
      },
      {
        id: 'E5',
        holds:
          'Who may not call a field learns nothing from it, not even what is wrong with the input; what is somebody else’s looks like what does not exist.',
        answersTo: ['ASVS 8.2.2', 'ASVS 8.3.1', 'OWASP GraphQL Cheat Sheet'],
      },
      {
        id: 'E6',
        holds:
          'A failure that nobody expected reaches a client as a code and a request id, without a value, a statement or a path; the log has its cause.',
        answersTo: ['ASVS 16.5.1', 'ASVS 16.3.4', 'OWASP Error Handling Cheat Sheet'],
      },
    ],
  },
  {
    letter: 'F',
    title: 'Subscriptions',
    requirements: [
      {
        id: 'F1',
        holds:
          'A stream begins only for whom it is meant, carries that person’s events alone, ends with the session that began it, and costs a bounded amount.',
        answersTo: ['ASVS 7.4.1', 'ASVS 8.3.2', 'ASVS 15.2.2'],
      },
    ],
  },
  {
    letter: 'G',
    title: 'Mail',
    requirements: [
      {
        id: 'G1',
        holds:
          'A mailed token is random, stored as a hash, works once, for a short time, for one purpose, and is not used up by opening its page.',
        answersTo: ['ASVS 6.4.3', 'OWASP Forgot Password Cheat Sheet'],
      },
      {
        id: 'G2',
        holds:
          'Asking for a mail says and costs the same for an address that is known and one that is not.',
        answersTo: ['ASVS 6.3.8', 'OWASP Forgot Password Cheat Sheet'],
      },
      {
        id: 'G3',
        holds:
          'Links in mails are built from a setting and never from a request; headers cannot be injected, and the old address is told of a change.',
        answersTo: ['ASVS 1.3.11', 'ASVS 6.3.7', 'OWASP Forgot Password Cheat Sheet'],
      },
    ],
  },
  {
    letter: 'H',
    title: 'Process',
    requirements: [
      {
        id: 'H1',
        holds:
          'A signal to stop lets requests in flight finish, takes no new ones and ends with status 0 in time; a second one forces it, and what nobody caught is logged and ends with status 1.',
        answersTo: ['ASVS 16.5.3', 'ASVS 16.5.4'],
      },
      {
        id: 'H2',
        holds:
          'The log is lines of JSON that tell when, who and what, and hold no password, token, cookie or body; no text from a client can begin a line.',
        answersTo: [
          'ASVS 16.2.1',
          'ASVS 16.2.4',
          'ASVS 16.2.5',
          'ASVS 16.3.1',
          'ASVS 16.3.2',
          'ASVS 16.4.1',
          'OWASP Logging Cheat Sheet',
        ],
      },
      {
        id: 'H3',
        holds: 'Memory and handles stay level over minutes of mixed work.',
        answersTo: ['ASVS 15.2.2'],
        reason:
          'It takes minutes: [bench/soak.ts](../bench/soak.ts) is run by hand. In ten minutes of 72,729 requests none of 14,103 acknowledged notes was lost; the heap went from 249 MiB after 50 s to 58 MiB after 600 s, the process from 481 to 499 MiB.',
      },
    ],
  },
];
