/** A stream ends when the login that it began with does, with the code that a request would be refused with. */
import { expect, test } from 'vitest';

import { AccessToken } from '../../src/auth/access-token.ts';
import {
  disableAccount,
  endSessionsOf,
  resetPassword,
  type Administration,
} from '../../src/auth/administration.ts';
import type { MailKind } from '../../src/auth/mail-kinds.ts';
import type { NoticeScope } from '../../src/auth/notices.ts';
import { createPasswords } from '../../src/auth/passwords.ts';
import { createSecurityEvents } from '../../src/auth/security-events.ts';
import { createLocalChanges } from '../../src/database/changes.ts';
import { createOutbox } from '../../src/mail/outbox.ts';
import { Session } from '../../src/session/session.ts';
import { User } from '../../src/users/user.ts';
import { createTestApp, PASSWORD, testConfig, type TestApp } from '../support/app.ts';
import type { TestClient } from '../support/client.ts';
import { HOUR } from '../support/clock.ts';
import {
  NOTE_CHANGED,
  PUBLIC_NOTE_CHANGED,
  subscribe,
  type TestStream,
} from '../support/stream.ts';

interface Scene extends AsyncDisposable {
  readonly app: TestApp;
  readonly user: User;
  /** The device with the stream, and another one. */
  readonly ada: TestClient;
  readonly other: TestClient;
  readonly stream: TestStream;
  readonly sessionId: string;
}

const { session, streams } = testConfig;

async function createScene(heartbeat: number = HOUR): Promise<Scene> {
  const app = await createTestApp({ config: { streams: { ...streams, heartbeat } } });
  const user = await app.createUser('ada');
  const ada = await app.as(user);
  const other = await app.as(user);
  const stream = await subscribe(ada, NOTE_CHANGED);
  const [sessionId = ''] = (await ada.cookie())?.split('.') ?? [];

  return {
    app,
    user,
    ada,
    other,
    stream,
    sessionId,
    [Symbol.asyncDispose]: async () => {
      await stream[Symbol.asyncDispose]();
      await app[Symbol.asyncDispose]();
    },
  };
}

/** What an operator's command does in a process of its own: nobody here is told. */
async function asOperator(
  { app, user }: Scene,
  job: (scope: Administration & NoticeScope, account: User) => Promise<unknown>,
  changes = createLocalChanges(),
): Promise<void> {
  const { clock, log, orm } = app;
  const em = orm.em.fork();
  const exchange = { address: null, headers: {} };
  const events = createSecurityEvents({ exchange, em, clock, log });
  const outbox = createOutbox<MailKind>({ clock, wake: null });
  const scope = { em, changes, clock, events, exchange, outbox };
  await job(scope, await em.findOneOrFail(User, user.id));
}

const CHANGE_PASSWORD = `mutation {
  changePassword(input: { currentPassword: "${PASSWORD}", newPassword: "a swim in the cold sea" }) {
    __typename
  }
}`;

const ends: Readonly<
  Record<string, readonly [code: string, end: (scene: Scene) => Promise<unknown>]>
> = {
  'a logout': ['SESSION_ENDED', async ({ ada }) => ada.query('mutation { logout { __typename } }')],
  'a logout of all sessions elsewhere': [
    'SESSION_ENDED',
    async ({ other }) =>
      other.query('mutation { logout(input: { scope: ALL_SESSIONS }) { __typename } }'),
  ],
  'a logout of the others elsewhere': [
    'SESSION_ENDED',
    async ({ other }) =>
      other.query('mutation { logout(input: { scope: OTHER_SESSIONS }) { __typename } }'),
  ],
  'the end of its session from elsewhere': [
    'SESSION_ENDED',
    async ({ other }) => {
      const { data } = await other.query('{ viewer { sessions { nodes { id isCurrent } } } }');
      const { id } = data.viewer.sessions.nodes.find((node: any) => !node.isCurrent);

      return other.query('mutation ($id: ID!) { endSession(input: { id: $id }) { __typename } }', {
        id,
      });
    },
  ],
  'a changed password elsewhere': [
    'SESSION_ENDED',
    async ({ other }) => other.query(CHANGE_PASSWORD),
  ],
  'a deleted account': [
    'SESSION_ENDED',
    async ({ other }) =>
      other.query('mutation { deleteAccount(input: { username: "ada" }) { __typename } }'),
  ],
  'another login in the same browser': [
    'SESSION_ENDED',
    async ({ ada }) =>
      ada.query(
        `mutation { login(input: { username: "ada", password: "${PASSWORD}" }) { __typename } }`,
      ),
  ],
  'a reset password': [
    'SESSION_ENDED',
    async (scene) =>
      asOperator(
        scene,
        async (scope, account) =>
          resetPassword(
            { ...scope, passwords: createPasswords({ minLength: 8 }) },
            account,
            'a swim in the cold sea',
          ),
        scene.app.changes,
      ),
  ],
};

test.for(Object.entries(ends))('[F1] a stream ends at once by %s', async ([, [code, end]]) => {
  await using scene = await createScene();

  await end(scene);

  expect(await scene.stream.endCode()).toBe(code);
});

test('[F1] a stream ends at once when the account is disabled, and says so though the session is gone, too', async () => {
  await using scene = await createScene();

  await asOperator(scene, disableAccount, scene.app.changes);

  expect(await scene.stream.endCode()).toBe('ACCOUNT_DISABLED');
});

