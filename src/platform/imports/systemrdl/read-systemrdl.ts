import type { ImportLog } from '../model/import-log.js';
import { Budget, BudgetSpent, type ImportLimits } from '../model/limits.js';
import {
  countRegisters,
  type ModelArray,
  type ModelBlock,
  type ModelItem,
  type RegisterModel,
} from '../model/register-model.js';
import { Elaborator, type RdlNode } from './elaborate.js';
import { parseRdl } from './parse-rdl.js';
import { type PlacedNode, Placer } from './place-components.js';
import { type IncludeResolver, Preprocessor } from './preprocess.js';
import { readRegister, textsOf } from './read-register.js';
import { Scope } from './scope.js';
import type { Body, ComponentDefinition } from './syntax.js';
import { RdlFault } from './tokens.js';

/** Labels of an array of several dimensions: `0_1` for [0][1]. */
function labelsOf(dimensions: readonly number[]): string[] {
  return dimensions.reduce<string[]>(
    (labels, count) =>
      labels.flatMap((label) =>
        Array.from({ length: count }, (_, index) => (label === '' ? `${index}` : `${label}_${index}`)),
      ),
    [''],
  );
}

function arrayOf({ node, count, stride }: PlacedNode): ModelArray | undefined {
  if (node.dimensions.length === 0) return undefined;
  const array = { count, strideBytes: Number(stride) };
  return node.dimensions.length === 1 ? array : { ...array, labels: labelsOf(node.dimensions) };
}

class ModelBuilder {
  readonly #limits: ImportLimits;
  readonly #budget: Budget;
  readonly #log: ImportLog;

  constructor(limits: ImportLimits, budget: Budget, log: ImportLog) {
    this.#limits = limits;
    this.#budget = budget;
    this.#log = log;
  }

  #item(placed: PlacedNode): ModelItem[] {
    const { node, offset, children } = placed;
    this.#budget.spend();
    if (node.type === 'mem') {
      this.#log.leave('memory', node.place);
      return [];
    }
    if (node.dimensions.length > 1) this.#budget.spend(placed.count);
    const array = arrayOf(placed);
    const base = {
      place: node.place,
      name: node.name,
      ...textsOf(node),
      offsetBytes: Number(offset),
      ...(array && { array }),
    };
    if (node.type === 'reg') return [{ kind: 'register', ...base, ...readRegister(node, this.#budget, this.#log) }];
    const items = children.flatMap((child) => this.#item(child));
    // Without registers it adds nothing, whatever its count.
    return items.length === 0 ? [] : [{ kind: 'group', ...base, items }];
  }

  /** A map's own registers as a block, and those of the maps in it as blocks of their own. */
  blocks(node: RdlNode, children: readonly PlacedNode[], name: string, base: bigint): ModelBlock[] {
    this.#budget.spend();
    const items = children.filter(({ node: { type } }) => type !== 'addrmap').flatMap((child) => this.#item(child));
    const registers = items.reduce((sum, item) => sum + countRegisters(item), 0);
    if (registers > this.#limits.registers) {
      const message = `${name} has ${registers} registers; at most ${this.#limits.registers} are read.`;
      this.#log.error('IMPORT_TOO_LARGE', node.place, message, 'Split it and import the parts.');
      throw new RdlFault();
    }
    const { label, description } = textsOf(node);
    const text = description ?? label;
    const own: ModelBlock = { place: node.place, name, ...(text !== undefined && { description: text }), base, items };
    const inside = children
      .filter(({ node: { type } }) => type === 'addrmap')
      .flatMap((child) => this.#mapsOf(child, base));
    return items.length > 0 || inside.length === 0 ? [own, ...inside] : inside;
  }

  #mapsOf(placed: PlacedNode, base: bigint): ModelBlock[] {
    const { node, offset, stride, count, children } = placed;
    this.#budget.spend(count);
    const labels = node.dimensions.length === 0 ? [''] : labelsOf(node.dimensions);
    const first = this.blocks(node, children, `${node.name}${labels[0]}`, base + offset);
    this.#budget.spend(first.length * count);
    const others = labels.slice(1).flatMap((label, index) =>
      first.map((block) => ({
        ...block,
        name: block.name === `${node.name}${labels[0]}` ? `${node.name}${label}` : `${block.name}_${label}`,
        base: block.base + stride * BigInt(index + 1),
        sameAs: block.name,
      })),
    );
    return [...first, ...others];
  }
}

/** Names of all components that an instance has somewhere. */
function usedNames(body: Body, names = new Set<string>()): Set<string> {
  for (const { definition } of body.instances) {
    if (typeof definition === 'string') names.add(definition);
    else usedNames(definition.body, names);
  }
  for (const definition of body.definitions) {
    if (definition.kind === 'component') usedNames(definition.body, names);
  }
  return names;
}

/** The address maps that nothing instantiates. */
function topsOf(body: Body): ComponentDefinition[] {
  const used = usedNames(body);
  return body.definitions.filter(
    (each) => each.kind === 'component' && each.type === 'addrmap' && !used.has(each.name ?? ''),
  ) as ComponentDefinition[];
}

/**
 * The registers of a SystemRDL file and those that it includes; undefined, with an error in the log, if it cannot be
 * read. Each address map that no other holds is read. SystemRDL 2.0
 */
export function readSystemRdl(
  text: string,
  file: string | undefined,
  include: IncludeResolver,
  limits: ImportLimits,
  log: ImportLog,
): RegisterModel | undefined {
  const budget = new Budget(limits.items);
  try {
    const body = parseRdl(new Preprocessor(include, limits, log).read(text, file), log);
    if (body === undefined) return undefined;
    const scope = new Scope(body);
    const elaborator = new Elaborator(limits, budget, log);
    const builder = new ModelBuilder(limits, budget, log);
    const tops = topsOf(body).map((definition) => {
      const name = definition.name ?? 'top';
      const how = { name, place: definition.place, parameters: [], dimensions: [], isAlias: false };
      const node = elaborator.elaborate(definition, scope, how);
      return { node, blocks: builder.blocks(node, new Placer(log).children(node, 'regalign'), name, 0n) };
    });
    const only = tops.length === 1 ? tops[0] : undefined;
    const { label, description } = only === undefined ? {} : textsOf(only.node);
    const words = description ?? label;
    return {
      ...(only && { name: only.node.name }),
      ...(words !== undefined && { description: words }),
      blocks: tops.flatMap(({ blocks }) => blocks),
    };
  } catch (error) {
    if (error instanceof RdlFault) return undefined;
    if (!(error instanceof BudgetSpent)) throw error;
    const message = `The description stands for more than ${limits.items} components and value names.`;
    log.error('IMPORT_TOO_LARGE', { line: 1, column: 1 }, message, 'Split the description and import the parts.');
    return undefined;
  }
}
