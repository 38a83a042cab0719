import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A line between two programs that can be cut without either of them noticing. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** From now on nothing passes, in neither direction, and nobody is told. */
  freeze(): void;
  /** What was held passes, and so does the rest. */
  thaw(): void;
}

/** @param port where it leads to, on this machine */
export async function createTcpProxy(port: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let isFrozen = false;

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    if (isFrozen) {
      socket.pause();
    }
  }

  const server = createServer((client) => {
    const target = connect(port, '127.0.0.1');
    client.pipe(target).pipe(client);
    client.once('close', () => target.destroy());
    target.once('close', () => client.destroy());
    keep(client);
    keep(target);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();

  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    freeze: () => {
      isFrozen = true;
      for (const socket of sockets) {
        socket.pause();
      }
    },
    thaw: () => {
      isFrozen = false;
      for (const socket of sockets) {
        socket.resume();
      }
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) {
        socket.destroy();
      }
      await server[Symbol.asyncDispose]();
    },
  };
}
