import type { Dword, DwordField } from '../expand/expand-registers.js';
import type { PartNames } from '../expand/part-names.js';
import { paddedName, reservedFor } from '../names/name-seg.js';
import type { Findings, Path } from '../read/findings.js';
import type { FunctionInput } from '../schema/schema.js';
import type { NamedRun } from './check-shared.js';

/** A part of a function, and the key that names it. */
interface Named extends PartNames {
  readonly path: Path;
}

function pathOf(named: Named | DwordField): Path {
  if ('path' in named) return named.path;
  const { register, at, row } = named;
  return [...register, 'fields', at, row.name === undefined ? 'longName' : 'name'];
}

/**
 * All names of a function share one ACPI scope: those of registers, of fields and of shared runs. In generated drivers
 * those of registers and runs share one.
 */
export function checkNames(
  input: FunctionInput,
  dwords: readonly Dword[],
  runs: readonly NamedRun[],
  findings: Findings,
): void {
  const owners = new Map<string, Named | DwordField>();
  const check = (named: Named | DwordField) => {
    const { name } = named;
    const reserved = reservedFor(name, { isBridge: input.bridge !== undefined });
    const earlier = owners.get(paddedName(name));
    if (reserved !== undefined) {
      const message = `The name ${name} is reserved for ${reserved} in the function's ACPI scope.`;
      findings.add('PLATFORM_RESERVED_NAME', pathOf(named), message, 'Choose another name.');
    } else if (earlier) {
      const both =
        name === earlier.name
          ? `two parts named ${name}`
          : `parts named ${earlier.name} and ${name}, which are one ACPI name`;
      const message = `${input.name} has ${both}; the first is at ${findings.where(pathOf(earlier))}.`;
      const cure = 'Registers, fields and shared runs of a function share one ACPI scope; rename one.';
      findings.add('PLATFORM_DUPLICATE_NAME', pathOf(named), message, cure);
    } else owners.set(paddedName(name), named);
  };
  for (const dword of dwords) {
    check({ name: dword.name, longName: dword.longName, path: dword.named });
    for (const field of dword.fields) check(field);
  }
  for (const run of runs) check({ name: run.name, longName: run.longName, path: run.named });
  const inDrivers = new Map<string, Named>();
  for (const { name, longName, named: path } of [...dwords, ...runs]) {
    const named = { name, longName, path };
    const earlier = inDrivers.get(named.longName);
    if (earlier === undefined) inDrivers.set(named.longName, named);
    // Equal NameSegs are reported already.
    else if (paddedName(earlier.name) !== paddedName(named.name)) {
      const message = `${input.name} has two parts that are ${named.longName} in generated drivers; the first is at ${findings.where(earlier.path)}.`;
      findings.add('PLATFORM_DUPLICATE_NAME', named.path, message, 'Give one of them another longName.');
    }
  }
}

/** Two registers of a function have different places. */
export function checkIndexes(dwords: readonly Dword[], findings: Findings): void {
  const owners = new Map<number, Dword>();
  for (const dword of dwords) {
    const { name, index } = dword;
    const earlier = owners.get(index);
    if (earlier) {
      const message = `The register ${name} has index ${index}, which ${earlier.name} already has (${findings.where(earlier.path)}).`;
      findings.add('PLATFORM_DUPLICATE_INDEX', dword.placed, message, 'Give each its own index.');
    } else owners.set(index, dword);
  }
}
