import { DiagnosticError, errorAt, requireText } from '../../base/index.js';
import { keyOfText } from './name-bytes.js';

/** Text of a NameString: any number of `^` or one `\`, then NameSegs of up to four characters, separated by dots. */
const NAME_STRING = /^(\\|\^*)([A-Z_][A-Z0-9_]{0,3}(?:\.[A-Z_][A-Z0-9_]{0,3})*)?$/;
const NAME_SEG = /^[A-Z_][A-Z0-9_]{0,3}$/;

/** Most NameSegs that a NameString can hold. ACPI 6.5 §20.2.2 */
export const MAX_NAME_SEGS = 255;

/** The most arguments of a method. ACPI 6.5 §19.6.84 */
export const MAX_ARGUMENTS = 7;

export function isNameSeg(text: string): boolean {
  return typeof text === 'string' && NAME_SEG.test(text);
}

function refuse(text: string, why: string): never {
  throw new DiagnosticError([
    errorAt(
      'AML_BAD_NAME',
      { path: text },
      `"${text}" is not an ACPI name: ${why}.`,
      'Separate segments with dots. A segment has one to four characters A-Z, 0-9 and _, and does not begin with a digit.',
    ),
  ]);
}

/** A NameSeg padded to four characters with `_`. Throws a DiagnosticError for what is not a NameSeg. */
export function padNameSeg(text: string): string {
  if (typeof text !== 'string') requireText(text, 'The name');
  if (keyOfText(text) >= 0) return text;
  if (!NAME_SEG.test(text))
    refuse(text, text.length > 4 ? 'a segment is longer than four characters' : 'a character is not allowed');
  return text.padEnd(4, '_');
}

/** True for a name all of whose segments have four characters, as in decoded names. */
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
 * A name as the decoder returns it: every segment padded to four characters, as in `\_SB_.PCI0`. '' is the null name.
 * Throws a DiagnosticError for what is not a name, or has more than 255 segments.
 */
export function normalizeName(text: string): string {
  if (typeof text !== 'string') requireText(text, 'The name');
  if (keyOfText(text) >= 0 || isNormalized(text)) return text;
  const match = NAME_STRING.exec(text);
  if (match === null) {
    const lower = /[a-z]/.test(text)
      ? 'it has lower-case letters'
      : 'a segment is empty, is too long, or has a character that is not allowed';
    refuse(text, lower);
  }
  const segments = match[2] === undefined ? [] : match[2].split('.');
  if (segments.length > MAX_NAME_SEGS)
    refuse(text, `it has ${segments.length} segments, and the most is ${MAX_NAME_SEGS}`);
  return match[1] + segments.map((segment) => segment.padEnd(4, '_')).join('.');
}

/** Like {@link normalizeName}, but also throws for the null name. */
export function requireName(text: string): string {
  if (typeof text === 'string' && keyOfText(text) >= 0) return text;
  if (text === '') refuse(text, 'it is empty');
  return normalizeName(text);
}

/** A name as ASL shows it, without the padding of its segments, as in `\_SB.PCI0`. */
export function displayName(name: string): string {
  if (typeof name !== 'string') requireText(name, 'The name');
  if (keyOfText(name) >= 0) {
    let end = name.length;
    while (end > 1 && name.charCodeAt(end - 1) === 0x5f) end--;
    return name.slice(0, end);
  }
  return name.replaceAll(/([A-Z_][A-Z0-9_]*?)_*(?=\.|$)/g, '$1');
}

/** Predefined methods by their number of arguments. ACPI 6.5 §5.6.8, §5.7.2, and removed ones of ACPI 1.0 to 5.0 */
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

/**
 * Number of arguments of a name whose last segment begins with `_`, which the specification reserves; undefined for
 * others.
 */
export function predefinedArguments(name: string): number | undefined {
  if (name.at(-4) !== '_') return undefined;
  return counts.get(name.slice(-4)) ?? 0;
}
