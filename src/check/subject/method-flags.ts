/** What the flags of a method say. ACPI 6.5 §20.2.5.2 */
export interface MethodFlags {
  /** 0..7. */
  readonly argumentCount: number;
  readonly serialized: boolean;
  /** 0..15. */
  readonly syncLevel: number;
}

export function readMethodFlags(flags: number): MethodFlags {
  return { argumentCount: flags & 7, serialized: (flags & 8) !== 0, syncLevel: flags >>> 4 };
}
