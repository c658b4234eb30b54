import type { Network } from './pattern.ts';

/** The longest text form of an address: IPv6 with an IPv4 tail. */
const MAX_ADDRESS_CHARS = 45;
/** The bits of each byte. */
const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(2).padStart(8, '0'));
const [ZERO, DOT] = ['0'.charCodeAt(0), '.'.charCodeAt(0)];
const IPV6_GROUP = /^[\da-f]{1,4}$/i;
const IPV4_BITS = 32;
const IPV6_BITS = 128;
/** The family that begins an address's bits, so that no IPv4 block holds an IPv6 address. */
const IPV4 = '4:';
const IPV6 = '6:';
/** An IPv4 address in IPv6 form (`::ffff:10.0.0.1`, RFC 4291 section 2.5.5.2) begins so. */
const MAPPED = `${IPV6}${'0'.repeat(80)}${'1'.repeat(16)}`;

/** Reads `10.0.0.0/8` or `2001:db8::/32`; bits beyond the prefix may be set and are ignored. null: not a CIDR block. */
export function readNetwork(text: string): Network | null {
  const slash = text.lastIndexOf('/');
  const bits = readAddress(text.slice(0, Math.max(slash, 0)));
  const length = text.slice(slash + 1);
  if (bits === null || !/^(?:0|[1-9]\d{0,2})$/.test(length)) return null;
  const end = IPV4.length + Number(length);
  return end > bits.length ? null : { bits: bits.slice(0, end) };
}

/** True when `text` is an address of the network. An IPv4 address in IPv6 form also counts as IPv4. */
export function isInNetwork(network: Network, text: string): boolean {
  return addressBits(text).some((bits) => bits.startsWith(network.bits));
}

/** An address as its networks begin, once for each family it counts as. Empty: `text` is no address. */
export function addressBits(text: string): readonly string[] {
  const bits = readAddress(text);
  if (bits === null) return [];
  return bits.startsWith(MAPPED) ? [bits, IPV4 + bits.slice(MAPPED.length)] : [bits];
}

/** The family and the 32 or 128 bits of an address as `0`s and `1`s, or null. */
function readAddress(text: string): string | null {
  if (text.length > MAX_ADDRESS_CHARS) return null;
  const isIpv6 = text.includes(':');
  const bits = isIpv6 ? readIpv6(text) : readIpv4(text);
  return bits === null ? null : (isIpv6 ? IPV6 : IPV4) + bits;
}

/** Leading zeros are refused, since readers disagree whether they mean octal. Read by units: every log line may have one. */
function readIpv4(text: string): string | null {
  let bits = '';
  let byte: number | null = null;
  for (let at = 0; at <= text.length; at += 1) {
    const digit = (at < text.length ? text.charCodeAt(at) : DOT) - ZERO;
    if (digit === DOT - ZERO) {
      if (byte === null) return null;
      bits += BYTES[byte] ?? '';
      byte = null;
    } else {
      if (digit < 0 || digit > 9 || byte === 0) return null;
      byte = (byte ?? 0) * 10 + digit;
      if (byte > 255) return null;
    }
  }
  return bits.length === IPV4_BITS ? bits : null;
}

function readIpv6(text: string): string | null {
  const [left = '', right, ...more] = text.split('::');
  if (more.length > 0) return null;
  const start = readGroups(left, right === undefined);
  const end = readGroups(right ?? '', true);
  if (start === null || end === null) return null;
  const missing = IPV6_BITS - start.length - end.length;
  const fits = right === undefined ? missing === 0 : missing >= 16;
  return fits ? start + '0'.repeat(missing) + end : null;
}

/** Bits of `1:2:3`; the last group may be an IPv4 address where the text ends the whole. */
function readGroups(text: string, last: boolean): string | null {
  if (text === '') return '';
  const groups = text.split(':');
  const tail = last && text.includes('.') ? readIpv4(groups.pop() ?? '') : '';
  if (tail === null || !groups.every((group) => IPV6_GROUP.test(group))) return null;
  const bits = groups.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0'));
  return bits.join('') + tail;
}
