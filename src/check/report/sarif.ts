import { displayName } from '../../aml/index.js';
import { formatHex, formatPciAddress } from '../../base/index.js';
import type { Diagnostic, Place, Severity } from '../../vocab/index.js';
import type { Rule } from '../rules/rule.js';
import { RULES } from '../rules/rules.js';

/** Text in the form of SARIF 2.1.0 §3.11, §3.12. */
interface SarifText {
  readonly text: string;
  readonly markdown?: string;
}

/** What a finding's code means. SARIF 2.1.0 §3.49 */
interface SarifRule {
  readonly id: string;
  readonly shortDescription: SarifText;
  readonly fullDescription: SarifText;
  readonly help: SarifText;
  readonly defaultConfiguration: { readonly level: Severity };
  readonly properties: { readonly tags: readonly string[] };
}

/** Where something is, in a file and in the namespace. SARIF 2.1.0 §3.28 */
interface SarifLocation {
  readonly id?: number;
  readonly message?: SarifText;
  readonly physicalLocation?: {
    readonly artifactLocation: { readonly uri: string };
    readonly region?:
      | { readonly startLine: number; readonly startColumn?: number }
      | { readonly byteOffset: number; readonly byteLength: number };
  };
  readonly logicalLocations?: readonly [{ readonly name: string; readonly fullyQualifiedName: string }];
}

/** One finding. SARIF 2.1.0 §3.27 */
interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: Severity;
  readonly message: SarifText;
  readonly locations: readonly SarifLocation[];
  readonly relatedLocations?: readonly SarifLocation[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly properties?: { readonly pciFunction: string };
}

/** One thing that was looked at, and how. */
interface SarifChecked {
  readonly what: string;
  readonly checked: string;
}

export interface SarifLog {
  readonly $schema: string;
  readonly version: '2.1.0';
  readonly runs: readonly [
    {
      readonly tool: {
        readonly driver: {
          readonly name: string;
          readonly semanticVersion: string;
          readonly rules: readonly SarifRule[];
        };
      };
      readonly columnKind: 'utf16CodeUnits';
      /** What was looked at, and how: read, compiled, run. SARIF 2.1.0 §3.8 */
      readonly properties?: { readonly checked: readonly SarifChecked[] };
      readonly results: readonly SarifResult[];
    },
  ];
}

/** What codes mean that no rule gives: of reading what was handed in. */
const OTHER_CODES: readonly (readonly [prefix: string, what: string, why: string])[] = [
  ['COMMAND', 'What was asked for could not be done.', 'Nothing is known of what was not looked at.'],
  ['TABLE', 'A table could not be read as one.', 'An OS may refuse it, or take other bytes for its AML.'],
  ['AML', 'AML could not be understood.', 'An OS stops loading the table there, or reads something else.'],
  ['MEMORY_MAP', 'A memory map could not be read.', 'Overlaps with what it holds are not found.'],
  ['PLATFORM', 'A platform file is not as it should be.', 'It describes another machine than is meant, or none.'],
  ['VCFG', 'Two sides do not agree.', 'The guest accesses other registers than the host serves.'],
];
const ANY_CODE = ['', 'Something is not as it should be.', 'It may not work as is meant.'] as const;

function ruleText({ code, family, severity, what, why, cure, source }: Omit<Rule, 'find'>): SarifRule {
  return {
    id: code,
    shortDescription: { text: what },
    fullDescription: { text: why },
    help: { text: `${cure} (${source})`, markdown: `${cure}\n\nSource: ${source}` },
    defaultConfiguration: { level: severity },
    properties: { tags: ['acpi', family] },
  };
}

function otherRule({ code, severity, cure }: Diagnostic): SarifRule {
  const [, what, why] = OTHER_CODES.find(([prefix]) => code.startsWith(prefix)) ?? ANY_CODE;
  return {
    id: code,
    shortDescription: { text: what },
    fullDescription: { text: why },
    help: { text: cure, markdown: cure },
    defaultConfiguration: { level: severity },
    properties: { tags: ['acpi'] },
  };
}

/** A table within a text of several: its file, and the name of the table in it. */
const PART = /^(.*)#([A-Z0-9_!]{4}\d*)$/;

/** A path as a URI: relative if the path is. */
function uriOf(path: string): string {
  const slashes = path.replaceAll('\\', '/');
  const encoded = slashes.split('/').map(encodeURIComponent).join('/');
  if (/^[A-Za-z]:\//.test(slashes)) return `file:///${encoded.replace('%3A', ':')}`;
  return slashes.startsWith('/') ? `file://${encoded}` : encoded;
}

function regionOf({ line, column, offsetBytes }: Place): NonNullable<SarifLocation['physicalLocation']>['region'] {
  if (line !== undefined) return { startLine: line, ...(column !== undefined && { startColumn: column }) };
  return offsetBytes === undefined ? undefined : { byteOffset: offsetBytes, byteLength: 1 };
}

function locationOf(place: Place): SarifLocation {
  const [, whole, part] = PART.exec(place.file ?? '') ?? [];
  const file = whole ?? place.file;
  // Offsets in a table that was text before are none of that text's.
  const region = part === undefined ? regionOf(place) : undefined;
  const name = place.path === undefined ? '' : displayName(place.path);
  const at = place.offsetBytes === undefined ? '' : `+${formatHex(place.offsetBytes, 4)}`;
  return {
    ...(part !== undefined && { message: { text: `${part}${at}` } }),
    ...(file !== undefined && {
      physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...(region !== undefined && { region }) },
    }),
    ...(name !== '' && {
      logicalLocations: [
        { name: name.slice(Math.max(name.lastIndexOf('.'), 0)).replace(/^[.\\]+(?=.)/, ''), fullyQualifiedName: name },
      ],
    }),
  };
}

function resultOf(found: Diagnostic, ruleIndex: number, about: string | undefined): SarifResult {
  const { code, severity, message, cure, other } = found;
  const place = about === undefined ? found.place : { file: about, ...found.place };
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: `${message} ${cure}` },
    locations: [locationOf(place)],
    ...(other !== undefined && {
      relatedLocations: [{ id: 1, ...locationOf(other), message: { text: 'What it is compared with.' } }],
    }),
    // A finding keeps its fingerprint if the table's bytes move.
    partialFingerprints: { 'vcfgFinding/v1': [code, place.file ?? '', place.path ?? ''].join('|') },
    ...(found.function !== undefined && { properties: { pciFunction: formatPciAddress(found.function) } }),
  };
}

export interface SarifOptions {
  /** Of this package: three numbers with dots. */
  readonly version: string;
  /** File that findings without one are about, since viewers show none that is nowhere. */
  readonly about?: string;
  /** What was looked at, and how. */
  readonly checked?: readonly SarifChecked[];
}

/** Findings as a SARIF 2.1.0 log, with the descriptions of all rules. Files keep the paths of the findings. */
export function sarifLog(findings: readonly Diagnostic[], options: SarifOptions): SarifLog {
  const rules = RULES.map(ruleText);
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  for (const found of findings) if (!indexes.has(found.code)) indexes.set(found.code, rules.push(otherRule(found)) - 1);
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'vcfg', semanticVersion: options.version, rules } },
        columnKind: 'utf16CodeUnits',
        ...(options.checked !== undefined && { properties: { checked: options.checked } }),
        results: findings.map((found) => resultOf(found, indexes.get(found.code) as number, options.about)),
      },
    ],
  };
}
