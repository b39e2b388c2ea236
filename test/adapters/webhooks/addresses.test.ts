import { describe, expect, it } from 'vitest';
import { openAddresses } from '../../../adapters/webhooks/addresses.ts';

const inAzure = openAddresses({ allowLocal: false, ownHost: () => 'daybook.azurewebsites.net' });
const local = openAddresses({ allowLocal: true, ownHost: () => 'localhost:7071' });

const refused = [
  ...['0.0.0.1', '10.1.2.3', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.9.9.9', '168.63.129.16'],
  ...['169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.8', '192.168.1.1', '198.18.0.1', '198.19.255.255'],
  ...['224.0.0.1', '239.1.1.1', '240.0.0.1', '255.255.255.255'],
  ...['::', '::1', 'fc00::1', 'fd12::1', 'fe80::1', 'ff02::1', '::ffff:8.8.8.8', '::ffff:127.0.0.1'],
  ...['64:ff9b::808:808', '2002:7f00:1::', '2001::1', '2001:0:1::1'],
];
const admitted = [
  ...['1.1.1.1', '8.8.8.8', '100.63.255.255', '100.128.0.1', '168.63.129.17', '172.15.0.1', '172.32.0.1', '192.0.1.1'],
  ...['198.17.0.1', '198.20.0.1', '223.255.255.255', '2606:4700::1111', '2001:4860:4860::8888', '2003::1'],
];

describe('an address', () => {
  it.each(refused)('is refused: %s', (address) => expect(inAzure.admits(address, 443)).toBe(false));
  it.each(admitted)('is admitted: %s', (address) => expect(inAzure.admits(address, 443)).toBe(true));

  it('of this machine alone is admitted where that is allowed, and never the one of the app', () => {
    const now = refused.filter((address) => local.admits(address, 8080));
    expect(now).toEqual(['127.0.0.1', '127.9.9.9', '::1']);
    expect(now.filter((address) => local.admits(address, 7071))).toEqual([]);
  });

  it('is not a name', () => expect(local.admits('localhost', 443)).toBe(false));
});

describe('a URL', () => {
  it.each([
    ...['http://127.0.0.1', 'https://127.0.0.1', 'https://0x7f.1/', 'https://0177.0.0.1/', 'https://2130706433/'],
    ...['https://127.1', 'https://127.0.0.1./', 'https://①②⑦.0.0.1/', 'https://[::1]/', 'https://[0:0:0:0:0:0:0:1]/'],
    ...['https://[::ffff:127.0.0.1]/', 'https://[::ffff:a9fe:a9fe]/', 'https://0xa9.0xfe.0xa9.0xfe/', 'https://0/'],
    ...['https://[fe80::1]/', 'https://10.1', 'https://168.63.129.16:32526/'],
    ...[
      'http://example.com',
      'ftp://example.com',
      'https://user@example.com',
      'https://user:word@example.com',
      'https://',
    ],
    ...['https://daybook.azurewebsites.net/api/customers', 'https://DAYBOOK.azurewebsites.net.:8443/'],
  ])('is refused: %s', (url) => expect(inAzure.problemOf(url)).toMatch(/^must /));

  it.each(['https://example.com', 'https://example.com:8443/hook?x=1', 'https://1.1.1.1/', 'https://localhost/'])(
    'is taken, whatever its name resolves to: %s',
    (url) => expect(inAzure.problemOf(url)).toBeUndefined(),
  );

  it('may be plain HTTP and of this machine where that is allowed, but for the app itself', () => {
    expect(local.problemOf('http://127.0.0.1:8080/')).toBeUndefined();
    expect(local.problemOf('http://example.com/')).toBeUndefined();
    for (const own of [
      'http://localhost:7071/',
      'http://127.0.0.1:7071/x',
      'http://[::1]:7071/',
      'http://0x7f.1:7071/',
    ])
      expect(local.problemOf(own)).toMatch(/^must not be/);
    expect(local.problemOf('http://192.168.1.1/')).toMatch(/^must not be/);
  });
});
