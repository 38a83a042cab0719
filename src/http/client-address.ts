import { isIP, isIPv4 } from 'node:net';

import ipaddr from 'ipaddr.js';

/**
 * The address of the client. What proxies in front have seen stands in `X-Forwarded-For`, the nearest one
 * last; only those are believed that are known to be there, because anybody can write the rest.
 *
 * @param socketAddress the other end of the socket; null when there is none
 * @param trustedHops how many proxies stand in front
 */
export function clientAddress(
  socketAddress: string | null,
  forwardedFor: string | undefined,
  trustedHops: number,
): string | null {
  const forwarded = trustedHops > 0 ? forwardedFor?.split(',').at(-trustedHops)?.trim() : undefined;

  return canonical(forwarded ?? '') ?? canonical(socketAddress ?? '');
}

/** What one customer of a provider has: an IPv4 address, or the first 64 bits of an IPv6 address. */
export function networkOf(address: string): string {
  const parsed = ipaddr.parse(address);
  if (parsed.kind() === 'ipv4') {
    return address;
  }
  const prefix = parsed.toByteArray().slice(0, 8);

  return `${ipaddr.fromByteArray([...prefix, 0, 0, 0, 0, 0, 0, 0, 0]).toString()}/64`;
}

/**
 * One spelling for each address, and IPv4 for what is IPv4 in IPv6's clothes; null for anything else. The zone
 * of a link-local address is of any length, and means something to one machine alone.
 */
function canonical(text: string): string | null {
  // It has one spelling, and most come that way.
  if (isIPv4(text)) {
    return text;
  }
  const [address = ''] = text.split('%', 1);

  return isIP(address) === 0 ? null : ipaddr.process(address).toString();
}
