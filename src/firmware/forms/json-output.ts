import { declarations } from '../../aml/index.js';
import { formatHex, formatPciAddress, toHex, toJson } from '../../base/index.js';
import { encodeConfigAddress, packPciAddress, VCFG_REGISTER_BITS } from '../../platform/config-address.js';
import { acpiPaths } from '../../platform/names/acpi-path.js';
import { decodeDataTable, requireTable } from '../../tables/index.js';
import type { FunctionDescription, Platform } from '../../vocab/index.js';
import { decodeTable } from '../decode-table.js';
import { FIRST_SHARED_REGISTER } from '../dsdt/function-regions.js';
import type { NamedTable } from '../tables/table-identity.js';
import type { TableSet } from '../tables/table-set.js';

/** The objects that a table declares, except those within methods. */
function objectsOf(bytes: Uint8Array): { path: string; type: string }[] {
  const { terms } = decodeTable(bytes, { methodBodies: 'skip' });
  return declarations(terms).map(({ path, term, element }) => ({ path, type: element ? 'FieldUnit' : term.op }));
}

function tableObject({ name, bytes }: NamedTable): object {
  const table = requireTable(bytes, name);
  const data = decodeDataTable(table);
  return {
    file: `${name}.aml`,
    header: table.header,
    ...(data ? { fields: data.value } : { objects: objectsOf(bytes) }),
    bytes: toHex(bytes),
  };
}

function functionObject({ vcfg }: Platform, described: FunctionDescription, path: string | undefined): object {
  const page = (firstRegister: number) =>
    formatHex(vcfg.base + BigInt(encodeConfigAddress(described.address, firstRegister, VCFG_REGISTER_BITS)));
  const { address, name, registers, shared } = described;
  return {
    name,
    address: formatPciAddress(address),
    path,
    trapped: page(0),
    shared: page(FIRST_SHARED_REGISTER),
    registers: registers.map(({ name, index }) => ({ name, index })),
    runs: shared.map(({ name, offsetBytes, lengthBytes }) => ({ name, offsetBytes, lengthBytes })),
  };
}

/**
 * Tables and addresses for programs that do not read ACPI: each table's header, what it says or declares, and its bytes as hex
 * digits; each function's path and the addresses of its pages. Addresses are hex strings.
 */
export function toTablesJson({ platform, aml, hotPlug, data }: TableSet): string {
  const paths = acpiPaths(platform);
  const functions = platform.functions.map((each) =>
    functionObject(platform, each, paths.get(packPciAddress(each.address))),
  );
  const tables = [...aml, ...data].map(tableObject);
  return `${toJson({ vcfg: platform.vcfg, functions, tables, hotPlugTables: hotPlug.map(tableObject) }, 2)}\n`;
}
