import type { Network } from './pattern.ts';

/** The longest text form of an address: IPv6 with an IPv4 tail. */
const MAX_ADDRESS_CHARS = 45;
const IPV4_PART = /^(?:0|[1-9]\d{0,2})$/;
const IPV6_GROUP = /^[\da-f]{1,4}$/i;
/** An IPv4 address in IPv6 form (`::ffff:10.0.0.1`, RFC 4291 section 2.5.5.2) begins with these bytes. */
const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** Reads `10.0.0.0/8` or `2001:db8::/32`; bits beyond the prefix may be set and are ignored. null: not a CIDR block. */
export function readNetwork(text: string): Network | null {
  const slash = text.lastIndexOf('/');
  const bytes = readAddress(text.slice(0, Math.max(slash, 0)));
  const length = text.slice(slash + 1);
  if (bytes === null || !/^(?:0|[1-9]\d{0,2})$/.test(length) || Number(length) > bytes.length * 8)
    return null;
  return { bits: bitsOf(bytes).slice(0, FAMILY_CHARS + Number(length)) };
}

/** True when `text` is an address of the network. An IPv4 address in IPv6 form also counts as IPv4. */
export function isInNetwork(network: Network, text: string): boolean {
  return addressBits(text).some((bits) => bits.startsWith(network.bits));
}

/** An address as its networks begin: family and bits, for each family it counts as. Empty: `text` is no address. */
export function addressBits(text: string): readonly string[] {
  const bytes = readAddress(text);
  if (bytes === null) return [];
  const isMapped = bytes.length === 16 && MAPPED.every((byte, i) => bytes[i] === byte);
  return isMapped ? [bitsOf(bytes), bitsOf(bytes.slice(MAPPED.length))] : [bitsOf(bytes)];
}

const FAMILY_CHARS = 2;

/** `4:` or `6:`, then the bits as `0` and `1`. */
function bitsOf(bytes: readonly number[]): string {
  const bits = bytes.map((byte) => byte.toString(2).padStart(8, '0'));
  return (bytes.length === 4 ? '4:' : '6:') + bits.join('');
}

/** The 4 or 16 bytes of an address, or null. Leading zeros are refused: readers disagree whether they mean octal. */
function readAddress(text: string): readonly number[] | null {
  if (text.length > MAX_ADDRESS_CHARS) return null;
  return text.includes(':') ? readIpv6(text) : readIpv4(text);
}

function readIpv4(text: string): readonly number[] | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => IPV4_PART.test(part) && Number(part) <= 255)) return null;
  return parts.map(Number);
}

function readIpv6(text: string): readonly number[] | null {
  const [left = '', right, ...more] = text.split('::');
  if (more.length > 0) return null;
  const start = readGroups(left, right === undefined);
  const end = readGroups(right ?? '', true);
  if (start === null || end === null) return null;
  const missing = 16 - start.length - end.length;
  const fits = right === undefined ? missing === 0 : missing >= 2;
  return fits ? [...start, ...new Array<number>(missing).fill(0), ...end] : null;
}

/** Bytes of `1:2:3`; the last group may be an IPv4 address where the text ends the whole. */
function readGroups(text: string, last: boolean): readonly number[] | null {
  if (text === '') return [];
  const groups = text.split(':');
  const tail = last && text.includes('.') ? readIpv4(groups.pop() ?? '') : [];
  if (tail === null || !groups.every((group) => IPV6_GROUP.test(group))) return null;
  const bytes = groups.flatMap((group) => [
    Number.parseInt(group, 16) >> 8,
    Number.parseInt(group, 16) & 0xff,
  ]);
  return [...bytes, ...tail];
}
