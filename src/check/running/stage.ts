import { openWindow, type Window } from '../../guest/index.js';
import { AcpiNamespace } from '../../interpreter/index.js';
import { VFIO_MAILBOX_ARGUMENTS } from '../../platform/vfio-profile.js';
import type { Platform } from '../../vocab/index.js';
import { perSubject } from '../subject/per-subject.js';
import { RecordedMachine } from './recorded-machine.js';
import { PROOF_LIMITS } from './sandbox.js';
import { freeDevice, type Trial, trialsOf, trialTable } from './trials.js';

/** Bytes of the mailbox's request. */
const REQUEST_BYTES = VFIO_MAILBOX_ARGUMENTS.reduce(
  (end, { offsetBits, widthBits }) => Math.max(end, (offsetBits + widthBits) / 8),
  0,
);

/** The platform's machine twice: the tables run over one, and drivers use the other. */
export interface Stage {
  readonly acpi: AcpiNamespace;
  readonly amlSide: RecordedMachine;
  readonly driverSide: RecordedMachine;
  /** The window of the drivers, where the platform has it. */
  readonly window: Window;
  readonly trials: readonly Trial[];
  readonly platform: Platform;
  /** The Device whose methods make the trials. */
  readonly device: string;
}

/** Functions that are proved; of a larger platform the first, with all bridges: it is generated alike for the rest. */
const MOST_FUNCTIONS = 256;

function provable(platform: Platform): Platform {
  const { functions } = platform;
  if (functions.length <= MOST_FUNCTIONS) return platform;
  return { ...platform, functions: functions.filter(({ bridge }, index) => bridge || index < MOST_FUNCTIONS) };
}

/** The stage for a set of tables; undefined without a platform, or if nothing may be run. */
export const stageOf = perSubject((subject): Stage | undefined => {
  const { loaded } = subject;
  if (!subject.evaluates || subject.platform === undefined || loaded.length === 0) return undefined;
  const platform = provable(subject.platform);
  const [amlSide, driverSide] = [
    new RecordedMachine(platform, REQUEST_BYTES),
    new RecordedMachine(platform, REQUEST_BYTES),
  ];
  const trials = trialsOf(platform, subject);
  const device = freeDevice(subject);
  const acpi = AcpiNamespace.load([...loaded, { bytes: trialTable(trials, device), file: 'trials' }], {
    regions: { SystemMemory: amlSide.handler },
    simulateRegions: true,
    limits: PROOF_LIMITS,
  });
  const { base, buses } = platform.vcfg;
  const window = openWindow({ acpi: { integer: () => base }, memory: driverSide.port, buses });
  return { acpi, amlSide, driverSide, window, trials, device, platform };
});
