/** A real server of mails, with the faults that such servers have. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface TestSmtpServer extends AsyncDisposable {
  readonly port: number;
  /** Mails that were taken, with the recipients of their envelopes. */
  readonly received: readonly { readonly to: readonly string[]; readonly mail: ParsedMail }[];
  /** How many connections there were. */
  readonly connections: number;
}

/** What a server does with the text of a mail: by default it takes it. */
export type OnMail = (connection: { destroy(): void }) => Error | null | 'silence';

export interface TestSmtpOptions extends SMTPServerOptions {
  readonly onMail?: OnMail;
}

/** Starts a server that offers STARTTLS with a certificate that nobody trusts, unless the options say otherwise. */
export async function startSmtpServer(
  { onMail = () => null, ...options }: TestSmtpOptions = {},
  atPort = 0,
): Promise<TestSmtpServer> {
  const received: { to: string[]; mail: ParsedMail }[] = [];
  let connections = 0;
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    closeTimeout: 100,
    onConnect: (_session, callback) => {
      connections += 1;
      callback();
    },
    onData: (stream, session, callback) => {
      void simpleParser(stream).then((mail) => {
        const [connection] = server.connections;
        const fault = onMail({ destroy: () => connection?._socket.destroy() });
        if (fault === 'silence') {
          return;
        }
        if (!fault) {
          received.push({ to: session.envelope.rcptTo.map(({ address }) => address), mail });
        }
        callback(fault);
      });
    },
    ...options,
  });
  // Clients that go away in the midst are what the tests are about.
  server.on('error', () => {});
  const listening = server.listen(atPort, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;

  return {
    port,
    received,
    get connections() {
      return connections;
    },
    [Symbol.asyncDispose]: async () => {
      await new Promise<void>((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** The error that makes the server answer with a code. */
export function smtpError(responseCode: number, message = 'no, ada@example.com'): Error {
  return Object.assign(new Error(message), { responseCode });
}
