import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * The requests of each connection, one after another. A client may send many at once (RFC 9112, section
 * 9.3.2) and read no answer: only one of its answers is made at a time.
 */
export class Turns {
  readonly #ends = new WeakMap<Socket, Promise<void>>();
  readonly #newest = new WeakMap<Socket, IncomingMessage>();
  readonly #current = new WeakMap<Socket, ServerResponse>();

  /** Waits until the answers before this one have gone out: for ever, if the connection breaks off first. */
  async wait(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    const before = this.#ends.get(socket);
    this.#ends.set(
      socket,
      new Promise((resolve) => {
        response.once('close', resolve);
      }),
    );
    this.#newest.set(socket, request);
    await before;
    this.#current.set(socket, response);
  }

  /**
   * Waits until the requests before what cannot be read have their answers. One that has not come whole never
   * will, and is not waited for.
   */
  async waitForWhole(socket: Socket): Promise<void> {
    if (this.#newest.get(socket)?.complete) {
      await this.#ends.get(socket);
    }
  }

  /** Whether a part of an answer may be on its way, so that another one would be taken for the rest of it. */
  isAnswering(socket: Socket): boolean {
    const response = this.#current.get(socket);

    return response !== undefined && response.headersSent && !response.writableFinished;
  }
}
