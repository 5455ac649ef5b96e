/** The first four bytes as an unsigned little-endian dword. */
export function loadDword(data: Uint8Array): number {
  return (
    ((data[0] as number) | ((data[1] as number) << 8) | ((data[2] as number) << 16) | ((data[3] as number) << 24)) >>> 0
  );
}

/** Writes a dword to the first four bytes, little-endian. */
export function storeDword(data: Uint8Array, value: number): void {
  data[0] = value;
  data[1] = value >>> 8;
  data[2] = value >>> 16;
  data[3] = value >>> 24;
}
