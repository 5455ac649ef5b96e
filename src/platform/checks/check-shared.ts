import type { SharedDescription } from '../../vocab/index.js';
import { longNameOf, words } from '../expand/describe-registers.js';
import { namesIn, type PartNames } from '../expand/part-names.js';
import { PAGE_BYTES } from '../layout.js';
import type { Findings, Path } from '../read/findings.js';
import type { FunctionInput } from '../schema/schema.js';

/** Bytes in the shared page. */
const PAGE = BigInt(PAGE_BYTES);

type SharedInput = NonNullable<FunctionInput['shared']>[number];

/** A run with its names, and its path in the file. */
export interface NamedRun extends Omit<SharedInput, 'name' | 'longName'>, PartNames {
  readonly path: Path;
  /** The key that names it. */
  readonly named: Path;
}

/** The runs of a function in the order of the file. */
export function namedRuns(input: FunctionInput, path: Path): NamedRun[] {
  const scope = { name: '', longName: '', isBridge: input.bridge !== undefined };
  return (input.shared ?? []).map((run, index) => {
    const own = [...path, 'shared', index];
    return {
      ...run,
      ...namesIn(scope, run, ''),
      path: own,
      named: [...own, run.name === undefined ? 'longName' : 'name'],
    };
  });
}

function checkSharedRun({ path, ...run }: NamedRun, findings: Findings): void {
  if (run.offset % 4 !== 0 || run.bytes % 4n !== 0n) {
    const key = run.offset % 4 === 0 ? 'bytes' : 'offset';
    const message = `The shared run ${run.name} has offset ${run.offset} and ${run.bytes} bytes; both must be multiples of 4.`;
    findings.add(
      'PLATFORM_SHARED_ALIGNMENT',
      [...path, key],
      message,
      'Use multiples of 4: the page is read and written in dwords.',
    );
  }
  if (run.bytes === 0n || BigInt(run.offset) + run.bytes > PAGE) {
    const message =
      run.bytes === 0n
        ? `The shared run ${run.name} is empty.`
        : `The shared run ${run.name} ends at byte ${BigInt(run.offset) + run.bytes - 1n}, past its page of ${PAGE_BYTES} bytes.`;
    const cure = `Use at most ${PAGE - BigInt(run.offset)} bytes, or a lower offset.`;
    findings.add('PLATFORM_SHARED_RANGE', [...path, 'bytes'], message, cure);
  }
}

/** Checks the runs of a function, which must not overlap. Returns them in ascending order. */
export function checkShared(runs: readonly NamedRun[], findings: Findings): SharedDescription[] {
  for (const run of runs) checkSharedRun(run, findings);
  const sorted = runs.toSorted((a, b) => a.offset - b.offset);
  let furthest = sorted[0];
  for (const run of sorted.slice(1)) {
    const end = furthest ? BigInt(furthest.offset) + furthest.bytes : 0n;
    if (furthest && BigInt(run.offset) < end) {
      const message = `The shared runs ${furthest.name} (${findings.where(furthest.path)}) and ${run.name} both use byte ${run.offset}.`;
      findings.add(
        'PLATFORM_SHARED_OVERLAP',
        [...run.path, 'offset'],
        message,
        `${furthest.name} ends at byte ${end - 1n}; start ${run.name} after it.`,
      );
    }
    if (BigInt(run.offset) + run.bytes > end) furthest = run;
  }
  return sorted.map((run) => ({
    name: run.name,
    ...longNameOf(run),
    ...words(run),
    offsetBytes: run.offset,
    lengthBytes: Number(run.bytes),
  }));
}
