import { closeSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import type { SharedMemory } from '../../device/index.js';

/**
 * A machine's shared page and the file that is the same page in the guest. Node.js cannot map files, so whatever one side wrote is
 * copied to the other: before and after each access to the function, in turns, and when somebody asks. Where both wrote a
 * dword, the guest's counts.
 */
export class SharedFile {
  readonly path: string;
  readonly #memory: SharedMemory;
  readonly #file: number;
  /** The page as both sides had it last. */
  readonly #known: Uint32Array;
  readonly #read: Buffer;
  /** The bytes of {@link #known}, and of the machine's page. */
  readonly #knownBytes: Buffer;
  readonly #machineBytes: Buffer;

  constructor(path: string, memory: SharedMemory) {
    this.path = path;
    this.#memory = memory;
    this.#file = openSync(path, 'wx+', 0o600);
    ftruncateSync(this.#file, memory.lengthBytes);
    this.#known = new Uint32Array(memory.lengthBytes / 4);
    this.#read = Buffer.alloc(memory.lengthBytes);
    this.#knownBytes = Buffer.from(this.#known.buffer);
    const { buffer, byteOffset, byteLength } = memory.bytes;
    this.#machineBytes = Buffer.from(buffer, byteOffset, byteLength);
    this.push();
  }

  /** Takes what the guest wrote. */
  pull(): void {
    readSync(this.#file, this.#read, 0, this.#read.length, 0);
    if (this.#read.equals(this.#knownBytes)) return;
    const now = new Uint32Array(this.#read.buffer, this.#read.byteOffset, this.#known.length);
    const { view } = this.#memory;
    for (let index = 0; index < now.length; index++) {
      const value = now[index] as number;
      if (value === this.#known[index]) continue;
      this.#known[index] = value;
      view.setUint32(index * 4, value, true);
    }
  }

  /** Gives what the machine wrote. */
  push(): void {
    if (this.#machineBytes.equals(this.#knownBytes)) return;
    const { view } = this.#memory;
    const dword = Buffer.alloc(4);
    for (let index = 0; index < this.#known.length; index++) {
      const value = view.getUint32(index * 4, true);
      if (value === this.#known[index]) continue;
      this.#known[index] = value;
      dword.writeUInt32LE(value);
      writeSync(this.#file, dword, 0, 4, index * 4);
    }
  }

  settle(): void {
    this.pull();
    this.push();
  }

  close(): void {
    closeSync(this.#file);
  }
}
