/**
 * Changes between processes, by PostgreSQL's NOTIFY and LISTEN. Whoever changes something notifies within its
 * transaction, so that exactly what is committed is told, in the order of the commits. Each process that
 * listens has one connection for it. While that is lost, changes are missed: everybody who listens is told
 * of the gap, and begins anew.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { sql } from 'kysely';
import { Client } from 'pg';
import { z } from 'zod';

import { ChangeListeners } from './change-listeners.ts';
import type { ClosableChanges } from './changes.ts';
import { ConnectionFault } from './storage-fault.ts';

const CHANNEL = 'jotter_changes';

/** How long, in milliseconds, a connection and an answer may take, and how often the line is tried. */
const PATIENCE = 5_000;
const TEST_INTERVAL = 10_000;

/** How long, in milliseconds, between two tries to connect: twice as long each time. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;

/** Two or three ids: far below the 8000 bytes that PostgreSQL takes. */
const payload = z.array(z.object({ topic: z.string(), kind: z.string(), id: z.string() }));

/** Null for what is no JSON: whoever may use the database may say anything. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Connects when somebody listens, and not before. */
export function createPostgresChanges(databaseUrl: string): ClosableChanges {
  const listeners = new ChangeListeners();
  const line = new Line(databaseUrl, {
    onNotification: (text) => {
      const changes = payload.safeParse(jsonOf(text));
      if (changes.success) {
        changes.data.forEach((change) => listeners.tell(change));
      } else {
        // Another version of Jotter tells of something that this one does not know.
        listeners.interrupt();
      }
    },
    onLost: () => listeners.interrupt(),
  });

  return {
    publish: async (em, ...changes) => {
      const text = JSON.stringify(changes);
      await sql`select pg_notify(${CHANNEL}, ${text})`.execute(em.getKysely());
    },
    listen: async (topics, listener) => {
      const stop = listeners.add(topics, listener);
      try {
        await line.open();
      } catch (error) {
        stop();
        throw error;
      }

      return stop;
    },
    close: async () => line.close(),
  };
}

interface LineEvents {
  readonly onNotification: (text: string) => void;
  /** Until it is open again, nothing is heard. */
  readonly onLost: () => void;
}

/** The connection that listens. Once it is wanted, it is made anew whenever it is lost. */
class Line {
  readonly #databaseUrl: string;
  readonly #events: LineEvents;
  readonly #closed = new AbortController();
  #opening: Promise<Client> | null = null;

  constructor(databaseUrl: string, events: LineEvents) {
    this.#databaseUrl = databaseUrl;
    this.#events = events;
  }

  /** @throws {ConnectionFault} */
  async open(): Promise<void> {
    this.#opening ??= this.#connect();
    await this.#opening;
  }

  async close(): Promise<void> {
    this.#closed.abort();
    const client = await this.#opening?.catch(() => null);
    await client?.end();
  }

  async #connect(): Promise<Client> {
    const client = new Client({
      connectionString: this.#databaseUrl,
      application_name: 'jotter changes',
      connectionTimeoutMillis: PATIENCE,
      query_timeout: PATIENCE,
      keepAlive: true,
    });
    const { promise: lost, resolve: lose } = Promise.withResolvers<void>();
    client.on('error', () => lose());
    client.on('end', () => lose());
    client.on('notification', ({ payload: text = '' }) => this.#events.onNotification(text));
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
    } catch (error) {
      this.#opening = null;
      await client.end().catch(() => {});
      throw new ConnectionFault(error);
    }
    void this.#keep(client, lost);

    return client;
  }

  /** A line that hangs says nothing of it: it is tried. */
  async #keep(client: Client, lost: Promise<void>): Promise<void> {
    const test = setInterval(() => {
      client.query('select 1').catch(async () => client.end());
    }, TEST_INTERVAL);
    await lost;
    clearInterval(test);
    if (this.#closed.signal.aborted) {
      return;
    }
    this.#opening = null;
    this.#events.onLost();
    await this.#reopen();
  }

  async #reopen(): Promise<void> {
    const { signal } = this.#closed;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- one try after the other
        await sleep(pause * (0.5 + Math.random()), null, { signal });
        // oxlint-disable-next-line no-await-in-loop
        await this.open();
        return;
      } catch {
        if (signal.aborted) {
          return;
        }
      }
    }
  }
}
