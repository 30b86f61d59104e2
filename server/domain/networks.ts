/** Network addresses, as rate limits count them. */

const GROUPS = 8;
/** The groups of an IPv6 address that a provider gives to one customer: a /64. */
const CUSTOMER_GROUPS = 4;

/** One sender: an IPv4 address, or the /64 of an IPv6 address, because one sender has all the addresses of it. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.toLowerCase().replace(/%.*$/, '').split('::');
  const [before, after] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':'))) as [string[], string[]];
  const zeros = tail === undefined ? 0 : Math.max(0, GROUPS - before.length - after.length);
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after];
  const customer = groups.slice(0, CUSTOMER_GROUPS).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${customer.join(':')}::/64`;
}
