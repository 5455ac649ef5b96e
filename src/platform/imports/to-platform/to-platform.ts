import type { Place } from '../../../vocab/index.js';
import { ImportLog } from '../model/import-log.js';
import type { ModelBlock, RegisterModel } from '../model/register-model.js';
import { assignNames } from './assign-names.js';
import { ContentsLowering, type Structure } from './lower-contents.js';
import { wordsFor } from './lower-register.js';
import type { Contents, FunctionRow, PlatformRows } from './rows.js';
import { functionNameSeg, isNameSeg, longNameFor } from './short-names.js';

export interface ToPlatformOptions {
  /** Names of the peripherals to import, in any case; all that have registers if there are none. */
  readonly peripherals?: readonly string[];
  /** Address of the first function; the others follow. Default: 00:04.0 */
  readonly address?: { readonly bus: number; readonly device: number; readonly function: number };
  /** Byte offset in each peripheral at which its page begins; a multiple of 4. */
  readonly offset?: number;
}

/** Structures to try, the one that keeps most first. */
const STRUCTURES: readonly Structure[] = [
  { groups: true, arrays: true },
  { groups: false, arrays: true },
  { groups: false, arrays: false },
];

/** Functions that a bus has room for after an address: 8 for each device. */
const FUNCTIONS_PER_BUS = 256;

/** The blocks that are wanted. Names that none has are reported. */
function chooseBlocks(model: RegisterModel, wanted: readonly string[], log: ImportLog): readonly ModelBlock[] {
  if (wanted.length === 0) return model.blocks;
  const known = new Map(model.blocks.map((block) => [block.name.toLowerCase(), block]));
  return wanted.flatMap((name) => {
    const block = known.get(name.toLowerCase());
    if (block !== undefined) return [block];
    const names = model.blocks.slice(0, 20).map((each) => each.name);
    const more = model.blocks.length > names.length ? ', …' : '';
    const message = `No peripheral is named ${name}.`;
    const cure = names.length === 0 ? 'The file has none.' : `Choose from: ${names.join(', ')}${more}.`;
    log.error('IMPORT_UNKNOWN_BLOCK', {}, message, cure);
    return [];
  });
}

/** The name of the block that a block has its registers from, or its own. */
function rootOf(block: ModelBlock, byName: ReadonlyMap<string, ModelBlock>): string {
  let root = block;
  for (const seen = new Set([root.name]); root.sameAs !== undefined && !seen.has(root.sameAs); seen.add(root.name)) {
    const next = byName.get(root.sameAs);
    if (next === undefined) break;
    root = next;
  }
  return root.name;
}

class PlatformBuilder {
  readonly #lowering: ContentsLowering;
  readonly #log: ImportLog;
  readonly #from: number;

  constructor(from: number, log: ImportLog) {
    this.#from = from;
    this.#log = log;
    this.#lowering = new ContentsLowering(log);
  }

  get groups() {
    return this.#lowering.groups;
  }

  /** What is in a block, with unique names, and with as much of its structure as they allow. */
  contents(block: ModelBlock): Contents {
    for (const structure of STRUCTURES) {
      // Tried first without a word, since only one of them counts.
      const trial = new ContentsLowering(new ImportLog(undefined));
      const tried = trial.lower(block.items, this.#from, structure);
      if (!assignNames(tried, trial.groups)) continue;
      const contents = this.#lowering.lower(block.items, this.#from, structure);
      assignNames(contents, this.#lowering.groups);
      return contents;
    }
    throw new RangeError(`The registers of ${block.name} have no unique names.`);
  }

  /** A group for blocks that have the same registers. */
  shared(block: ModelBlock, contents: Contents): Contents {
    const name = block.name.replace(/[0-9]+$/, '');
    const group = this.#lowering.addGroup(contents, name === '' ? block.name : name);
    return { registers: [], instances: [{ group, index: 0 }] };
  }

  leaveEmpty(place: Place): void {
    this.#log.leave('empty-block', place);
  }
}

/** A function for each block, with unique names and addresses. What does not fit is noted in the log. */
export function toPlatformRows(model: RegisterModel, options: ToPlatformOptions, log: ImportLog): PlatformRows {
  const { address = { bus: 0, device: 4, function: 0 }, offset = 0 } = options;
  const blocks = chooseBlocks(model, options.peripherals ?? [], log);
  const byName = new Map(model.blocks.map((block) => [block.name, block]));
  const builder = new PlatformBuilder(offset, log);
  /** Blocks with the registers of each. */
  const roots = new Map<string, number>();
  for (const block of blocks) {
    const root = rootOf(block, byName);
    roots.set(root, (roots.get(root) ?? 0) + 1);
  }
  const made = new Map<string, Contents>();
  const names = new Set<string>();
  const longNames = new Set<string>();
  const functions: FunctionRow[] = [];
  const first = (address.device << 3) | address.function;
  // One function to a device while there is room: each gets an interrupt pin of its own.
  const withRegisters = blocks.filter(({ items }) => items.length > 0).length;
  const step = address.function === 0 && address.device + withRegisters <= 32 ? 8 : 1;
  for (const block of blocks) {
    const slot = first + functions.length * step;
    if (block.items.length > 0 && slot >= FUNCTIONS_PER_BUS) {
      log.leave('many-functions', block.place);
      continue;
    }
    const root = rootOf(block, byName);
    let contents = made.get(root);
    if (contents === undefined) {
      contents = builder.contents(block);
      const isEmpty = contents.registers.length + contents.instances.length === 0;
      if (!isEmpty && (roots.get(root) ?? 0) > 1) contents = builder.shared(block, contents);
      made.set(root, contents);
    }
    if (contents.registers.length + contents.instances.length === 0) {
      builder.leaveEmpty(block.place);
      continue;
    }
    const name =
      isNameSeg(block.name) && !names.has(block.name.padEnd(4, '_'))
        ? block.name
        : functionNameSeg(block.name, (each) => names.has(each.padEnd(4, '_')));
    names.add(name.padEnd(4, '_'));
    let longName = longNameFor(block.name, 'f');
    for (let number = 2; longNames.has(longName); number++) longName = `${longNameFor(block.name, 'f')}_${number}`;
    longNames.add(longName);
    const hex = (value: number) => value.toString(16).padStart(2, '0');
    functions.push({
      address: `${hex(address.bus)}:${hex(slot >> 3)}.${slot & 7}`,
      name,
      ...(longName !== name.toLowerCase() && { longName }),
      ...wordsFor(block.description === undefined ? {} : { description: block.description }),
      base: block.base,
      ...contents,
    });
  }
  return { functions, groups: builder.groups };
}
