/** What a Package holds: `head` in this order, then any number of `rest`. An element is kinds, or Packages of such. */
export interface PackageShape {
  readonly head?: readonly string[];
  /** Elements of the head that may be missing at its end. */
  readonly optional?: number;
  readonly rest?: string;
  /** Every element of the rest is a Package of this. */
  readonly rows?: PackageShape;
  /** The most elements, where a later version of the specification does not allow more. */
  readonly most?: number;
  /** The first element counts the Packages after it (`rows`), or all elements of the Package, itself included (`all`). */
  readonly counts?: 'rows' | 'all';
}

/**
 * Predefined names by what they give: `I` Integer, `S` String, `B` Buffer, `P` Package, `R` a reference, `D` data of any of
 * these kinds, `N` nothing that anybody looks at. ACPI 6.5 §5.6.8, §6, §7, §8, §9, §10, §11, §15; and those of earlier versions.
 */
const KINDS: readonly (readonly [kinds: string, names: string])[] = [
  ['I', '_ADR _ALC _ALI _ALP _ALT _ASI _ASZ _BBN _BCT _BDN _BMA _BMS _BPT _BQC _BTM _CBA _CCA _CDM _CR3 _CRT _CWS'],
  ['I', '_DCK _DCS _DGS _DSC _EC_ _GAI _GCP _GHL _GLK _GPD _GSB _GWS _HOT _HRV _IFT _LID _MSM _MTL _NTT _PAI'],
  ['I', '_PDL _PMM _PPC _PPE _PSC _PSR _PSV _PXM _RMV _RTV _S0W _S1D _S1W _S2D _S2W _S3D _S3W _S4D _S4W _SBS _SEG'],
  ['I', '_SPD _SRV _STA _STP _STV _SUN _SWS _TC1 _TC2 _TDL _TFP _TIP _TIV _TMP _TPC _TSP _TST _TZP _UPD _UPP _VPO'],
  ['I', '_AC0 _AC1 _AC2 _AC3 _AC4 _AC5 _AC6 _AC7 _AC8 _AC9 _PTP'],
  ['S', '_DDN _EJD _SUB'],
  ['B', '_AEI _CRS _DMA _FDE _GRT _GTF _GTM _HMA _MAT _OSC _PRS _ROM'],
  ['P', '_ALR _ART _BCL _BIF _BIX _BMD _BPC _BPS _BST _CBR _CPC _CSD _CST _DEP _DLM _DOD _DSD _EDL _FDI _FIF _FPS'],
  ['P', '_FST _HPP _HPX _LPI _MBM _MLS _PCL _PCT _PIF _PLD _PMC _PMD _PR0 _PR1 _PR2 _PR3 _PRE _PRL _PRR _PRT _PRW'],
  ['P', '_PSD _PSL _PSS _PTC _PUR _RDI _TRT _TSD _TSS _TZD _UPC _AL0 _AL1 _AL2 _AL3 _AL4 _AL5 _AL6 _AL7 _AL8 _AL9'],
  ['P', '_S0_ _S1_ _S2_ _S3_ _S4_ _S5_'],
  ['IS', '_HID _UID'],
  ['ISP', '_CID'],
  ['IP', '_CLS _WAK'],
  ['IB', '_DDC'],
  ['SB', '_STR'],
  ['D', '_DSM _WED'],
  ['N', '_BCM _BFS _BLT _BMC _BTH _BTP _DIS _DOS _DSS _DSW _DTI _EJ0 _EJ1 _EJ2 _EJ3 _EJ4 _EVT _FDM _FSL _GTS _INI'],
  [
    'N',
    '_IRC _LCK _MSG _OFF _ON_ _PDC _PIC _PS0 _PS1 _PS2 _PS3 _PSE _PSW _PTS _REG _OST _RST _SCP _SDD _SRS _SST _STM _TPT _TTS',
  ],
];

const kindsOf: ReadonlyMap<string, string> = new Map(
  KINDS.flatMap(([kinds, names]) => names.split(' ').map((name) => [name, kinds] as const)),
);

