import { displayName } from '../../aml/index.js';
import { formatHex, formatPciAddress } from '../../base/index.js';
import { type Driver, type DriverDescription, openFunctionIn } from '../../guest/index.js';
import type { AmlValue } from '../../interpreter/index.js';
import type { FunctionDescription } from '../../vocab/index.js';
import type { Finding } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { placeOf, ROOT_VCFG } from '../subject/machine-names.js';
import {
  accessText,
  areSame,
  deviceAccessText,
  type MemoryAccess,
  type RecordedMachine,
  reachedAlike,
} from './recorded-machine.js';
import { failureText } from './sandbox.js';
import { type Stage, stageOf } from './stage.js';
import { methodName, type Trial } from './trials.js';

/** A list of accesses for a sentence; of many, the first that the other list has not. */
function accessesText(accesses: readonly MemoryAccess[], other: readonly MemoryAccess[]): string {
  if (accesses.length === 0) return 'accesses nothing';
  if (accesses.length <= 2) return accesses.map(accessText).join(', then ');
  const texts = accesses.map(accessText);
  const first = texts.findIndex((text, index) => {
    const there = other[index];
    return there === undefined || accessText(there) !== text;
  });
  return `makes ${accesses.length} accesses, of which number ${Math.max(first, 0) + 1} ${texts[Math.max(first, 0)]}`;
}

/** What a register holds after AML wrote a field of it, if that is not what the platform says. */
function differenceLeft(
  { field, of, wanted }: NonNullable<Trial['left']>,
  written: Trial['written'],
  amlSide: RecordedMachine,
): string | undefined {
  const held = (of(amlSide) & wanted.known) >>> 0;
  if (held === wanted.value) return undefined;
  const bits = (held ^ wanted.value) >>> 0;
  return `AML that writes ${formatHex(written as bigint)} for ${displayName(field)} leaves ${formatHex(held)} in the register; ${formatHex(wanted.value)} is right, so bits ${formatHex(bits)} are wrong.`;
}

/** Runs one trial on both sides. What differs is returned as a sentence; undefined if nothing does. */
function tryOne(
  trial: Trial,
  run: (...values: (bigint | Uint8Array)[]) => AmlValue | undefined,
  driver: Driver<DriverDescription>,
  { amlSide, driverSide }: Stage,
): string | undefined {
  trial.prepare(amlSide);
  trial.prepare(driverSide);
  amlSide.take();
  driverSide.take();
  const wantedValue = trial.drive(driver);
  let value: AmlValue | undefined;
  try {
    value = run(...(trial.written === undefined ? [] : [trial.written]));
  } catch (error) {
    return `Executing AML that ${trial.verb}s it fails: ${failureText(error)}`;
  }
  if (trial.left !== undefined) return differenceLeft(trial.left, trial.written, amlSide);
  const [aml, wanted] = [amlSide.take(), driverSide.take()];
  const { tailAt, verb } = trial;
  const made = tailAt === undefined ? aml.accesses : aml.accesses.filter(({ address }) => address < tailAt);
  if (!areSame(made, wanted.accesses)) {
    const [ours, theirs] = [accessesText(made, wanted.accesses), accessesText(wanted.accesses, made)];
    return `AML that ${verb}s it ${ours}; the driver ${theirs}.`;
  }
  if (!reachedAlike(aml.reached, wanted.reached)) {
    const [ours, theirs] = [aml, wanted].map(({ reached }) => reached.map(deviceAccessText).join(', ') || 'nothing');
    return `What AML that ${verb}s it does reaches the device as "${ours}"; what the driver does, as "${theirs}".`;
  }
  if (wantedValue === undefined || value === wantedValue) return undefined;
  const shown = typeof value === 'bigint' ? formatHex(value) : 'something else';
  return `AML reads ${shown}; the driver reads ${formatHex(wantedValue)} with the same access.`;
}

/** `\\VCFG`, evaluated, against the base of the platform. */
export function* provedBase(subject: CheckedMachine): Generator<Finding> {
  const [declared] = subject.names.at(ROOT_VCFG);
  const stage = stageOf(subject);
  if (stage === undefined || declared === undefined) return;
  const wanted = subject.window.expected ?? stage.window.base;
  let message: string | undefined;
  try {
    const value = stage.acpi.integer(ROOT_VCFG);
    if (value !== wanted) message = `Evaluated, \\VCFG is ${formatHex(value)}; the window is at ${formatHex(wanted)}.`;
  } catch (error) {
    message = `Evaluating \\VCFG fails: ${failureText(error)}`;
  }
  if (message !== undefined) yield { place: placeOf(declared), message };
}

/** Every field of the platform that the tables have, read and written by executing AML, against what a driver does. */
export function* provedFields(subject: CheckedMachine): Generator<Finding> {
  const stage = stageOf(subject);
  if (stage === undefined) return;
  const drivers = new Map<FunctionDescription, Driver<DriverDescription>>();
  const reported = new Set<string>();
  for (const [number, trial] of stage.trials.entries()) {
    const { description, path } = trial;
    const driver = drivers.get(description) ?? openFunctionIn<DriverDescription>(stage.window, description);
    drivers.set(description, driver);
    const run = (...values: (bigint | Uint8Array)[]) =>
      stage.acpi.evaluate(`\\${stage.device}.${methodName(number)}`, ...values);
    const message = tryOne(trial, run, driver, stage);
    const [declared] = subject.names.at(path);
    if (message === undefined || declared === undefined || reported.has(path)) continue;
    reported.add(path);
    yield {
      place: placeOf(declared),
      message: `${displayName(path)}, which is of ${formatPciAddress(description.address)}: ${message}`,
      function: description.address,
    };
  }
}
