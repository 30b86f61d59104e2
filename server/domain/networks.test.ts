import { describe, expect, it } from 'vitest';
import { networkOf } from './networks.js';

describe('the network of an address', () => {
  it('is an IPv4 address itself, also where it is written as IPv6', () => {
    expect(['203.0.113.7', '::ffff:203.0.113.7', '::FFFF:203.0.113.7'].map(networkOf)).toEqual(Array(3).fill('203.0.113.7'));
    expect(networkOf('203.0.113.8')).not.toBe(networkOf('203.0.113.7'));
  });

  it('is the /64 of an IPv6 address, however that is written', () => {
    const same = ['2001:db8:0:7::1', '2001:DB8::7:ffff:1:2:3', '2001:0db8:0000:0007:0:0:0:9', '2001:db8:0:7:a:b:c:d%eth0'];
    expect(same.map(networkOf)).toEqual(Array(4).fill('2001:db8:0:7::/64'));
    expect(networkOf('2001:db8:0:8::1')).toBe('2001:db8:0:8::/64');
    expect(networkOf('::1')).toBe('0:0:0:0::/64');
  });

  it('is the text itself where it is no address', () => {
    expect([networkOf(''), networkOf('unknown')]).toEqual(['', 'unknown']);
  });
});
