/** The four bytes from an index as an unsigned little-endian dword. */
export function loadDword(data: Uint8Array, at = 0): number {
  return (
    ((data[at] as number) |
      ((data[at + 1] as number) << 8) |
      ((data[at + 2] as number) << 16) |
      ((data[at + 3] as number) << 24)) >>>
    0
  );
}

/** Writes a dword to the four bytes from an index, little-endian. */
export function storeDword(data: Uint8Array, value: number, at = 0): void {
  data[at] = value;
  data[at + 1] = value >>> 8;
  data[at + 2] = value >>> 16;
  data[at + 3] = value >>> 24;
}
