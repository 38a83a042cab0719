/** `version-traceid-parentid-flags`; a later version may have more after them. */
const TRACEPARENT =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/u;

/**
 * The trace that a request belongs to, from its `traceparent` header (W3C Trace Context, section 3.2).
 *
 * @returns null for a header that is missing or not valid
 */
export function traceIdOf(traceparent: string | undefined): string | null {
  const [, version, traceId, more] = TRACEPARENT.exec(traceparent ?? '') ?? [];

  return traceId !== undefined && (version !== '00' || more === undefined) ? traceId : null;
}
