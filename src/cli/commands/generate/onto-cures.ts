import { formatHex } from '../../../base/index.js';
import type { CheckInput } from '../../../check/index.js';
import { formatRange, overlaps } from '../../../platform/address-ranges.js';
import { decodeMcfg, requireTable } from '../../../tables/index.js';
import type { Diagnostic, DiagnosticCode, Platform } from '../../../vocab/index.js';
import { STANDARD } from '../../read/inputs.js';

/** What findings beside a machine's own tables are about, to say what to do about them there. */
export interface CureFacts {
  /** The machine's tables, and those among them that hold AML, the DSDT first. */
  readonly onto: { readonly inputs: readonly CheckInput[]; readonly tables: readonly { readonly file: string }[] };
  /** With the base that the tables have. */
  readonly platform: Platform;
  /** The platform file, as it was named. */
  readonly file: string;
  /** Whether the platform file has to get the base first. */
  readonly isMoved: boolean;
}

/** What `vcfg inject` does about a finding: its options, and in words. */
const INJECTS: Partial<Record<DiagnosticCode, { readonly options: string; readonly what: string }>> = {
  VCFG_TRUNCATED: { options: '', what: "Raise the DSDT's revision to 2" },
  VCFG_OVERLAPS_CRS: { options: ' --cut-crs', what: 'Move the window, or take it out of the _CRS' },
};

const NEW_TABLE = 'new.aml';

const quoted = (word: string) => (/^[\w./+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** The command that puts the window into the DSDT, with options for every finding that it cures. */
function injectCommand(codes: ReadonlySet<DiagnosticCode>, { onto, platform, file, isMoved }: CureFacts): string {
  const options = Object.entries(INJECTS).flatMap(([code, row]) =>
    codes.has(code as DiagnosticCode) ? row.options : [],
  );
  const dsdt = onto.tables[0]?.file ?? '';
  // A table of an acpidump text is not a file of its own.
  const from = dsdt === '' || dsdt.includes('#') ? 'dsdt.aml' : quoted(dsdt);
  const window = file === STANDARD ? `--base ${formatHex(platform.vcfg.base)}` : `--platform ${quoted(file)}`;
  const first =
    isMoved && file !== STANDARD ? `write base: ${formatHex(platform.vcfg.base)} in ${file}, then run ` : 'run ';
  return `${first}vcfg inject ${from} ${window}${options.join('')} -o ${NEW_TABLE}, and use ${NEW_TABLE} in place of that DSDT`;
}

/** The machine's ECAM window, as the platform file has to give it; undefined if its MCFG says nothing so simple. */
function machineEcam({ inputs }: CureFacts['onto']): { base: bigint; buses: number } | undefined {
  const tables = inputs.map(({ file, bytes }) => requireTable(bytes, file));
  const mcfg = tables.find(({ header }) => header.signature === 'MCFG');
  const own = ((mcfg && decodeMcfg(mcfg).value) ?? []).filter(({ segment }) => segment === 0);
  const [only] = own;
  if (only === undefined || own.length > 1 || only.firstBus !== 0) return undefined;
  return { base: only.base, buses: only.lastBus + 1 };
}

function ecamCure({ onto, platform }: CureFacts): string | undefined {
  const ecam = machineEcam(onto);
  if (ecam === undefined) return undefined;
  const range = { base: ecam.base, lengthBytes: BigInt(ecam.buses) << 20n };
  const ram = platform.memory.find((each) => overlaps(each, range));
  const also =
    ram === undefined
      ? ''
      : `, and memory as the machine has it: the platform's RAM at ${formatRange(ram)} overlaps that`;
  return `Write ecam: { base: ${formatHex(ecam.base)}, buses: ${ecam.buses} } in the platform file${also}.`;
}

const ABOUT_ECAM: ReadonlySet<DiagnosticCode> = new Set([
  'VCFG_ECAM_BASE',
  'VCFG_BUSES_TOO_MANY',
  'VCFG_BUSES_TOO_FEW',
]);

/** The tables have just been generated, so a cure that begins with that keeps only what comes after it. */
function withoutAgain(cure: string): string {
  const rest = /^Generate the tables? again(?:,(?: or)? (.*)|\.)$/s.exec(cure);
  if (rest === null) return cure;
  const [, other = 'correct the table in the source of the machine.'] = rest;
  return `${other.charAt(0).toUpperCase()}${other.slice(1)}`;
}

/** Findings beside a machine's own tables, with cures that change those, or make the platform file fit them. */
export function curedBeside(findings: readonly Diagnostic[], facts: CureFacts): Diagnostic[] {
  const codes = new Set(findings.map(({ code }) => code));
  const isInMcfg = ({ place }: Diagnostic) =>
    facts.onto.inputs.some(({ file, bytes }) => file === place.file && requireTable(bytes).header.signature === 'MCFG');
  const cureOf = (found: Diagnostic): string => {
    const change = INJECTS[found.code];
    if (change === undefined) {
      const ecam = ABOUT_ECAM.has(found.code) && isInMcfg(found) ? ecamCure(facts) : undefined;
      return ecam ?? withoutAgain(found.cure);
    }
    return `${change.what}: ${injectCommand(codes, facts)}.`;
  };
  return findings.map((found) => ({ ...found, cure: cureOf(found) }));
}
