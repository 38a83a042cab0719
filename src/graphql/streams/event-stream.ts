/** The texts of a stream: GraphQL over SSE in its distinct connections mode, in which one answer is one operation. */

export const EVENT_STREAM_TYPE = 'text/event-stream; charset=utf-8';

/** A comment: it shows that the stream lives, and clients pass it over. */
export const PING = ':\n\n';

/** `EventSource` passes over an event that has no data. */
export const COMPLETE = 'event: complete\ndata:\n\n';

/** JSON has no line feeds of its own. */
export function nextEvent(result: unknown): string {
  return `event: next\ndata: ${JSON.stringify(result)}\n\n`;
}
