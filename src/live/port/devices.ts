import { DiagnosticError, formatPciAddress } from '../../base/index.js';
import {
  type DsmCall,
  type DsmValue,
  dsmOnValues,
  type Machine,
  type MachineOptions,
  type RegisterHooks,
  type VfioBackend,
} from '../../device/index.js';
import type { Diagnostic, Platform } from '../../vocab/index.js';
import { liveError, liveFinding } from './events.js';

/** What a function of the `vfio` profile does, besides hooks of registers. */
export interface FunctionBehaviour {
  /** The guest has put the function into low power, or back into full power. */
  powerState?(state: 'low' | 'full'): void;
  /** Answers a _DSM of the guest. */
  evaluateDsm?(call: DsmCall): DsmValue;
}

/** The names of a platform's functions, and of the registers of each: as `vcfg live --types` writes them. */
export type DeviceNames = { readonly [Function in string]: string };

/** What the functions of a platform do, by their names: hooks of their registers, by name. */
export type DeviceHooks<Names> = {
  readonly [Function in keyof Names]?: FunctionBehaviour & {
    readonly [Register in Names[Function] & string]?: RegisterHooks;
  };
};

/** What a device gets to work with. */
export interface DeviceContext {
  readonly machine: Machine;
  /** Queues a notification for a function of the `vfio` profile and raises its event. */
  notify(name: string, value: number): void;
}

/** A device: hooks, or a function that makes them once the machine is there. */
export type LiveDevice<Names = DeviceNames> = DeviceHooks<Names> | ((context: DeviceContext) => DeviceHooks<Names>);

/** Returns its argument, whose names are checked: `export const device = defineDevice<Board>({ SENS: { … } })`. */
export function defineDevice<Names = DeviceNames>(device: LiveDevice<Names>): LiveDevice<Names> {
  return device;
}

/** What a _DSM returns for a UUID that it does not know, so for all without a hook. Linux asks while it boots. ACPI 6.5 §9.1.1 */
const NO_FUNCTIONS = Uint8Array.of(0);

const BEHAVIOURS: readonly string[] = ['powerState', 'evaluateDsm'] satisfies (keyof FunctionBehaviour)[];

/** TypeScript with the names of a platform, for `defineDevice<Board>`. */
export function deviceTypes(platform: Platform): string {
  const rows = platform.functions.map(({ name, address, registers }) => {
    const names = registers.map((each) => `'${each.name}'`).join(' | ');
    return `  /** ${formatPciAddress(address)} */\n  readonly ${name}: ${names === '' ? 'never' : names};`;
  });
  return `/** The functions of the platform, and the registers of each. Made by vcfg live --types. */\nexport interface Board {\n${rows.join('\n')}\n}\n`;
}

type AnyHooks = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

/** Throws a DiagnosticError for a name that the platform does not have, and for what is not a hook. */
function checkHooks(platform: Platform, hooks: AnyHooks): void {
  const findings: Diagnostic[] = [];
  const wrong = (message: string, cure: string) => findings.push(liveFinding('LIVE_DEVICE_FILE', message, cure));
  for (const [name, parts] of Object.entries(hooks)) {
    const described = platform.functions.find((each) => each.name === name);
    if (described === undefined) {
      wrong(
        `The device has hooks for ${name}, which is not a function of the platform.`,
        `Its functions are ${platform.functions.map((each) => each.name).join(', ')}.`,
      );
      continue;
    }
    const names = described.registers.map((each) => each.name);
    for (const [part, value] of Object.entries(parts ?? {})) {
      if (BEHAVIOURS.includes(part) ? typeof value === 'function' : names.includes(part) && isHooks(value)) continue;
      if (names.includes(part) || BEHAVIOURS.includes(part))
        wrong(`${name}.${part} is ${typeof value}.`, 'A register has { read(value), write(written, held) }.');
      else wrong(`${name} has no register ${part}.`, `It has ${[...names, ...BEHAVIOURS].join(', ')}.`);
    }
  }
  if (findings.length > 0) throw new DiagnosticError(findings);
}

