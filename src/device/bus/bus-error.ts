import { DiagnosticError, formatHex } from '../../base/index.js';
import { deviceFinding } from '../diagnostic-log.js';

/** A range that a bus would not insert or remove. */
export class BusError extends DiagnosticError {
  readonly kind: 'Overlap' | 'Empty';
  readonly base: bigint;
  readonly lengthBytes: bigint;
  /** The lowest range in the way; base and length 0 if the range asked for was empty. Of kind `Overlap` only. */
  readonly other: { readonly base: bigint; readonly lengthBytes: bigint } | undefined;

  constructor(bus: string, base: bigint, lengthBytes: bigint, other?: { base: bigint; lengthBytes: bigint }) {
    const range = `The range ${formatHex(base)} of ${formatHex(lengthBytes)} bytes`;
    const finding =
      other === undefined
        ? deviceFinding('BUS_EMPTY', bus, `${range} is not on the bus.`)
        : lengthBytes === 0n
          ? deviceFinding('BUS_OVERLAP', bus, `${range} is empty.`)
          : deviceFinding(
              'BUS_OVERLAP',
              bus,
              `${range} overlaps that at ${formatHex(other.base)} of ${formatHex(other.lengthBytes)} bytes.`,
            );
    super([finding]);
    this.kind = other === undefined ? 'Empty' : 'Overlap';
    this.base = base;
    this.lengthBytes = lengthBytes;
    this.other = other;
  }
}
