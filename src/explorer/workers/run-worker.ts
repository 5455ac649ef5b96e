import { DiagnosticError, formatHex, formatPciAddress } from '../../base/index.js';
import { machineRegions } from '../../check/index.js';
import { Machine } from '../../device/index.js';
import { generateTableSet } from '../../firmware/index.js';
import { locate, windowLengthBytes } from '../../guest/index.js';
import {
  AcpiNamespace,
  type AmlValue,
  parseAmlArgument,
  REGION_SPACES,
  type RegionHandler,
  type RegionSpace,
  SimulatedMemory,
} from '../../interpreter/index.js';
import { holdsAml, readTable } from '../../tables/index.js';
import type { Diagnostic, Platform } from '../../vocab/index.js';
import type { GivenTable } from '../analysis/loaded-tables.js';
import { type ShownResource, shownResources } from '../analysis/resource-text.js';
import { readOpenPlatform } from '../open/platform-files.js';
import { counted } from '../parts/hex-text.js';
import type { PlatformFile } from '../state/session.js';
import { serveCalls } from './calls.js';

/** Evaluates objects: loads the tables, on a platform's device core if there is one, and runs AML. */

export interface RunQuestion {
  readonly tables: readonly GivenTable[];
  readonly platform: PlatformFile | undefined;
  readonly path: string;
  readonly arguments: readonly string[];
  /** Most loop rounds and calls. */
  readonly steps: number;
}

/** One access to a region. */
export interface RunAccess {
  readonly kind: 'read' | 'write' | 'transfer';
  readonly space: string;
  readonly address: string;
  readonly widthBytes: number;
  readonly value: string;
  readonly region: string;
  /** The function and register of the platform at the address, if there is one. */
  readonly register: string | undefined;
}

export interface RunAnswer {
  readonly value: AmlValue | undefined;
  readonly resources: readonly ShownResource[];
  readonly accesses: readonly RunAccess[];
  /** Accesses beyond those that are listed. */
  readonly moreAccesses: number;
  readonly failure: readonly Diagnostic[];
  readonly loading: readonly Diagnostic[];
  readonly milliseconds: number;
}

const MOST_ACCESSES = 2000;
const MOST_BUSES = 256;

/** The name of what is at an address of the window. */
function registerAt(platform: Platform, address: bigint): string | undefined {
  const { base } = platform.vcfg;
  if (address < base || address >= base + BigInt(windowLengthBytes(MOST_BUSES))) return undefined;
  const found = locate(base, address);
  const place = formatPciAddress(found.address);
  const described = platform.functions.find((each) => formatPciAddress(each.address) === place);
  const name = described?.registers.find(({ index }) => found.page === 'trapped' && index === found.register)?.name;
  return `${place} ${described?.name ?? ''} ${name ?? `${found.page} register ${found.register}`}`;
}

class Trace {
  readonly accesses: RunAccess[] = [];
  more = 0;
  readonly #platform: Platform | undefined;

  constructor(platform: Platform | undefined) {
    this.#platform = platform;
  }

  note(
    kind: RunAccess['kind'],
    space: string,
    address: bigint,
    widthBytes: number,
    value: string,
    region: string,
  ): void {
    if (this.accesses.length >= MOST_ACCESSES) {
      this.more++;
      return;
    }
    const register =
      space === 'SystemMemory' && this.#platform !== undefined ? registerAt(this.#platform, address) : undefined;
    this.accesses.push({ kind, space, address: formatHex(address), widthBytes, value, region, register });
  }

  around(handler: RegionHandler, space: string): RegionHandler {
    return {
      read: (address, widthBytes, region) => {
        const value = handler.read(address, widthBytes, region);
        this.note('read', space, address, widthBytes, formatHex(value), region.path);
        return value;
      },
      write: (address, widthBytes, value, region) => {
        this.note('write', space, address, widthBytes, formatHex(value), region.path);
        handler.write(address, widthBytes, value, region);
      },
      transfer: (transfer, region) => {
        handler.transfer?.(transfer, region);
        this.note(
          'transfer',
          space,
          transfer.address,
          transfer.lengthBytes,
          counted(transfer.buffer.length, 'byte'),
          region.path,
        );
      },
    };
  }
}

/** Memory that lasts from one evaluation to the next: a method that writes is followed by one that reads. */
let kept: { readonly key: string; readonly machine: Machine | undefined; readonly spaces: Map<string, RegionHandler> };

function worldOf({ tables, platform: file }: RunQuestion) {
  const key = `${tables.map(({ file: name, bytes }) => `${name} ${bytes.length}`).join()} ${JSON.stringify(file ?? null)}`;
  if (kept?.key !== key) {
    const platform = file && readOpenPlatform(file).platform;
    kept = { key, machine: platform && new Machine(platform), spaces: new Map() };
  }
  return kept;
}

/** Tables that hold AML, the DSDT first; without tables the DSDT that the platform gives. */
function amlOf(tables: readonly GivenTable[], platform: Platform | undefined): GivenTable[] {
  if (tables.length === 0 && platform !== undefined)
    return [{ file: 'dsdt.aml', bytes: generateTableSet(platform).whole() }];
  const read = tables.filter(({ bytes }) => {
    const { table } = readTable(bytes);
    return table !== undefined && holdsAml(table.header);
  });
  return read.sort((a, b) => Number(b.bytes[0] === 0x44) - Number(a.bytes[0] === 0x44));
}

const RESOURCES = /\._?(?:CRS|PRS|DMA)$/;

function evaluate(question: RunQuestion): RunAnswer {
  const start = performance.now();
  const { machine, spaces } = worldOf(question);
  const trace = new Trace(machine?.platform);
  const served = machine === undefined ? {} : machineRegions(machine);
  const regions: { [Space in RegionSpace]?: RegionHandler } = {};
  for (const space of Object.keys(REGION_SPACES) as RegionSpace[]) {
    const handler = served[space] ?? spaces.get(space) ?? new SimulatedMemory();
    spaces.set(space, handler);
    regions[space] = trace.around(handler, space);
  }
  const acpi = AcpiNamespace.load(amlOf(question.tables, machine?.platform), {
    regions,
    simulateRegions: true,
    limits: { steps: question.steps },
  });
  const loading = acpi.diagnostics.filter(({ severity }) => severity === 'error');
  // What loading reads does not belong to the evaluation.
  trace.accesses.length = 0;
  trace.more = 0;
  const answer = (value: AmlValue | undefined, failure: readonly Diagnostic[]): RunAnswer => ({
    value,
    resources: value instanceof Uint8Array && RESOURCES.test(question.path) ? shownResources(value) : [],
    accesses: trace.accesses,
    moreAccesses: trace.more,
    failure,
    loading,
    milliseconds: performance.now() - start,
  });
  const values = question.arguments.map((text) => {
    const value = parseAmlArgument(text);
    if (value === undefined)
      throw new RangeError(`"${text}" is not an argument: write 0x10, "text", {1, 2} or (01 02).`);
    return value;
  });
  try {
    return answer(acpi.evaluate(question.path, ...values), []);
  } catch (error) {
    if (error instanceof DiagnosticError) return answer(undefined, error.diagnostics);
    throw error;
  }
}

const handlers = { evaluate };
export type RunCalls = typeof handlers;

serveCalls(handlers);
