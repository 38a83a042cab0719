/**
 * What the application keeps in a session: small JSON values by name. Extend it where a value is used:
 *
 *     declare module '../session/session-data.ts' {
 *       interface SessionData { visits: number }
 *     }
 */
export interface SessionData {}

/** The values of one session. */
export type SessionValues = { [Key in keyof SessionData]?: SessionData[Key] | undefined };
