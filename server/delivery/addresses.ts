/** Keeps outgoing requests away from the internal network: only addresses of the public internet are allowed. */
import { lookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

const NOT_PUBLIC = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  NOT_PUBLIC.addSubnet(network, bits, 'ipv4');
// In IPv6 only 2000::/3 is public, except for the ranges for documentation and for IPv4 translation.
const PUBLIC6 = new BlockList();
PUBLIC6.addSubnet('2000::', 3, 'ipv6');
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  NOT_PUBLIC.addSubnet(network, bits, 'ipv6');

/** IANA's special-purpose registries (RFC 6890). */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !NOT_PUBLIC.check(address, 'ipv4');
  return family === 6 && PUBLIC6.check(address, 'ipv6') && !NOT_PUBLIC.check(address, 'ipv6');
}

/** Like `dns.lookup`, but rejects a name with a non-public address. The connection uses the addresses checked here (no DNS rebinding). */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0);
    const found = (addresses as LookupAddress[]).filter(({ address }) => isPublicAddress(address));
    const [first] = found;
    if (!first || found.length < addresses.length) return callback(new Error(`${hostname} is not a public address`), '', 0);
    if (options.all) return (callback as (error: null, all: LookupAddress[]) => void)(null, found);
    callback(null, first.address, first.family);
  });
};
