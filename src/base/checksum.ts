/** The byte that makes the sum of all bytes zero modulo 256, when it stands where a zero byte was summed. ACPI 6.5 §5.2.6 */
export function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < bytes.length; index++) sum += bytes[index] as number;
  return -sum & 0xff;
}
