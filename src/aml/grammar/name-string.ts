import { DiagnosticError, errorAt, requireText } from '../../base/index.js';
import { keyOfText } from './name-bytes.js';

/** Text of a NameString: any number of `^` or one `\`, then NameSegs of four characters with dots between. */
const NAME_STRING = /^(\\|\^*)([A-Z_][A-Z0-9_]{0,3}(?:\.[A-Z_][A-Z0-9_]{0,3})*)?$/;
const NAME_SEG = /^[A-Z_][A-Z0-9_]{0,3}$/;

/** Most NameSegs that a NameString can hold. ACPI 6.5 §20.2.2 */
export const MAX_NAME_SEGS = 255;

/** Most arguments that a call of a method has. ACPI 6.5 §19.6.84 */
export const MAX_ARGUMENTS = 7;

export function isNameSeg(text: string): boolean {
  return typeof text === 'string' && NAME_SEG.test(text);
}

function refuse(text: string, why: string): never {
  throw new DiagnosticError([
    errorAt(
      'AML_BAD_NAME',
      { path: text },
      `"${text}" is no ACPI name: ${why}.`,
      'A name is of segments of one to four characters A-Z, 0-9 and _, none beginning with a digit, with dots between.',
    ),
  ]);
}

/** A NameSeg padded to its four characters with `_`. Throws a DiagnosticError on what is none. */
export function padNameSeg(text: string): string {
  if (typeof text !== 'string') requireText(text, 'The name');
  if (keyOfText(text) >= 0) return text;
  if (!NAME_SEG.test(text))
    refuse(text, text.length > 4 ? 'a segment is longer than four characters' : 'a character is not allowed');
  return text.padEnd(4, '_');
}

/** True for a name whose every segment has its four characters, as decoded names have. */
function isNormalized(text: string): boolean {
  let at = 0;
  let code = text.charCodeAt(0);
  if (code === 0x5c) at = 1;
  else while (text.charCodeAt(at) === 0x5e) at++;
  if ((text.length - at) % 5 !== 4 || text.length > 5 * MAX_NAME_SEGS) return false;
  for (let column = 0; at < text.length; at++, column = column === 4 ? 0 : column + 1) {
    code = text.charCodeAt(at);
    if (column === 4) {
      if (code !== 0x2e) return false;
    } else if (!((code >= 0x41 && code <= 0x5a) || code === 0x5f || (column > 0 && code >= 0x30 && code <= 0x39))) {
      return false;
    }
  }
  return true;
}

/**
 * A name as the decoder gives it: every segment padded to four characters, as in `\_SB_.PCI0`. Empty is the null name.
 * Throws a DiagnosticError on what is no name, or has over 255 segments.
 */
export function normalizeName(text: string): string {
  if (typeof text !== 'string') requireText(text, 'The name');
  if (keyOfText(text) >= 0 || isNormalized(text)) return text;
  const match = NAME_STRING.exec(text);
  if (match === null) {
    const lower = /[a-z]/.test(text)
      ? 'it has lower-case letters'
      : 'a segment is empty, too long, or has a character not allowed';
    refuse(text, lower);
  }
  const segments = match[2] === undefined ? [] : match[2].split('.');
  if (segments.length > MAX_NAME_SEGS)
    refuse(text, `it has ${segments.length} segments, and ${MAX_NAME_SEGS} is the most`);
  return match[1] + segments.map((segment) => segment.padEnd(4, '_')).join('.');
}

/** As {@link normalizeName}, where something has to be named: throws for the null name too. */
export function requireName(text: string): string {
  if (text === '') refuse(text, 'it is empty');
  return normalizeName(text);
}

/** A name as ASL shows it: trailing `_` of each segment left out, as in `\_SB.PCI0`. */
export function displayName(name: string): string {
  if (typeof name !== 'string') requireText(name, 'The name');
  return name.replaceAll(/([A-Z_][A-Z0-9_]*?)_*(?=\.|$)/g, '$1');
}

/** Predefined methods that take arguments, by how many. ACPI 6.5 §5.6.8, §5.7.2; those taken back since are of ACPI 1.0 to 5.0 */
const BY_COUNT: readonly (readonly [count: number, names: string])[] = [
  [1, '_BCM _BCT _BFS _BMA _BMC _BMS _BTH _BTM _BTP _CWS _DCK _DDC _DOS _DSS _DTI _EJ0 _EJ1 _EJ2 _EJ3 _EJ4'],
  [1, '_EVT _FDM _FSL _GTS _GWS _LCK _MSG _OSI _PAI _PDC _PIC _PSE _PSW _PTS _SDD _SHL _SPD _SRS _SRT _SST _TIP'],
  [1, '_TIV _TPT _TTS _WAK _WED'],
  [2, '_LSR _PTP _REG _ROM _STP _STV'],
  [3, '_BLT _BPT _DSW _LSW _OST _SCP _STM'],
  [4, '_DSM _MSM _OSC'],
];

const counts: ReadonlyMap<string, number> = new Map(
  BY_COUNT.flatMap(([count, names]) => names.split(' ').map((name) => [name, count] as const)),
);

/** Arguments of a name whose last segment the specification reserves by its `_`; undefined for every other name. */
export function predefinedArguments(name: string): number | undefined {
  if (name.at(-4) !== '_') return undefined;
  return counts.get(name.slice(-4)) ?? 0;
}
