import { buffer } from '../build/values.js';
import type { Op } from '../grammar/term.js';
import { endTag } from './constructors.js';
import type { ResourceDescriptor } from './descriptor.js';
import { encodeResources } from './encode-resources.js';

/**
 * ASL's ResourceTemplate: a Buffer of the descriptors, with an EndTag of checksum 0 unless one is given last. Throws a
 * DiagnosticError as {@link encodeResources} does. ACPI 6.5 §19.6.119
 */
export function resourceTemplate(descriptors: readonly ResourceDescriptor[]): Op<'Buffer'> {
  const ended = descriptors.at(-1)?.kind === 'EndTag';
  return buffer(encodeResources(ended ? descriptors : [...descriptors, endTag()]));
}
