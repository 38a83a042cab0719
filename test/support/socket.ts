import { once } from 'node:events';
import { connect } from 'node:net';

import { vi } from 'vitest';

/** A client that says what it likes, byte by byte. */
export interface RawSocket extends Disposable {
  send(data: string | Uint8Array): void;
  /** What has come so far. */
  received(): string;
  untilReceived(text: string): Promise<void>;
  /** Waits until the other side closes. @returns all that came */
  untilClosed(): Promise<string>;
  /** Goes away without a word. */
  reset(): void;
}

export async function openSocket(origin: string): Promise<RawSocket> {
  const { hostname, port } = new URL(origin);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  let received = '';
  let isClosed = false;
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => {
    received += text;
  });
  // A close is seen whether it came in peace or not.
  socket.on('error', () => {});
  socket.once('close', () => {
    isClosed = true;
  });

  return {
    send: (data) => {
      socket.write(data);
    },
    received: () => received,
    untilReceived: async (text) => {
      await vi.waitUntil(() => received.includes(text), { timeout: 15_000, interval: 5 });
    },
    untilClosed: async () => {
      await vi.waitUntil(() => isClosed, { timeout: 15_000, interval: 5 });

      return received;
    },
    reset: () => {
      socket.resetAndDestroy();
    },
    [Symbol.dispose]: () => {
      socket.destroy();
    },
  };
}
