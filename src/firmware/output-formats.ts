/** Bytes shown in a row of text. */
const ROW_BYTES = 12;

function rowsOf(bytes: Uint8Array, length: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / length) }, (_, row) =>
    bytes.subarray(row * length, (row + 1) * length),
  );
}

const hexByte = (byte: number) => byte.toString(16).padStart(2, '0');

/** Bytes as the lines of a C initializer. */
const cRows = (bytes: Uint8Array) =>
  rowsOf(bytes, ROW_BYTES).map((row) => `  ${[...row].map((byte) => `0x${hexByte(byte)},`).join(' ')}`);

const cComment = (text: string) => `/* ${text.replaceAll('*/', '* /')} */`;

function requireIdentifier(name: string): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new TypeError(`"${name}" is no C identifier`);
}

/**
 * A C header that holds bytes as `static const unsigned char NAME[]`, with `NAME_LEN` beside it.
 * Throws a TypeError if `name` is no C identifier.
 */
export function toCArray(bytes: Uint8Array, { name, comment }: { name: string; comment: string }): string {
  requireIdentifier(name);
  const guard = `${name.toUpperCase()}_H`;
  return [
    cComment(comment),
    `#ifndef ${guard}`,
    `#define ${guard}`,
    '',
    `#define ${name.toUpperCase()}_LEN ${bytes.length}u`,
    '',
    `static const unsigned char ${name}[${bytes.length}] = {`,
    ...cRows(bytes),
    '};',
    '',
    '#endif',
    '',
  ].join('\n');
}

/**
 * A `.aslc` source as EDK2 builds tables from: the table in initialized data, which GenFw takes out of the linked file, and
 * the function that is its entry point and keeps the table from being dropped. Throws a TypeError if `name` is no C identifier.
 */
export function toEdk2Source(bytes: Uint8Array, { name, comment }: { name: string; comment: string }): string {
  requireIdentifier(name);
  return [
    cComment(comment),
    '#include <Base.h>',
    '',
    `UINT8  ${name}[${bytes.length}] = {`,
    ...cRows(bytes),
    '};',
    '',
    'VOID *',
    'EFIAPI',
    'ReferenceAcpiTable (',
    '  VOID',
    '  )',
    '{',
    `  return (VOID *)${name};`,
    '}',
    '',
  ].join('\n');
}

/** Hex digits, sixteen bytes a line, nothing else: what `xxd -r -p` turns back. */
export function toHexText(bytes: Uint8Array): string {
  return `${rowsOf(bytes, 16)
    .map((row) => [...row].map(hexByte).join(' '))
    .join('\n')}\n`;
}
