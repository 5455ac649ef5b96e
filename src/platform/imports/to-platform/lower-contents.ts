import { toJson } from '../../../base/json.js';
import { PAGE_REGISTERS } from '../../layout.js';
import { ImportLog } from '../model/import-log.js';
import type { ModelGroup, ModelItem } from '../model/register-model.js';
import {
  elementsOfArray,
  type Fitted,
  type FittedGroup,
  type FittedRegister,
  fitRegisters,
  registersOfGroup,
} from './fit-registers.js';
import { lowerRegister } from './lower-register.js';
import type { Contents, GroupRow, InstanceRow, RegisterRow } from './rows.js';
import { freeName, longNameFor } from './short-names.js';

/** How much of a source's structure is kept. Less is tried where more gives names that are not unique. */
export interface Structure {
  readonly groups: boolean;
  readonly arrays: boolean;
}

const DWORD = 4;
const dwordsOf = ({ register }: FittedRegister): number => (register.widthBits > 32 ? 2 : 1);

/** Dwords from the start of what is fitted to its end. */
function extentOf(fitted: readonly Fitted[]): number {
  return fitted.reduce((end, each) => {
    const last = each.offset + (each.array === undefined ? 0 : (each.array.count - 1) * each.array.strideBytes);
    const size = each.kind === 'register' ? dwordsOf(each) : extentOfGroup(each.group);
    return Math.max(end, last / DWORD + size);
  }, 0);
}

function extentOfGroup(group: ModelGroup): number {
  return extentOf(fitRegisters(group.items, 0, '', true, SILENT));
}

/** For looking ahead: what it notes is noted again when it is done. */
const SILENT = new ImportLog(undefined);

/** Where rows are put: the dwords that are taken, and the rows so far. */
class Page {
  readonly #taken = new Set<number>();
  readonly registers: RegisterRow[] = [];
  readonly instances: InstanceRow[] = [];

  /** Takes dwords, unless one of them is taken already. */
  take(index: number, size: number, count: number, stride: number): boolean {
    const dwords: number[] = [];
    for (let element = 0; element < count; element++) {
      for (let dword = 0; dword < size; dword++) dwords.push(index + element * stride + dword);
    }
    if (dwords.some((dword) => this.#taken.has(dword))) return false;
    for (const dword of dwords) this.#taken.add(dword);
    return true;
  }
}

/** Turns what is in blocks into rows. Groups are those of the whole platform. */
export class ContentsLowering {
  readonly #log: ImportLog;
  readonly groups = new Map<string, GroupRow>();
  /** Names of groups by what is in them. */
  readonly #byContents = new Map<string, string>();
  readonly #names = new Set<string>();

  constructor(log: ImportLog) {
    this.#log = log;
  }

  /** What is in a block from a byte offset on, in one page. */
  lower(items: readonly ModelItem[], from: number, structure: Structure): Contents {
    const page = new Page();
    for (const fitted of fitRegisters(items, -from, '', structure.groups, this.#log)) {
      this.#place(fitted, page, structure);
    }
    return {
      registers: page.registers.sort((a, b) => a.index - b.index),
      instances: page.instances.sort((a, b) => a.index - b.index),
    };
  }

  #place(fitted: Fitted, page: Page, structure: Structure): void {
    if (fitted.kind === 'group') this.#placeGroup(fitted, page, structure);
    else if (fitted.array !== undefined && !structure.arrays) this.#placeEach(elementsOfArray(fitted), page, structure);
    else this.#placeRegister(fitted, page, structure);
  }

  #placeEach(fitted: readonly Fitted[], page: Page, structure: Structure): void {
    for (const each of fitted) this.#place(each, page, structure);
  }

  #placeRegister(fitted: FittedRegister, page: Page, structure: Structure): void {
    const { array, register, offset } = fitted;
    const size = dwordsOf(fitted);
    const index = offset / DWORD;
    const count = array?.count ?? 1;
    const stride = array === undefined ? size : array.strideBytes / DWORD;
    const isInside = index >= 0 && index + (count - 1) * stride + size <= PAGE_REGISTERS;
    if (isInside && page.take(index, size, count, stride)) {
      const place = { index, ...(array && { count, ...(stride !== size && { stride }) }) };
      page.registers.push(lowerRegister(register, fitted.name, place, this.#log));
    } else if (array !== undefined) this.#placeEach(elementsOfArray(fitted), page, structure);
    else this.#log.leave(isInside ? 'alternate' : 'outside-page', register.place);
  }

  #placeGroup(fitted: FittedGroup, page: Page, structure: Structure): void {
    const { group, array, offset, name } = fitted;
    const extent = extentOfGroup(group);
    const stride = array.strideBytes / DWORD;
    const index = offset / DWORD;
    const isInside = index >= 0 && index + (array.count - 1) * stride + extent <= PAGE_REGISTERS;
    if (extent === 0 || stride < extent || !isInside || !page.take(index, extent, array.count, stride)) {
      this.#placeEach(registersOfGroup(fitted, this.#log), page, { ...structure, groups: false });
      return;
    }
    const { description } = group;
    page.instances.push({
      group: this.#groupFor(group, name, structure),
      longName: longNameFor(name, 'g'),
      ...(description !== undefined && { description }),
      index,
      count: array.count,
      ...(stride !== extent && { stride }),
    });
  }

  #groupFor(group: ModelGroup, name: string, structure: Structure): string {
    return this.addGroup(this.lower(group.items, 0, structure), name);
  }

  /** The name of a group with these contents: a new one, or that of one that is there. */
  addGroup(contents: Contents, name: string): string {
    const key = toJson({
      registers: contents.registers.map(({ place: _, ...row }) => row),
      instances: contents.instances,
    });
    const known = this.#byContents.get(key);
    if (known !== undefined) return known;
    const own = freeName(longNameFor(name, 'g'), this.#names);
    this.#byContents.set(key, own);
    this.groups.set(own, contents);
    return own;
  }
}
