import {
  checkResources,
  type DecodedResources,
  decodeResources,
  macroOrFault,
  type ResourceDescriptor,
} from '../../aml/resources/index.js';

/** Macros that iasl 20200925 does not know. */
const UNKNOWN_TO_IASL: ReadonlySet<string> = new Set(['CSI2Bus', 'ClockInput']);

/** Descriptors as the lines of a ResourceTemplate. */
export interface TemplateText {
  /** Undefined if a descriptor has no macro, or iasl would compile it to other bytes. */
  readonly lines: readonly string[] | undefined;
  /** Why there are no lines: a clause without a capital or a full stop. */
  readonly why: string;
  /** A value is outside the range that iasl accepts while its error 6139 is on. */
  readonly outOfRange: boolean;
}

interface MacroText {
  readonly text: string | undefined;
  readonly why: string;
  readonly outOfRange: boolean;
}

const withoutText = (why: string) => ({ text: undefined, why, outOfRange: false }) as const;
const withoutLines = (why: string): TemplateText => ({ lines: undefined, why, outOfRange: false });

/** One descriptor as its macro. */
function macroText(descriptor: ResourceDescriptor): MacroText {
  const macro = macroOrFault(descriptor);
  if (typeof macro === 'string') return withoutText(`ASL cannot express ${macro} in ${descriptor.kind}`);
  const call = `${macro.name} (${macro.arguments.join(', ')})`;
  const text = macro.list === undefined ? call : `${call} {${macro.list.join(', ')}}`;
  if (UNKNOWN_TO_IASL.has(macro.name)) return withoutText(`iasl 20200925 does not know ${text}`);
  return { text, why: '', outOfRange: macro.outOfRange };
}

/** Why iasl does not compile the descriptors to the decoded bytes although each has a macro. */
function faultOf({ descriptors, diagnostics }: DecodedResources): string | undefined {
  const [fault] = diagnostics.length > 0 ? diagnostics : checkResources(descriptors);
  return fault?.message.replace(/\.$/, '');
}

/** The checksum in a template's EndTag; iasl writes 0. */
function hasChecksum({ descriptors }: DecodedResources): boolean {
  const last = descriptors.at(-1);
  return last?.kind === 'EndTag' && last.checksum !== 0;
}

/** A template's descriptors as macros. */
function templateText(decoded: DecodedResources): TemplateText {
  const fault = faultOf(decoded);
  if (fault !== undefined) return withoutLines(fault);
  if (hasChecksum(decoded)) return withoutLines('the EndTag has a checksum, and iasl writes 0');
  const lines: string[] = [];
  let outOfRange = false;
  let dependent = false;
  for (const descriptor of decoded.descriptors.slice(0, -1)) {
    const macro = macroText(descriptor);
    if (macro.text === undefined) return withoutLines(macro.why);
    outOfRange ||= macro.outOfRange;
    const { kind } = descriptor;
    if (kind === 'EndDependentFn') {
      dependent = false;
      lines.push('}', macro.text);
    } else if (kind === 'StartDependentFn' || kind === 'StartDependentFnNoPri') {
      if (dependent) lines.push('}');
      dependent = true;
      lines.push(macro.text, '{');
    } else {
      lines.push(dependent ? `    ${macro.text}` : macro.text);
    }
  }
  return { lines, why: '', outOfRange };
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}

/** FNV-1a. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < bytes.length; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return hash;
}

/** Resource templates seen so far: half of those in a table are repetitions. */
export class TemplateMemory {
  readonly #byHash = new Map<number, { readonly bytes: Uint8Array; readonly text: TemplateText | undefined }>();

  /** A template's text; undefined if the bytes are not a whole template from the first descriptor to the EndTag. */
  textOf(bytes: Uint8Array): TemplateText | undefined {
    const hash = hashOf(bytes);
    const known = this.#byHash.get(hash);
    if (known !== undefined && isSame(known.bytes, bytes)) return known.text;
    const decoded = decodeResources(bytes);
    const text = isWhole(decoded) ? templateText(decoded) : undefined;
    this.#byHash.set(hash, { bytes, text });
    return text;
  }
}

/** Whether descriptors fill a buffer up to an EndTag, whatever they hold. */
function isWhole({ descriptors, diagnostics }: DecodedResources): boolean {
  return (
    descriptors.at(-1)?.kind === 'EndTag' &&
    !diagnostics.some(({ code }) => code === 'AML_RESOURCE_END' || code === 'AML_RESOURCE_TRUNCATED')
  );
}

const END_TAG = [0x79, 0x00] as const;

/** The text of a connection, which is a single descriptor. In a Field, iasl writes it without an EndTag. */
export interface ConnectionText {
  /** Undefined if it has no macro, or iasl would compile it to other bytes. */
  readonly line: string | undefined;
  readonly why: string;
  readonly outOfRange: boolean;
  /** It ends with an EndTag anyway, which the text cannot keep. */
  readonly hasEndTag: boolean;
}

export function connectionText(bytes: Uint8Array): ConnectionText {
  const decoded = decodeResources(bytes);
  const hasEndTag = decoded.descriptors.at(-1)?.kind === 'EndTag';
  const template = hasEndTag ? decoded : decodeResources(Uint8Array.of(...bytes, ...END_TAG));
  const { lines, why, outOfRange } = templateText(template);
  if (lines === undefined) return { line: undefined, why, outOfRange, hasEndTag };
  const [line] = lines;
  if (lines.length === 1) return { line, why, outOfRange, hasEndTag };
  return { line: undefined, why: `it has ${lines.length} descriptors, and ASL allows one`, outOfRange, hasEndTag };
}
