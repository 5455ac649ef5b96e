/** A table without what names its compiler, and the checksum that follows: bytes 28..35 and 9. ACPI 6.5 §5.2.6 */
export function withoutCompiler(table: Uint8Array): string {
  const bytes = table.slice();
  bytes.fill(0, 28, 36);
  bytes[9] = 0;
  return Buffer.from(bytes).toString('hex');
}
