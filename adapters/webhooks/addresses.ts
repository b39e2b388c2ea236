import { BlockList, isIP } from 'node:net';
import type { Addresses } from '../../application/webhooks/ports.ts';

/** Private, link-local, metadata, reserved: nothing there is anybody's receiver. */
const refused4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '168.63.129.16/32', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.168.0.0/16', '198.18.0.0/15', '224.0.0.0/4', '240.0.0.0/4'],
];
/** The last four hold an address of version 4, which might be any of those above. */
const refused6 = [
  ...['::/128', 'fc00::/7', 'fe80::/10', 'ff00::/8'],
  ...['::ffff:0:0/96', '64:ff9b::/96', '2002::/16', '2001::/32'],
];
const loopback = { ipv4: '127.0.0.0/8', ipv6: '::1/128' } as const;

/** A list for each version: to a common one, every address of version 4 is one that version 6 maps. */
const listOf = (version: 'ipv4' | 'ipv6', networks: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), version);
  }
  return list;
};

type Options = {
  /** Also lets plain HTTP, and this machine, through. */
  readonly allowLocal: boolean;
  /** The app's own host and, where it is not the scheme's, its port, if it knows them. */
  readonly ownHost: () => string | undefined;
};

/** Tells which addresses no webhook may have. */
export const openAddresses = ({ allowLocal, ownHost }: Options): Addresses => {
  const lists = {
    ipv4: listOf('ipv4', [...refused4, ...(allowLocal ? [] : [loopback.ipv4])]),
    ipv6: listOf('ipv6', [...refused6, ...(allowLocal ? [] : [loopback.ipv6])]),
  };
  const loopbacks = { ipv4: listOf('ipv4', [loopback.ipv4]), ipv6: listOf('ipv6', [loopback.ipv6]) };
  const isIn = (among: typeof lists, address: string): boolean => {
    const version = isIP(address);
    return version === 4 ? among.ipv4.check(address, 'ipv4') : among.ipv6.check(address, 'ipv6');
  };
  const own = (): URL | undefined => {
    const host = ownHost();
    return host === undefined ? undefined : new URL(`https://${host}`);
  };

  const admits: Addresses['admits'] = (address, port) => {
    if (isIP(address) === 0 || isIn(lists, address)) return false;
    // The app itself is on this machine where its own host is.
    const self = own();
    return !(self && isLocal(self.hostname) && isIn(loopbacks, address) && port === portOf(self));
  };

  return {
    admits,
    problemOf(text) {
      if (!URL.canParse(text)) return 'must be a URL, such as https://example.com/hook';
      const url = new URL(text);
      if (url.protocol !== 'https:' && !(allowLocal && url.protocol === 'http:')) return 'must begin with https://';
      if (url.username !== '' || url.password !== '') return 'must not have user information';
      const self = own();
      const host = hostOf(url);
      if (self && host === hostOf(self) && (self.port === '' || portOf(url) === portOf(self))) {
        return 'must not be of this app itself';
      }
      // A URL has one spelling of an address, whatever the text has.
      return isIP(host) !== 0 && !admits(host, portOf(url))
        ? 'must not be of a private or reserved address'
        : undefined;
    },
  };
};

const isLocal = (hostname: string): boolean => hostname === 'localhost' || isIP(hostname) !== 0;
const portOf = ({ port, protocol }: URL): number => Number(port) || (protocol === 'http:' ? 80 : 443);
/** Without the brackets of version 6, and the dot at the end that means the same. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
