import { REGION_SPACES } from '../../aml/grammar/keywords.js';
import type { OpName } from '../../aml/grammar/opcodes.js';
import { RECORD, ROW, VALUE } from '../../aml/tape/tape.js';
import type { PrintState } from './state.js';

/** Which records a tape has. */
interface Seen {
  /** 1 for each code of which there is a record. */
  readonly codes: Uint8Array;
  /** Region spaces that are declared, a bit each. */
  readonly spaces: number;
}

/** Whether a text can cause an error at all. */
type Condition = (seen: Seen, state: PrintState) => boolean;

type Tolerated = readonly [message: number, what: string, when?: Condition];

const hasOne =
  (...ops: readonly OpName[]): Condition =>
  ({ codes }) =>
    ops.some((op) => codes[ROW[op]] === 1);

const hasRegion = (...spaces: readonly (typeof REGION_SPACES)[number][]): Condition => {
  const wanted = spaces.reduce((bits, space) => bits | (1 << REGION_SPACES.indexOf(space)), 0);
  return (seen) => (seen.spaces & wanted) !== 0;
};

const hasBadIdentifiers: Condition = (_, { badIdentifiers }) => badIdentifiers;

/** The most that iasl accepts. */
const MOST_PRAGMAS = 32;

/**
 * Errors of iasl 20200925 that real firmware causes and that change no byte, by number. The printed text turns off those
 * that it can cause, since it shows what a table contains, not what it should. If there are too many, the last are left
 * out.
 */
const TOLERATED: readonly Tolerated[] = [
  [6139, 'a value outside the range of its resource', (_, { outOfRange }) => outOfRange],
  [6004, 'too many arguments in a call'],
  [6005, 'too few arguments in a call'],
  [6006, 'an argument used before it is set', hasOne('Arg')],
  [6010, 'an object of unknown type, declared in another table'],
  [6029, 'an access wider than the region', hasOne('Field', 'BankField')],
  [6030, 'an access past the end of the region', hasOne('Field', 'BankField')],
  [6031, 'a field past the end of the region', hasOne('Field', 'BankField')],
  [6058, 'an operand of another type'],
  [6066, 'a local used before it is set', hasOne('Local')],
  [6067, 'a local or argument outside a method', hasOne('Local', 'Arg')],
  [6074, 'a name declared twice'],
  [6080, 'the value of a method that returns none'],
  [6081, 'a Break outside a loop', hasOne('Break', 'Continue')],
  [6084, 'a name that another table declares'],
  [6085, 'a name that another table declares'],
  [6086, 'arguments for an object that is not a method'],
  [6088, 'a name of another scope'],
  [6090, 'a resource of zeros', hasOne('Buffer')],
  [6103, 'a predefined name that must be a method'],
  [6105, 'a predefined name of another type'],
  [6106, 'a predefined package of another length', hasOne('Package', 'VarPackage')],
  [6114, 'a result that is not used'],
  [6117, 'a Scope of an object that is not a device', hasOne('Scope')],
  [6142, 'a name used before it is declared'],
  [6160, 'a path through another table'],
  [6161, 'a path into another table'],
  [6163, 'a name that another method makes', hasOne('Method')],
  [6033, 'a _HID of another length', hasBadIdentifiers],
  [6034, 'a _HID with another prefix', hasBadIdentifiers],
  [6035, 'a _HID with another suffix', hasBadIdentifiers],
  [6061, 'a _HID that begins with an asterisk', hasBadIdentifiers],
  [6136, 'a _HID in lower case', hasBadIdentifiers],
  [6012, 'a region that needs a Connection', hasRegion('GeneralPurposeIO', 'GenericSerialBus')],
  [6099, 'a region that needs BufferAcc', hasRegion('SMBus', 'IPMI', 'GenericSerialBus', 'PCC')],
  [6100, 'a region that needs ByteAcc', hasRegion('EmbeddedControl', 'SystemCMOS', 'GeneralPurposeIO')],
  [6167, 'a _UID of a Processor that is not an integer', hasOne('Processor')],
  [6152, 'a method that makes names and calls itself', hasOne('Method')],
  [6143, 'a name of another method', hasOne('Method')],
  [6016, 'an Alias of itself', hasOne('Alias')],
];

function seenOn({ tape }: PrintState): Seen {
  const { words, count } = tape;
  const codes = new Uint8Array(256);
  let spaces = 0;
  for (let record = 0; record < count; record++) {
    const code = (words[record * RECORD] as number) & 0xff;
    codes[code] = 1;
    // The name's record comes first, then that of the space.
    if (code === ROW.OperationRegion) {
      const space = words[(record + 2) * RECORD + VALUE] as number;
      if (space < REGION_SPACES.length) spaces |= 1 << space;
    }
  }
  return { codes, spaces };
}

/** Lines that turn off the errors that the printed text can cause. */
export function toleranceText(state: PrintState): string {
  const seen = seenOn(state);
  return TOLERATED.filter(([, , when]) => when === undefined || when(seen, state))
    .slice(0, MOST_PRAGMAS)
    .map(([message, what]) => `#pragma disable (${message}) // ${what}\n`)
    .join('');
}