function isHooks(value: unknown): value is RegisterHooks {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).every(
    ([name, hook]) => (name === 'read' || name === 'write') && typeof hook === 'function',
  );
}

/** The line of a user's file in a stack: the first that is not ours or Node.js's own. */
function placeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return '';
  const line = (thrown.stack ?? '').split('\n').find((each) => /^\s+at /.test(each) && !/node:/.test(each));
  const place = /\(?((?:file:\/\/)?[^\s()]+:\d+:\d+)\)?$/.exec(line ?? '')?.[1];
  return place === undefined ? '' : ` at ${place.replace('file://', '')}`;
}

/**
 * The device behind a machine, which may be replaced while a guest runs. Make the machine with {@link options}, then
 * {@link attach} it. What a hook throws is reported with its place, and answered as the device core answers.
 */
export class DeviceSwitch {
  readonly #report: (finding: Diagnostic) => void;
  #behaviours: Readonly<Record<string, FunctionBehaviour | undefined>> = {};
  #machine: Machine | undefined;
  #notify: (name: string, value: number) => void = () => {};
  #hooked: (readonly [name: string, register: string])[] = [];

  constructor(report: (finding: Diagnostic) => void) {
    this.#report = report;
  }

  /** For the machine that is to have the device. */
  get options(): MachineOptions {
    return { backend: ({ name }) => this.#backend(name) };
  }

  #backend(name: string): VfioBackend {
    const guarded = <T>(what: string, run: () => T): T => this.#guard(`${name}.${what}`, run);
    return {
      powerState: (state) => guarded('powerState', () => this.#behaviours[name]?.powerState?.(state)),
      evaluateDsm: (page) => {
        const evaluate = this.#behaviours[name]?.evaluateDsm;
        guarded('evaluateDsm', () =>
          dsmOnValues((call) => (evaluate === undefined ? NO_FUNCTIONS : evaluate.call(this.#behaviours[name], call)))(
            page,
          ),
        );
      },
    };
  }

  #guard<T>(what: string, run: () => T): T {
    try {
      return run();
    } catch (thrown) {
      const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
      const message = `The hook ${what} threw${placeOf(thrown)}: ${text}.`;
      this.#report(liveFinding('LIVE_HOOK', message, 'The device core answered as if there were no hook.'));
      throw thrown;
    }
  }

  /** The machine made with {@link options}, and what notifies its guest. */
  attach(machine: Machine, notify: (name: string, value: number) => void = () => {}): void {
    this.#machine = machine;
    this.#notify = notify;
  }

  /** Puts a device in place of the last. Throws a DiagnosticError if it does not fit the platform; the last one stays then. */
  replace(device: LiveDevice): void {
    const machine = this.#machine;
    if (machine === undefined) throw new Error('attach a machine first');
    const context: DeviceContext = { machine, notify: (name, value) => this.#notify(name, value) };
    const hooks = (typeof device === 'function' ? device(context) : device) as AnyHooks;
    if (typeof hooks !== 'object' || hooks === null)
      throw liveError(
        'LIVE_DEVICE_FILE',
        `The exported device is ${String(hooks)}.`,
        'Export an object of functions by name.',
      );
    checkHooks(machine.platform, hooks);
    for (const [name, register] of this.#hooked) machine.registers(name).hook(register);
    this.#hooked = [];
    this.#behaviours = hooks as Readonly<Record<string, FunctionBehaviour | undefined>>;
    for (const [name, parts] of Object.entries(hooks))
      for (const [register, given] of Object.entries(parts ?? {}))
        if (isHooks(given)) this.#hook(machine, name, register, given);
  }

  #hook(machine: Machine, name: string, register: string, given: RegisterHooks): void {
    const what = `${name}.${register}`;
    machine.registers(name).hook(register, {
      ...(given.read && { read: (value) => this.#guard(what, () => given.read?.(value) ?? value) }),
      ...(given.write && { write: (written, held) => this.#guard(what, () => given.write?.(written, held)) }),
    });
    this.#hooked.push([name, register]);
  }
}
