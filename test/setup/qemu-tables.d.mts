export const QEMU: string;
export const Q35_FLAGS: readonly string[];
export function tablesOfMachine(
  moreFlags?: readonly string[],
): Promise<readonly (readonly [signature: string, bytes: Uint8Array])[]>;
