import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertySeed } from '../../testing/index.ts';
import { type ClientNetworkOptions, defineClientNetwork } from './client-network.ts';
import { parseIpAddress, toText } from './ip-address.ts';

test('[RATE-103] one address is one network in every notation', () => {
  const { of } = defineClientNetwork();
  const same: Readonly<Record<string, readonly string[]>> = {
    '1.2.3.4': [
      '1.2.3.4',
      ' 1.2.3.4 ',
      '1.2.3.4:80',
      '::ffff:1.2.3.4',
      '::FFFF:102:304',
      '0:0:0:0:0:ffff:1.2.3.4',
      '0000:0000:0000:0000:0000:ffff:0102:0304',
      '[::ffff:1.2.3.4]:443',
      '64:ff9b::1.2.3.4',
      '64:ff9b::102:304',
    ],
    '2001:db8:1:2:0:0:0:0/64': [
      '2001:db8:1:2::1',
      '2001:0DB8:0001:0002:ffff::',
      '[2001:db8:1:2::9]',
      '[2001:db8:1:2::9]:8080',
      '2001:db8:1:2:3:4:5.6.7.8',
    ],
    'fe80:0:0:0:0:0:0:0/64': ['fe80::1', 'fe80::1%eth0'],
    '0:0:0:0:0:0:0:0/64': ['::', '::1', '::1.2.3.4'],
  };
  for (const [network, notations] of Object.entries(same)) {
    for (const notation of notations) assert.equal(of(notation), network, notation);
  }
});

test('[RATE-103] networks are told apart by exactly so many bits', () => {
  const six = defineClientNetwork({ ipv6Prefix: 56, ipv4Prefix: 20 });
  assert.equal(six.of('2001:db8:0:12ff::1'), '2001:db8:0:1200:0:0:0:0/56');
  assert.notEqual(six.of('2001:db8:0:1200::'), six.of('2001:db8:0:1300::'));
  assert.equal(six.of('10.1.31.255'), '10.1.16.0/20');
  assert.equal(defineClientNetwork({ ipv6Prefix: 128 }).of('::1'), '0:0:0:0:0:0:0:1');
});

test('[RATE-103] an address is the same again when its text is read, and garbage is never one', () => {
  const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(bytes, (address) => {
      const text = toText(address);
      assert.equal(toText(parseIpAddress(text) as Uint8Array), text);
    }),
    { ...propertySeed(), numRuns: 300 },
  );
  const { of } = defineClientNetwork({ trustedHops: 1 });
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (text) => {
      assert.ok(['192.0.2.1', of(text.split(',').at(-1))].includes(of('192.0.2.1', text)), text);
    }),
    { ...propertySeed(), numRuns: 500 },
  );
});

