import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What a connection has been asked last, and what it is being answered. */
interface Connection {
  newest: ServerResponse;
  current: ServerResponse;
}

/**
 * The requests of each connection, one after another. A client may send many at once (RFC 9112, section
 * 9.3.2) and read no answer: only one of its answers is made at a time.
 */
export class Turns {
  readonly #connections = new WeakMap<Socket, Connection>();

  /**
   * Begins the turn of an answer.
   *
   * @returns null, or what to wait for: that the answers before it have gone out. If the connection breaks off first,
   *   that is for ever
   */
  take(response: ServerResponse): Promise<void> | null {
    const { socket } = response.req;
    const connection = this.#connections.get(socket);
    if (!connection) {
      this.#connections.set(socket, { newest: response, current: response });
      return null;
    }
    const before = connection.newest;
    connection.newest = response;
    if (before.closed) {
      connection.current = response;
      return null;
    }

    return closed(before).then(() => {
      connection.current = response;
    });
  }

  /**
   * Waits until the requests before what cannot be read have their answers. One that has not come whole never
   * will, and is not waited for.
   */
  async waitForWhole(socket: Socket): Promise<void> {
    const newest = this.#connections.get(socket)?.newest;
    if (newest?.req.complete) {
      await closed(newest);
    }
  }

  /** Whether a part of an answer may be on its way, so that another one would be taken for the rest of it. */
  isAnswering(socket: Socket): boolean {
    const current = this.#connections.get(socket)?.current;

    return current !== undefined && current.headersSent && !current.writableFinished;
  }
}

async function closed(response: ServerResponse): Promise<void> {
  if (!response.closed) {
    const { promise, resolve } = Promise.withResolvers<void>();
    response.once('close', resolve);
    await promise;
  }
}
