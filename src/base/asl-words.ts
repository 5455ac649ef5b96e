/**
 * Words of ASL that are as long as a NameSeg, in capitals: iasl reads them in any case. A name of fewer letters that
 * is such a word is written with its padding; one of four letters cannot be written alone.
 */
export const RESERVED_SEGMENTS: ReadonlySet<string> = new Set(
  (
    'ADD AND ARG0 ARG1 ARG2 ARG3 ARG4 ARG5 ARG6 CASE DMA EDGE ELSE FOR IF IO IRQ LAND LNOT LOAD LOR MEQ MGE MGT MID MLE MLT MOD ' +
    'MTR NAME NAND NOOP NOR NOT ONE ONES OR PCC IPMI WAIT XOR ZERO LOCK'
  ).split(' '),
);

/** Whether a NameSeg cannot be written alone in ASL: it is a word of ASL, and has no padding that tells it apart. */
export function isAslWord(name: string): boolean {
  return name.length === 4 && RESERVED_SEGMENTS.has(name);
}
