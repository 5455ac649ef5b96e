import { errorAt, formatHex } from '../base/index.js';
import { DSDT_64_BIT_REVISION } from '../tables/index.js';
import type { Diagnostic } from '../vocab/index.js';
import { differingBits } from './differing-bits.js';
import { ROOT_VCFG, type TableView } from './table-view.js';

/** What is wrong with `\VCFG` itself: there, an Integer, and of the wanted value as the OS will see it. */
export function baseFindings(view: TableView, wanted: bigint, file: string | undefined): Diagnostic[] {
  const { vcfg, base, integerBits } = view;
  const place = {
    ...(file === undefined ? {} : { file }),
    ...(vcfg === undefined ? {} : { offsetBytes: vcfg.term.start }),
    path: ROOT_VCFG,
  };
  if (vcfg === undefined) {
    return [
      errorAt(
        'VCFG_MISSING',
        place,
        'The table has no VCFG at its root, so that a driver cannot find the window.',
        'Put it in with vcfg inject.',
      ),
    ];
  }
  if (base === undefined) {
    const what = vcfg.term.op === 'Name' ? 'holds something else than an Integer' : `is made by ${vcfg.term.op}`;
    return [
      errorAt(
        'VCFG_NOT_INTEGER',
        place,
        `VCFG ${what}, and a driver reads an Integer there.`,
        `Write Name (VCFG, ${formatHex(wanted)}).`,
      ),
    ];
  }
  const seen = BigInt.asUintN(integerBits, base);
  if (seen !== base) {
    return [
      errorAt(
        'VCFG_TRUNCATED',
        place,
        `VCFG is ${formatHex(base)}, and the OS sees ${formatHex(seen)}: integers have ${integerBits} bits in a table of this revision.`,
        `Raise the DSDT's revision to ${DSDT_64_BIT_REVISION}; vcfg inject does.`,
      ),
    ];
  }
  if (base === wanted) return [];
  return [
    errorAt(
      'VCFG_BASE',
      place,
      `VCFG is ${formatHex(base)}, and ${formatHex(wanted)} is wanted: ${differingBits(base, wanted)}.`,
      'Generate the table again, put the base in with vcfg inject, or correct it in the platform file.',
    ),
  ];
}
