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
