import { DiagnosticError, errorAt, inFile } from '../../base/index.js';
import type { AcpiTable } from '../../tables/index.js';
import { type DecodedAmlTable, decodeTable } from '../decode-table.js';

/**
 * Decodes a DSDT or SSDT whose objects will be changed. Throws a DiagnosticError for any other table, and for one of which
 * a part cannot be decoded: that part may hold the object.
 */
export function decodeToChange(table: AcpiTable): DecodedAmlTable {
  const { signature } = table.header;
  if (signature !== 'DSDT' && signature !== 'SSDT') {
    const message = `This is a table with signature ${signature}, which cannot hold VCFG.`;
    throw new DiagnosticError([
      errorAt('FIRMWARE_NOT_AML', { offsetBytes: 0 }, message, 'Give the DSDT (or an SSDT).'),
    ]);
  }
  const decoded = decodeTable(table);
  requireDecoded(decoded);
  return decoded;
}

/** Throws a DiagnosticError for a table of which a part was not decoded. */
export function requireDecoded({ diagnostics }: DecodedAmlTable, file?: string): void {
  const faults = diagnostics.filter(({ severity }) => severity === 'error');
  const [first] = faults;
  if (first === undefined) return;
  const message = 'The table cannot be decoded from here on, so the place for VCFG is unknown.';
  const cure =
    'Nothing was changed. Give a table that decodes; `vcfg check --rule table,aml` says what is wrong with it.';
  const all = [errorAt('FIRMWARE_NOT_DECODED', first.place, message, cure), ...faults];
  throw new DiagnosticError(file === undefined ? all : inFile(file, all));
}
