/** Bytes shown in a row of text. */
const ROW_BYTES = 12;

function rowsOf(bytes: Uint8Array, length: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / length) }, (_, row) =>
    bytes.subarray(row * length, (row + 1) * length),
  );
}

const hexByte = (byte: number) => byte.toString(16).padStart(2, '0');

/**
 * A C header that holds bytes as `static const unsigned char NAME[]`, with `NAME_LEN` beside it.
 * Throws a TypeError if `name` is no C identifier.
 */
export function toCArray(bytes: Uint8Array, { name, comment }: { name: string; comment: string }): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new TypeError(`"${name}" is no C identifier`);
  const guard = `${name.toUpperCase()}_H`;
  const rows = rowsOf(bytes, ROW_BYTES).map((row) => `  ${[...row].map((byte) => `0x${hexByte(byte)},`).join(' ')}`);
  return [
    `/* ${comment.replaceAll('*/', '* /')} */`,
    `#ifndef ${guard}`,
    `#define ${guard}`,
    '',
    `#define ${name.toUpperCase()}_LEN ${bytes.length}u`,
    '',
    `static const unsigned char ${name}[${bytes.length}] = {`,
    ...rows,
    '};',
    '',
    '#endif',
    '',
  ].join('\n');
}

/** Hex digits, sixteen bytes a line, nothing else: what `xxd -r -p` turns back. */
export function toHexText(bytes: Uint8Array): string {
  return `${rowsOf(bytes, 16)
    .map((row) => [...row].map(hexByte).join(' '))
    .join('\n')}\n`;
}