/** Who is taken for the client, by what is trusted. */
const BELIEFS: readonly (readonly [
  what: string,
  options: ClientNetworkOptions,
  peer: string | undefined,
  forwarded: string | undefined,
  client: string,
])[] = [
  ['nobody is trusted', {}, '198.51.100.1', '1.1.1.1', '198.51.100.1'],
  ['a peer that is no proxy', { trustedProxies: ['10.0.0.0/8'] }, '198.51.100.1', '1.1.1.1', '198.51.100.1'],
  ['a proxy speaks', { trustedProxies: ['10.0.0.0/8'] }, '10.0.0.7', '198.51.100.1', '198.51.100.1'],
  ['a proxy, mapped', { trustedProxies: ['10.0.0.0/8'] }, '::ffff:10.0.0.7', '198.51.100.1', '198.51.100.1'],
  ['a proxy says nothing', { trustedProxies: ['10.0.0.0/8'] }, '10.0.0.7', undefined, '10.0.0.7'],
  ['what the client wrote', { trustedProxies: ['10.0.0.0/8'] }, '10.0.0.7', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
  ['proxies in a row', { trustedProxies: ['10.0.0.0/8'] }, '10.0.0.7', '9.9.9.9,198.51.100.1,10.1.1.1', '198.51.100.1'],
  ['the client says it is a proxy', { trustedProxies: ['10.0.0.0/8'] }, '10.0.0.7', '10.9.9.9', '10.9.9.9'],
  ['garbage', { trustedProxies: ['10.0.0.0/8'] }, '10.0.0.7', '1.1.1.1, garbage', '10.0.0.7'],
  ['garbage between', { trustedProxies: ['10.0.0.0/8'] }, '10.0.0.7', '1.1.1.1,,10.1.1.1', '10.1.1.1'],
  ['a single address', { trustedProxies: ['::1'] }, '::1', '198.51.100.1', '198.51.100.1'],
  ['a network of IPv6', { trustedProxies: ['fd00::/8'] }, 'fd12::1', '198.51.100.1', '198.51.100.1'],
  ['all of IPv6 and none of IPv4', { trustedProxies: ['::/0'] }, '10.0.0.7', '198.51.100.1', '10.0.0.7'],
  ['all of IPv6', { trustedProxies: ['::/0'] }, 'fd12::1', '198.51.100.1', '198.51.100.1'],
  [
    'a network of IPv4, mapped',
    { trustedProxies: ['::ffff:10.0.0.0/104'] },
    '10.9.9.9',
    '198.51.100.1',
    '198.51.100.1',
  ],
  ['and its neighbour', { trustedProxies: ['::ffff:10.0.0.0/104'] }, '11.0.0.1', '198.51.100.1', '11.0.0.1'],
  ['one hop', { trustedHops: 1 }, '10.0.0.7', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
  ['two hops', { trustedHops: 2 }, '10.0.0.7', '1.1.1.1, 198.51.100.1, 10.1.1.1', '198.51.100.1'],
  ['fewer than hops', { trustedHops: 2 }, '10.0.0.7', '198.51.100.1', '198.51.100.1'],
  ['a Unix socket', { trustedHops: 1 }, undefined, '198.51.100.1', '198.51.100.1'],
  ['a Unix socket, nobody trusted', {}, undefined, '198.51.100.1', 'unknown'],
  [
    'Forwarded',
    { trustedHops: 1, header: 'forwarded' },
    '10.0.0.7',
    'For="[2001:db8::1]:47";proto=https',
    '2001:db8:0:0:0:0:0:0/64',
  ],
  ['Forwarded, hidden', { trustedHops: 1, header: 'forwarded' }, '10.0.0.7', 'for=_hidden', '10.0.0.7'],
  ['Forwarded, none', { trustedHops: 1, header: 'forwarded' }, '10.0.0.7', 'proto=https', '10.0.0.7'],
  ['very many entries', { trustedHops: 1 }, '10.0.0.7', `${'1.1.1.1,'.repeat(90_000)}198.51.100.1`, '198.51.100.1'],
];

for (const [what, options, peer, forwarded, client] of BELIEFS) {
  test(`[RATE-104] who the client is: ${what}`, () => {
    assert.equal(defineClientNetwork(options).of(peer, forwarded), client);
  });
}

test('[RATE-105] options that would trust anybody by mistake are refused', () => {
  const bad: readonly object[] = [
    { trustedProxies: ['10.0.0.0/33'] },
    { trustedProxies: ['ten'] },
    { trustedProxies: ['64:ff9b::/96'] },
    { trustedProxies: ['::ffff:0:0/96'] },
    { trustedProxies: ['::ffff:0:0/90'] },
    { trustedProxies: ['10.0.0.0/'] },
    { trustedProxies: ['10.0.0.0/8/8'] },
    { trustedProxies: ['10.0.0.1'], trustedHops: 1 },
    { trustedHops: 0 },
    { ipv4Prefix: 7 },
    { ipv6Prefix: 129 },
    { header: 'x-real-ip' },
  ];
  for (const options of bad) {
    assert.throws(
      () => defineClientNetwork(options),
      { code: 'MILLRACE_RATELIMIT_OPTION_INVALID' },
      JSON.stringify(options),
    );
  }
});
