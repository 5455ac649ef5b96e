/** Control and format characters (such as those that reverse text), lone surrogates, and code points that are not characters. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Noncharacter_Code_Point}\p{Co}\p{Zl}\p{Zp}]/gu;

/** A user's text on one line. Invisible characters are shown as code points: `<U+202E>`. */
export function plainText(text: string): string {
  return text
    .replaceAll(/[\s\u0085]+/gu, ' ')
    .trim()
    .replaceAll(INVISIBLE, (character) => {
      const hex = (character.codePointAt(0) as number).toString(16).toUpperCase();
      return `<U+${hex.padStart(4, '0')}>`;
    });
}

/** An address or a register's value in hex, in groups of four digits from the right: `0x2_3004_0000`. */
export function groupedHex(value: bigint | number, digits = 1): string {
  const hex = value.toString(16).padStart(digits, '0');
  return `0x${hex.replaceAll(/\B(?=(?:[0-9a-f]{4})+$)/g, '_')}`;
}

/** An offset in a page: `+0x040`. */
export function offsetText(offsetBytes: number): string {
  return `+0x${offsetBytes.toString(16).padStart(3, '0')}`;
}

/** A number of bytes in the largest unit that gives a whole number: `2 KiB`. */
export function sizeText(bytes: number): string {
  const units = ['GiB', 'MiB', 'KiB'].map((unit, index) => [unit, 1024 ** (3 - index)] as const);
  const [unit, worth] = units.find(([, size]) => bytes >= size && bytes % size === 0) ?? ['bytes', 1];
  return bytes === 1 ? '1 byte' : `${bytes / worth} ${unit}`;
}
