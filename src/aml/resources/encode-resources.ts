import {
  ByteWriter,
  DiagnosticError,
  errorAt,
  formatHex,
  MOST_U64,
  requireArray,
  requireBytes,
  requireObjects,
  showArgument,
} from '../../base/index.js';
import type { DiagnosticCode } from '../../vocab/index.js';
import { buffer } from '../build/values.js';
import type { Op } from '../grammar/term.js';
import { type CompiledDescriptor, compiledOf } from './compiled-table.js';
import type { ResourceDescriptor } from './descriptor.js';
import type { Properties, Sink } from './field-codecs.js';

const MOST = { small: 7, large: 0xffff } as const;

class Encoder implements Sink {
  readonly out = new ByteWriter();
  #entry: CompiledDescriptor | undefined;
  #from: Properties = {};
  #kind = '';

  descriptor(descriptor: ResourceDescriptor): void {
    this.#kind = descriptor.kind;
    if (descriptor.kind === 'Raw') {
      requireBytes(descriptor.bytes, 'bytes of a Raw descriptor');
      this.out.append(descriptor.bytes);
      return;
    }
    const entry = compiledOf(descriptor.kind);
    if (entry === undefined) {
      this.#fail('AML_RESOURCE_UNKNOWN', '', 'is no resource descriptor', "Use ASL's name for its macro.");
    }
    this.#entry = entry;
    this.#from = descriptor as unknown as Properties;
    const { row, fields } = entry;
    const bodyBytes = this.#bytesUntil(undefined) + (descriptor.trailing?.length ?? 0);
    const most = MOST[row.size];
    if (bodyBytes > most) {
      const message = `has ${bodyBytes} bytes; its length can express at most ${most}`;
      this.#fail('AML_TOO_LONG', '', message, 'Split it, or use a larger form.');
    }
    if (row.size === 'small') {
      this.out.u8(row.tag | bodyBytes);
    } else {
      this.out.u8(row.tag);
      this.out.u16(bodyBytes);
    }
    for (const { field, codec } of fields) codec.encode(this, field, this.#from);
    if (descriptor.trailing !== undefined) this.out.append(descriptor.trailing);
  }

  /** Bytes of the body's fields, all of them or those before a named one. */
  #bytesUntil(name: string | undefined): number {
    let bytes = 0;
    for (const { field, codec } of this.#entry?.fields ?? []) {
      if (name !== undefined && 'name' in field && field.name === name) break;
      bytes += codec.least + (codec.more?.(field, this.#from) ?? 0);
    }
    return bytes;
  }

  offsetOf(name: string): number {
    return (this.#entry?.headerBytes ?? 0) + this.#bytesUntil(name);
  }

  number(name: string, value: unknown, most: number, keywords?: Readonly<Record<number, string>>): number {
    if (typeof value === 'string' && keywords !== undefined) {
      for (const [number, keyword] of Object.entries(keywords)) if (keyword === value) return Number(number);
      return this.refuse(name, `is "${value}"`, `Use ${Object.values(keywords).join(', ')} or a number.`);
    }
    if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most) return value as number;
    return this.refuse(
      name,
      `is ${showArgument(value)}, outside 0..0x${most.toString(16)}`,
      'Give an integer in that range.',
    );
  }

  long(name: string, value: unknown): bigint {
    if (typeof value === 'bigint' && value >= 0n && value <= MOST_U64) return value;
    return this.refuse(
      name,
      `is ${showArgument(value)}, not a bigint of 64 bits`,
      `Give one in 0n..${formatHex(MOST_U64)}n.`,
    );
  }

  text(name: string, value: unknown): string {
    if (typeof value !== 'string')
      return this.refuse(name, `is ${showArgument(value)}, which is not a string`, 'Give a string.');
    for (let at = 0; at < value.length; at++) {
      const code = value.charCodeAt(at);
      if (code !== 0 && code <= 0xff) continue;
      const what = code === 0 ? 'a NUL' : `"${value[at]}"`;
      this.#fail(
        'AML_BAD_STRING',
        name,
        `has ${what} at character ${at}`,
        'A string has one byte a character, and no NUL.',
      );
    }
    return value;
  }

  refuse(name: string, message: string, cure: string): never {
    return this.#fail('AML_VALUE_RANGE', name, message, cure);
  }

  #fail(code: DiagnosticCode, name: string, message: string, cure: string): never {
    const path = name === '' ? this.#kind : `${this.#kind}.${name}`;
    throw new DiagnosticError([errorAt(code, { path }, `${path} ${message}.`, cure)]);
  }
}

/**
 * The bytes of descriptors one after the other, without adding an EndTag. Throws a DiagnosticError for a value that its
 * descriptor cannot hold.
 */
export function encodeResources(descriptors: readonly ResourceDescriptor[]): Uint8Array {
  requireObjects(descriptors, 'encodeResources: descriptors', 'resource descriptors, each with its kind');
  const encoder = new Encoder();
  for (const descriptor of descriptors) encoder.descriptor(descriptor);
  return encoder.out.finish();
}

/**
 * ASL's ResourceTemplate: a Buffer of the descriptors, with an EndTag of checksum 0 unless one is given last. Throws a
 * DiagnosticError as {@link encodeResources} does. ACPI 6.5 §19.6.119
 */
export function resourceTemplate(descriptors: readonly ResourceDescriptor[]): Op<'Buffer'> {
  requireArray(descriptors, 'resourceTemplate: descriptors', 'an array of resource descriptors');
  const ended = descriptors.at(-1)?.kind === 'EndTag';
  return buffer(encodeResources(ended ? descriptors : [...descriptors, { kind: 'EndTag', checksum: 0 }]));
}