test('[F1] a stream says that the account is disabled where its session is left', async () => {
  await using scene = await createScene(30);
  const em = scene.app.orm.em.fork();

  await em.nativeUpdate(User, { id: scene.user.id }, { disabledAt: scene.app.clock() });

  expect(await scene.stream.endCode()).toBe('ACCOUNT_DISABLED');
});

test('[F1] with the next heartbeat a stream notices what another process has done', async () => {
  await using scene = await createScene(30);

  await asOperator(scene, async (scope, account) => endSessionsOf(scope, account, scene.sessionId));

  expect(await scene.stream.endCode()).toBe('SESSION_ENDED');
});

test('[F1] no event gets out after the end of the login, though nobody was told of it', async () => {
  await using scene = await createScene();
  const { app, other, stream } = scene;
  const em = app.orm.em.fork();
  await em.nativeDelete(Session, { id: scene.sessionId });

  await other.query('mutation { createNote(input: { title: "late" }) { __typename } }');

  expect(await stream.next()).toMatchObject({
    errors: [{ extensions: { code: 'SESSION_ENDED', anonymousReason: 'SESSION_ENDED' } }],
  });
  expect(await stream.next()).toBeNull();
});

test('[F1] [A8] a stream ends when its session has not been used for too long', async () => {
  await using app = await createTestApp({
    config: { session: { ...session, idleTimeout: HOUR }, streams: { ...streams, heartbeat: 30 } },
  });
  await using stream = await subscribe(await app.as(await app.createUser('ada')), NOTE_CHANGED);

  app.clock.advance(HOUR);

  expect(await stream.endCode()).toBe('SESSION_EXPIRED');
});

test('[F1] [A8] a stream ends when its session has reached its limit, however much it is used', async () => {
  await using scene = await createScene(30);

  for (let hours = 0; hours < 23; hours += 1) {
    scene.app.clock.advance(HOUR);
    await scene.ada.query('{ viewer { username } }');
  }
  await scene.other.query('mutation { createNote(input: { title: "new" }) { __typename } }');
  expect(await scene.stream.next()).toMatchObject({ data: { noteChanged: { isNew: true } } });
  scene.app.clock.advance(HOUR);

  expect(await scene.stream.endCode()).toBe('SESSION_EXPIRED');
});

test('[F1] [A8] a stream is no use of the session: it does not keep it alive', async () => {
  await using scene = await createScene(20);
  const { app, stream, sessionId } = scene;
  const before = await app.orm.em.fork().findOneOrFail(Session, sessionId);

  app.clock.advance(2 * HOUR);
  await scene.other.query('mutation { createNote(input: { title: "new" }) { __typename } }');
  await stream.next();

  const after = await app.orm.em.fork().findOneOrFail(Session, sessionId);
  expect(after.lastActiveAt).toEqual(before.lastActiveAt);
});

test('[F1] a stream ends when its access token is revoked or expires', async () => {
  await using app = await createTestApp({
    config: { streams: { ...streams, heartbeat: 30 } },
  });
  const user = await app.createUser('ada');
  const em = app.orm.em.fork();
  await using revoked = await subscribe(await app.withToken(user), NOTE_CHANGED);
  await em.nativeDelete(AccessToken, {});
  expect(await revoked.endCode()).toBe('UNAUTHENTICATED');

  await using expired = await subscribe(await app.withToken(user), NOTE_CHANGED);
  await em.nativeUpdate(AccessToken, {}, { expiresAt: new Date(app.clock().getTime() + HOUR) });
  app.clock.advance(2 * HOUR);
  expect(await expired.endCode()).toBe('UNAUTHENTICATED');
});

test('[F1] revoking an access token ends its stream at once', async () => {
  await using scene = await createScene();
  const { app, user, ada } = scene;
  await using stream = await subscribe(await app.withToken(user), NOTE_CHANGED);
  const { data } = await ada.query('{ viewer { accessTokens { nodes { id } } } }');

  await ada.query(
    'mutation ($id: ID!) { revokeAccessToken(input: { id: $id }) { __typename } }',
    data.viewer.accessTokens.nodes[0],
  );

  expect(await stream.endCode()).toBe('UNAUTHENTICATED');
});

test('[F1] the public feed of somebody who was logged in ends with the login, and that of a visitor goes on', async () => {
  await using scene = await createScene();
  await using mine = await subscribe(scene.ada, PUBLIC_NOTE_CHANGED);
  await using visitors = await subscribe(scene.app.client(), PUBLIC_NOTE_CHANGED);

  await scene.ada.query('mutation { logout { __typename } }');
  await scene.other.query(
    'mutation { createNote(input: { title: "open", visibility: PUBLIC }) { __typename } }',
  );

  expect(await mine.endCode()).toBe('SESSION_ENDED');
  expect(await visitors.next()).toMatchObject({
    data: { publicNoteChanged: { note: { title: 'open' } } },
  });
});

test('[A6] a cookie that was replaced keeps no stream open, and gets no event after its grace', async () => {
  await using scene = await createScene(30);
  const { app, ada, stream } = scene;
  const other = await subscribe(scene.other, NOTE_CHANGED);

  await ada.query(
    `mutation { confirmPassword(input: { password: "${PASSWORD}" }) { __typename } }`,
  );
  app.clock.advance(11_000);

  expect(await stream.endCode()).toBe('SESSION_ENDED');
  await using again = await subscribe(ada, NOTE_CHANGED);
  await ada.query('mutation { createNote(input: { title: "new" }) { __typename } }');
  expect(await again.next()).toMatchObject({ data: { noteChanged: { isNew: true } } });
  expect(await other.next()).toMatchObject({ data: { noteChanged: { isNew: true } } });
  await other[Symbol.asyncDispose]();
});
