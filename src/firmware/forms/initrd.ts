import { DiagnosticError, errorAt } from '../../base/index.js';
import { requireTable, withOemRevision } from '../../tables/index.js';
import type { NamedTable } from '../tables/table-identity.js';
import { encodeCpio } from './cpio.js';

/** Where Linux looks in the first, uncompressed archive of an initrd. Documentation/admin-guide/acpi/initrd_table_override.rst */
const FOLDER = 'kernel/firmware/acpi';
const MOST_OEM_REVISION = 0xffff_ffff;

/** The table with the next OEM revision: Linux replaces a table only by one of a higher revision, all else of its identity the same. */
function raised({ name, bytes }: NamedTable): Uint8Array {
  const table = requireTable(bytes, name);
  const { oemRevision } = table.header;
  if (oemRevision < MOST_OEM_REVISION) return withOemRevision(table, oemRevision + 1);
  throw new DiagnosticError([
    errorAt(
      'TABLE_FIELD',
      { file: name, path: 'oemRevision' },
      'The OEM revision is 0xffffffff already, and Linux replaces a table only by one of a higher revision.',
      'Give the table in the firmware a lower one.',
    ),
  ]);
}

/**
 * An archive to put in front of an initrd, with which Linux takes these tables for those in the firmware of the same
 * signature, OEM ID and OEM table ID, and loads an SSDT that has no such counterpart. Each has its OEM revision raised by 1.
 * Throws a DiagnosticError for what is no sound table.
 */
export function initrdOverride(tables: readonly NamedTable[]): Uint8Array {
  return encodeCpio(tables.map((table) => ({ path: `${FOLDER}/${table.name}.aml`, contents: raised(table) })));
}
