import { requireBytes, requireText, SDT_HEADER_BYTES, SDT_OFFSET } from '../../base/index.js';
import { beginsWithSignature } from '../sdt-header.js';

/** Bytes at the start that show whether text without a byte order mark is UTF-16: every other byte of ASCII is zero. */
const LOOKED_AT = 64;

function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const start = bytes.subarray(0, Math.min(LOOKED_AT, bytes.length & ~1));
  if (start.length < 8) return undefined;
  const isText = (odd: 0 | 1) => start.every((byte, index) => (index % 2 === odd ? byte === 0 : isTextByte(byte)));
  return isText(1) ? 'utf-16le' : isText(0) ? 'utf-16be' : undefined;
}

const isTextByte = (byte: number) => (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13;

/**
 * The text in a file: UTF-8, or UTF-16 as PowerShell writes it, without its byte order mark. Undefined for other bytes.
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  requireBytes(bytes, 'decodeText: bytes');
  const encoding = utf16Of(bytes) ?? 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Whether bytes begin like a table: a signature, and a length below 16 MiB. */
export function looksLikeTable(bytes: Uint8Array): boolean {
  const highestLengthByte = bytes[SDT_OFFSET.revision - 1];
  return bytes.length >= SDT_HEADER_BYTES && highestLengthByte === 0 && beginsWithSignature(bytes);
}

const HEX = /^(?:[0-9a-fA-F]{2})+$/;

function bytesOfHex(digits: string): number[] {
  const bytes: number[] = [];
  for (let at = 0; at < digits.length; at += 2) bytes.push(Number.parseInt(digits.slice(at, at + 2), 16));
  return bytes;
}

/** The bytes of one row of a dump, its offset taken off; undefined if it is not one. */
function bytesOfRow(row: string, hasColon: boolean): number[] | undefined {
  // Text follows in |bars| (hexdump), in >angles< (od), or after two blanks (xxd).
  const cut = row.split(/\s*[|>]/, 1)[0] as string;
  const groups = ((hasColon ? cut.split(/ {2,}|\t/, 1)[0] : cut) as string).trim().split(/\s+/);
  if (!groups.every((group) => HEX.test(group))) return undefined;
  // Without a colon it is hexdump or od, whose groups are little-endian numbers.
  return groups.flatMap((group) => (hasColon ? bytesOfHex(group) : bytesOfHex(group).reverse()));
}

/** The rows of xxd, hexdump and od: offsets from 0 on, in any radix; `*` for rows like the one before. */
function readDump(lines: readonly string[]): Uint8Array | undefined {
  if (!/^0{4,}:?\s/.test(lines[0] ?? '')) return undefined;
  let radix: number | undefined;
  let isRepeated = false;
  let last: readonly number[] = [];
  const bytes: number[] = [];
  for (const line of lines) {
    if (line === '*') {
      isRepeated = true;
      continue;
    }
    const [, offset = '', colon = '', row = ''] = /^([0-9a-fA-F]{4,16})(:?)(?:\s+(.*))?$/.exec(line) ?? [];
    if (offset === '') return undefined;
    if (bytes.length > 0) {
      const due = bytes.length;
      radix ??= [16, 8, 10].find((each) =>
        isRepeated ? Number.parseInt(offset, each) % due === 0 : Number.parseInt(offset, each) === due,
      );
    }
    const at = Number.parseInt(offset, radix ?? 16);
    if (isRepeated) while (bytes.length < at && last.length > 0 && at < 1 << 26) bytes.push(...last);
    isRepeated = false;
    if (row === '') {
      if (at > bytes.length || bytes.length - at > last.length) return undefined;
      bytes.length = at;
      continue;
    }
    if (at !== bytes.length) return undefined;
    const found = bytesOfRow(row, colon !== '');
    if (found === undefined) return undefined;
    bytes.push(...found);
    last = found;
  }
  return Uint8Array.from(bytes);
}

/** The list in the braces of an array, or all of a text without one; comments and what assemblers write apart. */
function listOf(text: string): string {
  const escaped = text.match(/\\x[0-9a-fA-F]{2}/g);
  if (escaped !== null) return escaped.map((each) => `0${each.slice(1)}`).join(' ');
  const bare = text
    .replaceAll(/\/\*[\s\S]*?\*\//g, ' ')
    .replaceAll(/(?:\/\/|#)[^\n]*/g, ' ')
    .replaceAll(/^\s*(?:db|\.byte)\s/gim, ' ')
    .replaceAll('"', ' ');
  const lists = [...bare.matchAll(/[{[(]([^{}[\]()]{2,})[}\])]/g)];
  const [only, second] = lists;
  return (second === undefined ? (only?.[1] ?? bare) : bare).trim();
}

/** Lists of bytes: `0x44, 0x53`, `44 53`, `044h, 053h`, `68, 83`, or nothing but digits. */
function readList(text: string): Uint8Array | undefined {
  const words = listOf(text)
    .split(/[\s,;]+/)
    .filter((word) => word !== '');
  const tryAs = (form: RegExp, read: (word: string) => number[]): Uint8Array | undefined => {
    if (!words.every((word) => form.test(word))) return undefined;
    const bytes = Uint8Array.from(words.flatMap(read));
    return looksLikeTable(bytes) ? bytes : undefined;
  };
  return (
    tryAs(/^0[xX][0-9a-fA-F]{1,2}$/, (word) => [Number.parseInt(word, 16)]) ??
    tryAs(/^0?[0-9a-fA-F]{2}[hH]$/, (word) => [Number.parseInt(word, 16)]) ??
    tryAs(/^(?:0[xX])?(?:[0-9a-fA-F]{2})+$/, (word) => bytesOfHex(word.replace(/^0[xX]/, ''))) ??
    tryAs(/^[0-9]{1,3}$/, (word) => [Number(word) & 0xff])
  );
}

function readBase64(text: string): Uint8Array | undefined {
  const digits = text
    .replace(/^data:[^,]*,/, '')
    .replaceAll(/^(?:-----|begin-base64|====).*$/gm, '')
    .replaceAll(/\s/g, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(digits)) return undefined;
  try {
    return Uint8Array.from(atob(digits), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/**
 * A table that was written as text: in hex as plain digits, a list or an array of C, as xxd, hexdump and od show files,
 * or in base64. Undefined for a text that is none of these, or whose bytes do not begin like a table.
 */
export function decodeTableText(text: string): Uint8Array | undefined {
  requireText(text, 'decodeTableText: text');
  const lines = text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  for (const bytes of [readDump(lines), readList(text), readBase64(text)]) {
    if (bytes !== undefined && looksLikeTable(bytes)) return bytes;
  }
  return undefined;
}
