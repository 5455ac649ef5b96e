import { errorAt, requireBytes } from '../../base/index.js';
import type { Diagnostic, DiagnosticCode } from '../../vocab/index.js';
import { type CompiledDescriptor, compiledWithTag } from './compiled-table.js';
import type { RawDescriptor, ResourceDescriptor } from './descriptor.js';
import type { Cursor, Properties } from './field-codecs.js';

export interface DecodedResources {
  /** In order; encoding them gives the same bytes again. */
  readonly descriptors: readonly ResourceDescriptor[];
  /** Empty if the bytes are one valid template that ends with an EndTag. Offsets count from the first byte. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The most findings; further ones are left out. */
const MOST_DIAGNOSTICS = 100;

const LARGE = 0x80;
const END_TAG = 0x78;

class Decoder {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly descriptors: ResourceDescriptor[] = [];
  readonly diagnostics: Diagnostic[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  decode(): DecodedResources {
    let at = 0;
    let ended = false;
    while (at < this.#bytes.length && !ended) {
      const lead = this.#bytes[at] as number;
      const tag = lead & LARGE ? lead : lead & 0xf8;
      const end = this.#endOf(at, lead);
      if (end > this.#bytes.length) {
        const left = this.#bytes.length - at;
        const message = `A descriptor that begins with 0x${hex(lead)} is longer than the ${left} bytes that are left.`;
        this.#say('AML_RESOURCE_TRUNCATED', at, message, 'Was the buffer cut off, or is it not a resource template?');
        this.#keep(at, this.#bytes.length);
        return this;
      }
      this.descriptors.push(this.#descriptor(tag, at, end));
      at = end;
      ended = tag === END_TAG;
    }
    if (!ended) {
      this.#say('AML_RESOURCE_END', at, 'The descriptors have no EndTag.', 'End a resource template with 79 00.');
    } else if (at < this.#bytes.length) {
      const message = `${this.#bytes.length - at} bytes follow the EndTag.`;
      this.#say('AML_RESOURCE_END', at, message, 'They are never read: remove them.');
      this.#keep(at, this.#bytes.length);
    }
    return this;
  }

  /** The byte after a descriptor; past the buffer's end if it does not hold the whole. */
  #endOf(at: number, lead: number): number {
    if (!(lead & LARGE)) return at + 1 + (lead & 7);
    return at + 3 > this.#bytes.length ? Number.POSITIVE_INFINITY : at + 3 + this.#view.getUint16(at + 1, true);
  }

  #descriptor(tag: number, start: number, end: number): ResourceDescriptor {
    const body = start + (tag & LARGE ? 3 : 1);
    const rows = compiledWithTag(tag);
    const fits = (entry: CompiledDescriptor) =>
      end - body >= entry.least && entry.constants.every(({ at, value }) => this.#bytes[body + at] === value);
    const entry = rows.find(fits);
    if (entry === undefined) {
      this.#sayUnknown(rows, start, end);
      return this.#raw(start, end);
    }
    const into: Properties = { kind: entry.row.macro };
    const cursor: Cursor = { bytes: this.#bytes, view: this.#view, start, end, at: body, offsets: {}, lengths: {} };
    for (const { field, codec } of entry.fields) {
      const wrong = codec.decode(cursor, field, into);
      if (wrong === undefined) continue;
      const message = `${entry.row.macro} ${wrong}.`;
      this.#say(
        'AML_RESOURCE_LAYOUT',
        start,
        message,
        `See ACPI 6.5 §${entry.row.section}. Its bytes are kept as they are.`,
      );
      return this.#raw(start, end);
    }
    if (cursor.at < end) into.trailing = this.#bytes.slice(cursor.at, end);
    return into as unknown as ResourceDescriptor;
  }

  #sayUnknown(rows: readonly CompiledDescriptor[], start: number, end: number): void {
    // Hostile bytes are mostly this: no message is made that would be dropped.
    if (this.diagnostics.length >= MOST_DIAGNOSTICS) return;
    const names = rows.map(({ row }) => row.macro).join(', ');
    const what = names === '' ? 'a descriptor that ACPI 6.5 defines' : `a valid ${names}`;
    const message = `A descriptor of ${end - start} bytes that begins with 0x${hex(this.#bytes[start] as number)} is not ${what}.`;
    this.#say('AML_RESOURCE_UNKNOWN', start, message, 'Its bytes are kept as they are.');
  }

  #raw(start: number, end: number): RawDescriptor {
    return { kind: 'Raw', bytes: this.#bytes.slice(start, end) };
  }

  #keep(start: number, end: number): void {
    if (start < end) this.descriptors.push(this.#raw(start, end));
  }

  #say(code: DiagnosticCode, offsetBytes: number, message: string, cure: string): void {
    if (this.diagnostics.length < MOST_DIAGNOSTICS) {
      this.diagnostics.push(errorAt(code, { offsetBytes }, message, cure));
    }
  }
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

/**
 * Decodes the bytes of a resource template. Never throws for bad bytes: what is not a descriptor of ACPI 6.5 stays
 * `Raw`, and is reported in a diagnostic. ACPI 6.5 §6.4
 */
export function decodeResources(bytes: Uint8Array): DecodedResources {
  requireBytes(bytes, 'decodeResources: bytes');
  const { descriptors, diagnostics } = new Decoder(bytes).decode();
  return { descriptors, diagnostics };
}
