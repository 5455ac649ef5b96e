/** ACPI Machine Language as terms: decode, encode, build, find, change and print; resource templates. */
export {
  asl,
  encoded,
  type FieldOptions,
  type FieldUnit,
  fieldFlags,
  fieldUnits,
  type MethodOptions,
  type Place,
  type Value,
} from './build.js';
export { childTerms } from './child-terms.js';
export { type ConstantOptions, evaluateConstant } from './constant.js';
export { type Declaration, declarations, findDeclaration, joinPath } from './declarations.js';
export { type DecodedAml, type DecodeOptions, decodeAml, type GuessedCall } from './decode.js';
export { decodeTogether } from './decode-together.js';
export { appendTo, insertAfter, insertBefore, removeAt, type Site } from './edit.js';
export { type EncodeOptions, encodeAml } from './encode.js';
export { FIELD_ELEMENTS } from './field-elements.js';
export { lookUp } from './look-up.js';
export { displayName, isNameSeg, normalizeName, padNameSeg } from './name-string.js';
export { createNamespace, findNode, type NamespaceNode } from './namespace.js';
export { OPCODES, type OpcodeRow, type OperandKind, type OpName } from './opcodes.js';
export { type PlacedUnit, placedUnits } from './placed-units.js';
export { type AslHeader, type PrintedAsl, type PrintOptions, printAsl } from './print/print-asl.js';
export { bodyOf, replaceTerms, withBody } from './replace.js';
export * as resource from './resources/constructors.js';
export {
  checkResources,
  type DecodedResources,
  type Descriptor,
  type DescriptorInput,
  type DescriptorKind,
  decodeResources,
  encodeResources,
  type RawDescriptor,
  RESOURCE_DESCRIPTORS,
  type ResourceDescriptor,
  resourceTemplate,
} from './resources/index.js';
export { type FieldElement, integerValue, makeTerm, type Op, type Path, type Term, type TermArg } from './term.js';
export { buffer, eisaId, eisaIdText, fixedInteger, type IntegerTerm, integer, path, uuid } from './values.js';
