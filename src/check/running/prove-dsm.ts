import { displayName, normalizeName } from '../../aml/index.js';
import { formatPciAddress, toHex } from '../../base/index.js';
import { type DsmValue, GuestError, openMailbox } from '../../guest/index.js';
import { type AmlArgument, type AmlValue, EvaluationError } from '../../interpreter/index.js';
import { packPciAddress } from '../../platform/config-address.js';
import { acpiPaths } from '../../platform/names/acpi-path.js';
import type { FunctionDescription } from '../../vocab/index.js';
import type { Finding } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { placeOf } from '../subject/machine-names.js';
import { type Stage, stageOf } from './stage.js';

/** A call of `_DSM`, and what the host answers. */
interface Call {
  readonly what: string;
  readonly argument: DsmValue;
  /** Undefined: the host cannot evaluate its method. */
  readonly result: DsmValue | undefined;
}

const bytes = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 7 + 3) & 0xff);

/** One call for each kind of value, and for the largest. */
const CALLS: readonly Call[] = [
  { what: 'an empty package', argument: [], result: 1n },
  { what: 'an integer', argument: 0x12_3456n, result: 0x8765_4321n },
  { what: 'a string', argument: 'argument', result: 'result' },
  { what: 'a buffer', argument: bytes(5), result: bytes(13) },
  { what: 'a package', argument: [1n, 'ab', bytes(3), []], result: ['c', 2n, [bytes(9), []]] },
  { what: 'packages in packages', argument: [[[[[3n, 'x']]]], 4n], result: [[[[['y', 5n]]]], bytes(1)] },
  { what: 'the largest buffer', argument: bytes(2040), result: bytes(2072) },
  { what: 'a call that the host refuses', argument: [], result: undefined },
];

/** Mailboxes that get every call; the others, with the same method in generated tables, get one. */
const MOST_MAILBOXES = 8;
const ONE_CALL = CALLS.filter(({ what }) => what === 'a package');

const UUID_TEXT = 'e5c937d0-3553-4d7a-9117-ea4d19c3434d';
/** The same as ToUUID makes it. ACPI 6.5 §19.6.142 */
const UUID_BYTES = Uint8Array.of(
  ...[0xd0, 0x37, 0xc9, 0xe5, 0x53, 0x35, 0x7a, 0x4d, 0x91, 0x17, 0xea, 0x4d, 0x19, 0xc3, 0x43, 0x4d],
);
const REVISION = 3n;
const FUNCTION_INDEX = 9n;

/** What AML returns if the host has no result: a Buffer of one zero byte. ACPI 6.5 §9.1.1 */
const NO_RESULT = 'buffer 00';

/** A value of either side as text. */
function valueText(value: AmlValue | DsmValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'bigint') return `${value}`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Uint8Array) return `buffer ${toHex(value)}`;
  if (Array.isArray(value)) return `[${(value as readonly (AmlValue | undefined)[]).map(valueText).join(', ')}]`;
  return 'a reference';
}

/** A long text, for a sentence. */
const short = (text: string) => (text.length > 60 ? `${text.slice(0, 57)}...` : text);

function resultOf(call: () => AmlValue | DsmValue | undefined): string {
  try {
    return valueText(call());
  } catch (error) {
    if (error instanceof EvaluationError) return `an error, ${error.code}`;
    if (error instanceof GuestError) return NO_RESULT;
    throw error;
  }
}

/** The first byte in which two requests differ. */
function firstDifference(a: Uint8Array, b: Uint8Array): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}

/** Calls one function's method in both ways. */
function* provedCalls(
  path: string,
  { address }: FunctionDescription,
  { acpi, amlSide, driverSide, window }: Stage,
  calls: readonly Call[],
): Generator<string> {
  const mailbox = openMailbox(window, address);
  for (const { what, argument, result } of calls) {
    for (const side of [amlSide, driverSide]) {
      side.dsmResult = result;
      side.requests.length = 0;
      side.machine.vfio(address).sharedPage().bytes.fill(0);
    }
    const given = argument as AmlArgument;
    const ofAml = resultOf(() => acpi.evaluate(path, UUID_BYTES, REVISION, FUNCTION_INDEX, given));
    const request = { uuid: UUID_TEXT, revision: REVISION, functionIndex: FUNCTION_INDEX, argument };
    const ofDriver = resultOf(() => mailbox.evaluateDsm(request));
    const [sent, wanted] = [amlSide.requests, driverSide.requests];
    const [one, other] = [sent[0], wanted[0]];
    if (sent.length !== 1 || one === undefined || other === undefined)
      yield `With ${what}, AML rings the device ${sent.length} times, the driver ${wanted.length}.`;
    else if (toHex(one) !== toHex(other)) {
      const at = firstDifference(one, other);
      yield `With ${what}, byte ${at} of the mailbox is ${one[at]} as AML writes it, and ${other[at]} as the driver does.`;
    } else if (ofAml !== ofDriver)
      yield `With ${what}, AML returns ${short(ofAml)}, and the driver gets ${short(ofDriver)}.`;
  }
}

/** Every `_DSM` of a function with a mailbox, called by AML and through the driver's mailbox: same bytes, same result. */
export function* provedDsm(subject: CheckedMachine): Generator<Finding> {
  const stage = stageOf(subject);
  if (stage === undefined) return;
  const paths = acpiPaths(stage.platform);
  let mailboxes = 0;
  for (const description of stage.platform.functions) {
    const base = paths.get(packPciAddress(description.address));
    if (description.profile !== 'vfio' || base === undefined) continue;
    const [declared] = subject.names.at(normalizeName(`${base}._DSM`));
    if (declared === undefined) continue;
    const calls = mailboxes++ < MOST_MAILBOXES ? CALLS : ONE_CALL;
    const [message] = provedCalls(declared.path, description, stage, calls);
    if (message === undefined) continue;
    yield {
      place: placeOf(declared),
      message: `${displayName(declared.path)} of ${formatPciAddress(description.address)}: ${message}`,
      function: description.address,
    };
  }
}
