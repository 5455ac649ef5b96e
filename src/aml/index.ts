/** ACPI Machine Language as terms: decode, encode, build, find and change them; resource templates. */
export { asl, encoded, type MethodOptions, type Place, type Value } from './build/build.js';
export { type ConstantOptions, evaluateConstant } from './build/constant.js';
export { appendTo, insertAfter, insertBefore, removeAt, type Site } from './build/edit.js';
export {
  type FieldOptions,
  type FieldUnit,
  fieldFlags,
  fieldUnits,
  type PlacedUnit,
  placedUnits,
} from './build/field-units.js';
export { bodyOf, childTerms, replaceTerms, withBody } from './build/inner-terms.js';
export { buffer, eisaId, eisaIdText, fixedInteger, type IntegerTerm, integer, path, uuid } from './build/values.js';
export {
  type AmlSource,
  type DecodedAml,
  type DecodeOptions,
  decodeAml,
  decodeTogether,
  type GuessedCall,
} from './decode/decode.js';
export { type EncodeOptions, encodeAml } from './encode/encode.js';
export { FIELD_ELEMENTS } from './grammar/field-elements.js';
export { displayName, isNameSeg, normalizeName, padNameSeg } from './grammar/name-string.js';
export type { Declares, LoneKind, Role } from './grammar/opcodes.js';
export { OPCODES, type OpcodeRow, type OperandKind, type OpName } from './grammar/opcodes.js';
export type { SuperName } from './grammar/term.js';
export {
  type FieldElement,
  integerValue,
  makeTerm,
  type Op,
  type Path,
  type Term,
  type TermArg,
} from './grammar/term.js';
export { type Declaration, declarations, findDeclaration, joinPath, lookUp } from './namespace/declarations.js';
export type { NodeKind } from './namespace/namespace.js';
export { createNamespace, findNode, type NamespaceNode } from './namespace/namespace.js';
export * as resource from './resources/constructors.js';
export type { FlagPart, FlagsField, MaskField, NumberField, ResourceField } from './resources/field.js';
export type { Properties } from './resources/field-codecs.js';
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
