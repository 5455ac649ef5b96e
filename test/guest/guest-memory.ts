import type { IntegerPort, MemoryPort } from '../../src/vocab/index.js';

/** One access that a driver made. */
type GuestAccess = readonly ['read' | 'write', bigint, number];

/** Memory that keeps what is written, and remembers who came by. */
export interface RecordingMemory extends MemoryPort {
  readonly accesses: GuestAccess[];
  readonly dwords: Map<bigint, number>;
  /** Called before a write is kept. */
  onWrite?: (address: bigint, value: number) => void;
}

export function recordingMemory(): RecordingMemory {
  const memory: RecordingMemory = {
    accesses: [],
    dwords: new Map(),
    read32(address) {
      const value = memory.dwords.get(address) ?? 0;
      memory.accesses.push(['read', address, value]);
      return value;
    },
    write32(address, value) {
      memory.accesses.push(['write', address, value]);
      memory.dwords.set(address, value);
      memory.onWrite?.(address, value);
    },
  };
  return memory;
}

/** An ACPI namespace that holds nothing but `\VCFG`. */
export function acpiWith(base: bigint): IntegerPort & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    integer(path) {
      asked.push(path);
      return base;
    },
  };
}
