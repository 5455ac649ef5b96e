export { aslMacro, macroOrFault, needsDescriptorName } from './asl-macro.js';
export { checkResources } from './check-resources.js';
export * from './constructors.js';
export { type DecodedResources, decodeResources } from './decode-resources.js';
export type {
  Descriptor,
  DescriptorInput,
  DescriptorKind,
  RawDescriptor,
  ResourceDescriptor,
} from './descriptor.js';
export { RESOURCE_DESCRIPTORS } from './descriptor-table.js';
export { encodeResources, resourceTemplate } from './encode-resources.js';
export type { ResourceField } from './field.js';