/** Names with a number: handlers of GPEs, of an embedded controller's queries, of wake events. ACPI 6.5 §5.6.4 */
const NUMBERED = /^_[ELQW][0-9A-F]{2}$/;

/** What a NameSeg's object gives, as letters of {@link KINDS}; undefined for a name that is not predefined. */
export function predefinedKinds(segment: string): string | undefined {
  if (!segment.startsWith('_')) return undefined;
  return kindsOf.get(segment) ?? (NUMBERED.test(segment) ? 'N' : undefined);
}

const INTEGERS = (count: number): string[] => Array.from({ length: count }, () => 'I');
const REFERENCES: PackageShape = { rest: 'R' };
/** Two values for the sleep registers: OpenBSD panics where only one is given. ACPI 6.5 §7.4.2 */
const SLEEP: PackageShape = { head: ['I', 'I'], rest: 'I' };
const POWER: PackageShape = REFERENCES;

/** What the Packages hold. ACPI 6.5, the section of each name. */
const SHAPES: Readonly<Record<string, PackageShape>> = {
  _ALR: { rows: { head: INTEGERS(2) } },
  _BCL: { head: INTEGERS(2), rest: 'I' },
  _BIF: { head: [...INTEGERS(9), 'S', 'S', 'S', 'S'], most: 13 },
  _BIX: { head: [...INTEGERS(16), 'S', 'S', 'S', 'S', 'I'], optional: 1, most: 21 },
  _BMD: { head: INTEGERS(5) },
  _BST: { head: INTEGERS(4), most: 4 },
  _CID: { rest: 'IS' },
  _CSD: { rows: { head: INTEGERS(6), most: 6, counts: 'all' } },
  // 21 elements in revision 2, 23 in revision 3. ACPI 6.5 §8.4.6.1
  _CPC: { head: ['I', 'I', ...Array.from({ length: 15 }, () => 'IB')], rest: 'IB', most: 23, counts: 'all' },
  _CST: { head: ['I'], rows: { head: ['B', 'I', 'I', 'I'], most: 4 }, counts: 'rows' },
  _DEP: REFERENCES,
  _DOD: { rest: 'I' },
  _EDL: REFERENCES,
  _FIF: { head: INTEGERS(4) },
  _FPS: { head: ['I'], rows: { head: INTEGERS(5) } },
  _FST: { head: INTEGERS(3) },
  _HPP: { head: INTEGERS(4) },
  _MLS: { rows: { head: ['S', 'SB'] } },
  _PCT: { head: ['B', 'B'], most: 2 },
  _PIF: { head: [...INTEGERS(3), 'S', 'S', 'S'] },
  _PLD: { rest: 'B' },
  _PMC: { head: [...INTEGERS(11), 'S', 'S', 'S'] },
  _PR0: POWER,
  _PR1: POWER,
  _PR2: POWER,
  _PR3: POWER,
  _PRE: POWER,
  _PRW: { head: ['IP', 'I'], rest: 'R' },
  _PSD: { rows: { head: INTEGERS(5), most: 5, counts: 'all' } },
  _PSL: REFERENCES,
  _PSS: { rows: { head: INTEGERS(6), most: 6 } },
  _PTC: { head: ['B', 'B'], most: 2 },
  _S0_: SLEEP,
  _S1_: SLEEP,
  _S2_: SLEEP,
  _S3_: SLEEP,
  _S4_: SLEEP,
  _S5_: SLEEP,
  _TSD: { rows: { head: INTEGERS(5), most: 5, counts: 'all' } },
  _TSS: { rows: { head: INTEGERS(5), most: 5 } },
  _TZD: REFERENCES,
  _UPC: { head: ['I', 'I', 'I', 'I'] },
};

/** What the Package of a predefined name holds; undefined where it is not known, or not of one form. */
export function packageShape(segment: string): PackageShape | undefined {
  return SHAPES[segment];
}
