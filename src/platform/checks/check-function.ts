import type { FunctionDescription, RegisterArray } from '../../vocab/index.js';
import { describeArray, describeDword, describeWide, words } from '../expand/describe-registers.js';
import type { ExpandedArray, RegisterExpansion } from '../expand/expand-registers.js';
import { settleNames } from '../expand/settle-names.js';
import type { Findings, Path } from '../read/findings.js';
import type { FunctionInput } from '../schema/schema.js';
import { VFIO_REGISTERS } from '../vfio-profile.js';
import { checkIndexes, checkNames } from './check-names.js';
import { type CheckedPci, checkPci } from './check-pci.js';
import { checkRegisterRows } from './check-register-row.js';
import { checkShared, namedRuns } from './check-shared.js';

/** Red Hat's IDs of QEMU's PCI test device and root port: no driver takes them for anything else. */
const DEFAULT_IDS = {
  plain: { vendor: 0x1b36, device: 0x0005, classCode: 0xff_0000 },
  bridge: { vendor: 0x1b36, device: 0x000c, classCode: 0x06_0400 },
};

/** Keys that a function with a profile cannot have, since nothing on the host would answer them. */
const BESIDE_PROFILE = [
  ['registers', 'registers of its own'],
  ['instances', 'groups of registers'],
  ['shared', 'shared runs of its own'],
  ['bridge', 'a bridge'],
] as const;

function checkProfile(input: FunctionInput, path: Path, findings: Findings): void {
  if (input.profile === undefined) return;
  for (const [key, what] of BESIDE_PROFILE) {
    const given = input[key];
    if (given === undefined || (Array.isArray(given) && given.length === 0)) continue;
    const message = `${input.name} has the ${input.profile} profile and ${what}. A function cannot have both.`;
    const cure = `Remove ${key}, or move it to another function; or remove profile and describe the whole function.`;
    findings.add('PLATFORM_PROFILE_CLASH', [...path, key], message, cure);
  }
}

type PlacedNames = { readonly index: number; readonly name: string };

type Contents = Pick<FunctionDescription, 'registers' | 'wide' | 'arrays' | 'shared'>;

/** The contents of functions that have the very same rows, as those of one template do: checked and described once. */
export class ContentsCache {
  readonly #known = new WeakMap<object, { readonly input: FunctionInput; readonly contents: Contents }[]>();

  of(input: FunctionInput, describe: () => Contents): Contents {
    const { registers, instances, shared, profile } = input;
    const rows = registers ?? instances ?? shared;
    if (rows === undefined) return describe();
    const isBridge = input.bridge !== undefined;
    const before = this.#known.get(rows) ?? [];
    const same = before.find(
      ({ input: other }) =>
        other.registers === registers &&
        other.instances === instances &&
        other.shared === shared &&
        other.profile === profile &&
        (other.bridge !== undefined) === isBridge,
    );
    if (same !== undefined) return same.contents;
    const contents = describe();
    this.#known.set(rows, [...before, { input, contents }]);
    return contents;
  }
}

function checkContents(input: FunctionInput, path: Path, expansion: RegisterExpansion, findings: Findings): Contents {
  checkRegisterRows(input, path, findings);
  const isBridge = input.bridge !== undefined;
  const { dwords: expanded, wide, arrays } = expansion.expand(input, path, isBridge);
  const { dwords, runs } = settleNames(expanded, namedRuns(input, path), isBridge);
  checkNames(input, dwords, runs, findings);
  checkIndexes(dwords, findings);
  const registers = dwords.map(describeDword).toSorted((a, b) => a.index - b.index);
  return {
    registers: input.profile === 'vfio' ? VFIO_REGISTERS : registers,
    ...(wide.length === 0 ? {} : { wide: wide.map(describeWide).toSorted((a, b) => a.index - b.index) }),
    ...(arrays.size === 0 ? {} : { arrays: describeArrays([...arrays.values()], dwords, wide) }),
    shared: checkShared(runs, findings),
  };
}

/** Arrays in index order, with the names that their elements have. */
function describeArrays(
  arrays: readonly ExpandedArray[],
  dwords: readonly PlacedNames[],
  wide: readonly PlacedNames[],
): RegisterArray[] {
  const namesOf = (rows: readonly PlacedNames[]) => new Map(rows.map(({ index, name }) => [index, name]));
  const [ofDwords, ofWide] = [namesOf(dwords), namesOf(wide)];
  const described = arrays.map((array) =>
    describeArray(array, (index) => (array.isWide ? ofWide : ofDwords).get(index) as string),
  );
  return described.toSorted((a, b) => a.index - b.index);
}

/** A function whose BARs are not placed yet. */
export type CheckedFunction = Omit<FunctionDescription, 'bridge' | 'gpe' | 'bars'> & Pick<CheckedPci, 'bars'>;

/**
 * Checks one function by itself and fills in defaults. A bridge's buses and a function's event depend on other
 * functions.
 */
export function checkFunction(
  input: FunctionInput,
  path: Path,
  cache: ContentsCache,
  expansion: RegisterExpansion,
  findings: Findings,
): CheckedFunction {
  checkProfile(input, path, findings);
  const { registers, wide, arrays, shared } = cache.of(input, () => checkContents(input, path, expansion, findings));
  const defaults = input.bridge ? DEFAULT_IDS.bridge : DEFAULT_IDS.plain;
  return {
    address: input.address,
    name: input.name,
    ...(input.longName === undefined ? {} : { longName: input.longName }),
    ...words(input),
    ...(input.path === undefined ? {} : { path: input.path }),
    ...(input.profile === undefined ? {} : { profile: input.profile }),
    registers,
    ...(wide === undefined ? {} : { wide }),
    ...(arrays === undefined ? {} : { arrays }),
    shared,
    ...checkPci(input, path, findings),
    ids: {
      vendor: input.ids?.vendor ?? defaults.vendor,
      device: input.ids?.device ?? defaults.device,
      classCode: input.ids?.class ?? defaults.classCode,
    },
  };
}
