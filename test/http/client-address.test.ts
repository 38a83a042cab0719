import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { clientAddress, networkOf } from '../../src/http/client-address.ts';
import { Session } from '../../src/session/session.ts';
import { createTestApp } from '../support/app.ts';
import { login } from '../support/login.ts';

const SOCKET = '10.0.0.9';

test.each([
  ['nobody is believed by default', 0, '203.0.113.7', SOCKET],
  ['one proxy: the last entry', 1, '203.0.113.7', '203.0.113.7'],
  ['what the client has written itself is to the left', 1, '1.1.1.1, 203.0.113.7', '203.0.113.7'],
  ['two proxies: the last but one', 2, '1.1.1.1, 203.0.113.7, 10.0.0.1', '203.0.113.7'],
  ['fewer entries than proxies: the socket', 3, '203.0.113.7, 10.0.0.1', SOCKET],
  ['no header: the socket', 1, undefined, SOCKET],
  ['an empty header: the socket', 1, '', SOCKET],
  ['junk where the address should be: the socket', 1, '203.0.113.7, unknown', SOCKET],
  ['markup where the address should be: the socket', 1, '<script>', SOCKET],
  ['an address with a port: the socket', 1, '203.0.113.7:4711', SOCKET],
  ['blanks around', 1, '1.1.1.1 ,  203.0.113.7 ', '203.0.113.7'],
  ['IPv6 in its short form', 1, '2001:DB8:0:0:0:0:0:7', '2001:db8::7'],
  ['IPv4 in the clothes of IPv6', 1, '::ffff:203.0.113.7', '203.0.113.7'],
])('[C6] %s', (_what, hops, header, address) => {
  expect(clientAddress(SOCKET, header, hops)).toBe(address);
});

test('[C6] a socket that speaks IPv4 by IPv6 has an IPv4 address, one that is gone has none', () => {
  expect(clientAddress('::ffff:192.0.2.1', undefined, 0)).toBe('192.0.2.1');
  expect(clientAddress('fe80::1%eth0', undefined, 0)).toBe('fe80::1');
  expect(clientAddress(null, undefined, 0)).toBeNull();
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::', '2001:db8:1:2::/64'],
  ['::1', '::/64'],
])('[B6] the network of %s is %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

const entry = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.string({ unit: 'binary' }),
  fc.tuple(fc.ipV6(), fc.string()).map(([address, zone]) => `${address}%${zone}`),
  fc.tuple(fc.ipV4Extended(), fc.nat(70_000)).map(([address, port]) => `${address}:${port}`),
);
const header = fc.option(
  fc.array(entry).map((entries) => entries.join(', ')),
  { nil: undefined },
);

test('[C6] whatever stands in the header, there is an address of bounded length and its network, or none', () => {
  fc.assert(
    fc.property(fc.option(entry), header, fc.nat(10), (socket, forwardedFor, hops) => {
      const address = clientAddress(socket, forwardedFor, hops);

      if (address !== null) {
        expect(address).toMatch(/^[0-9a-f.:]{2,45}$/u);
        expect(networkOf(address)).toMatch(/^[0-9a-f.:]+(?:\/64)?$/u);
        expect(clientAddress(address, undefined, 0)).toBe(address);
      }
    }),
    { numRuns: 2000 },
  );
});

test('[C6] what a client adds on the left changes nothing', () => {
  fc.assert(
    fc.property(fc.array(entry), fc.ipV4(), (forged, address) => {
      const forwardedFor = [...forged.map((text) => text.replaceAll(',', '')), address].join(', ');

      expect(clientAddress(SOCKET, forwardedFor, 1)).toBe(clientAddress(address, undefined, 0));
    }),
  );
});

test.each([
  [0, SOCKET],
  [1, '203.0.113.7'],
])('[C6] with %i proxies a login is noted with the address %s', async (trustedProxies, address) => {
  await using app = await createTestApp({ config: { trustedProxies } });
  await app.createUser('ada');
  const client = app.client(SOCKET);
  client.headers['x-forwarded-for'] = '198.51.100.1, 203.0.113.7';

  await login(client, 'ada');

  const row = await app.orm.em.fork().findOneOrFail(Session, { id: { $ne: null } });
  expect(row.ipAddress).toBe(address);
  expect(app.events).toMatchObject([{ type: 'LOGIN_SUCCEEDED', ipAddress: address }]);
});
