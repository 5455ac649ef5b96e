export { ByteWriter, checksum } from './bytes.js';
export {
  refuseArgument,
  requireArray,
  requireBigint,
  requireBytes,
  requireObject,
  requireObjects,
  requireOneOf,
  requireOption,
  requireText,
  requireWithin,
  showArgument,
} from './check-arguments.js';
export { DiagnosticError, errorAt, formatDiagnostic, inFile } from './diagnostics.js';
export { fromHex, toHex } from './hex.js';
export { formatHex, MOST_U64, parseInteger, parseQuantity, QUANTITY_UNITS } from './integer.js';
export { toJson } from './json.js';
export { decodeLatin1, encodeLatin1 } from './latin1.js';
export { comparePciAddress, formatPciAddress, parsePciAddress } from './pci-address.js';
export { SDT_HEADER_BYTES, SDT_OFFSET } from './table-header.js';
