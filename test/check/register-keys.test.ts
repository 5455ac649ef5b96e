import { describe, expect, it } from 'vitest';
import { decodeAml, encodeAml, findDeclaration, type Op, replaceTerms, type Term } from '../../src/aml/index.js';
import { formatDiagnostic } from '../../src/base/index.js';
import { checkSet, readHeader } from '../../src/check/index.js';
import { generateCHeader } from '../../src/drivers/index.js';
import { generateTableSet } from '../../src/firmware/index.js';
import { replaceTableBody, requireTable, SDT_HEADER_BYTES } from '../../src/tables/index.js';
import type { DiagnosticCode } from '../../src/vocab/index.js';
import { ruledPlatform } from '../drivers/ruled-platform.js';
import { refield } from './faulty-machine.js';

const platform = ruledPlatform();
const HEADER = generateCHeader(platform);
const TABLES = generateTableSet(platform, { split: 'one' });
const SENS = '\\_SB.PC00.PE20';
const DWORD = 3;
const ZEROS = DWORD | (2 << 5);

type Change = (term: Op<'Field'>) => Op<'Field'>;

/** The machine, with the list of fields that holds one of them changed, and with a changed header. */
function check(path: string | undefined, change: Change, header = HEADER) {
  const inputs = [...TABLES.aml, ...TABLES.data].map(({ name, bytes }) => {
    if (path === undefined || !name.startsWith('dsdt')) return { file: `${name}.aml`, bytes };
    const { terms } = decodeAml(bytes, { offset: SDT_HEADER_BYTES });
    const term = findDeclaration(terms, path)?.term as Op<'Field'>;
    const changed = replaceTerms(terms, new Map([[term as Term, [change(term)]]]));
    return { file: `${name}.aml`, bytes: replaceTableBody(requireTable(bytes), encodeAml(changed)) };
  });
  return checkSet(inputs, { platform, driver: readHeader(header, 'vcfg.h') }).findings;
}

const same: Change = (term) => term;
const under =
  (flags: number): Change =>
  (term) =>
    refield(term, (units) => units, flags);
const moved =
  (name: string, by: number): Change =>
  (term) =>
    refield(term, (units) => units.map((unit) => (unit.name === name ? { ...unit, lowBit: unit.lowBit + by } : unit)));

it('a machine with every key of registers has no findings', () => {
  expect(check(undefined, same).map(formatDiagnostic)).toEqual([]);
});

const exchanged =
  (a: string, b: string): Change =>
  (term) =>
    refield(term, (units) => units.map((unit) => ({ ...unit, name: { [a]: b, [b]: a }[unit.name] ?? unit.name })));

/** The fault, the field whose list is changed and how, the header, and what is found first. */
const FAULTS: readonly (readonly [
  what: string,
  path: string | undefined,
  change: Change,
  header: readonly [string, string],
  code: DiagnosticCode,
])[] = [
  ['Preserve beside reserved bits that are to be ones', `${SENS}.OF`, under(DWORD), ['', ''], 'VCFG_FIELD_UPDATE'],
  ['Preserve under a write mask', `${SENS}.V0`, under(ZEROS), ['', ''], 'VCFG_FIELD_UPDATE'],
  ['an element of an array in the place of the next', `${SENS}.CH0`, moved('CH0_', 32), ['', ''], 'VCFG_FIELD_OFFSET'],
  ['a register of a group a dword late', `${SENS}.C1CT`, moved('C1CT', 32), ['', ''], 'VCFG_FIELD_OFFSET'],
  ['fields of two instances exchanged', `${SENS}.C1EN`, exchanged('C1EN', 'C0EN'), ['', ''], 'VCFG_FIELD_OFFSET'],
  ['the halves of 64 bits exchanged', `${SENS}.TGTL`, exchanged('TGTL', 'TGTH'), ['', ''], 'VCFG_FIELD_OFFSET'],
  [
    'a named value',
    undefined,
    same,
    ['DMA0_CONTROL_MODE_VALUE_RUN 0x1u', 'DMA0_CONTROL_MODE_VALUE_RUN 0x2u'],
    'VCFG_HEADER_VALUE',
  ],
  [
    'the index of an element',
    undefined,
    same,
    ['SENSOR_HUB_CH1_INDEX 10u', 'SENSOR_HUB_CH1_INDEX 9u'],
    'VCFG_HEADER_ADDRESS',
  ],
  [
    'the index of 64 bits',
    undefined,
    same,
    ['SENSOR_HUB_TARGET_INDEX 4u', 'SENSOR_HUB_TARGET_INDEX 5u'],
    'VCFG_HEADER_ADDRESS',
  ],
  [
    'the reset of 64 bits',
    undefined,
    same,
    ['TIMESTAMP_RESET 0x100000002ull', 'TIMESTAMP_RESET 0x2ull'],
    'VCFG_HEADER_VALUE',
  ],
  [
    'a field across two dwords',
    undefined,
    same,
    ['TIMESTAMP_NS_MASK 0x000000fffffff000ull', 'TIMESTAMP_NS_MASK 0x0000000ffffff000ull'],
    'VCFG_HEADER_VALUE',
  ],
];

describe('a single mistake', () => {
  it.each(FAULTS)('is found: %s', (_, path, change, [from, to], code) => {
    const header = from === '' ? HEADER : HEADER.replace(from, to);
    if (from !== '') expect(header).not.toBe(HEADER);
    expect(check(path, change, header).map((found) => found.code)).toContain(code);
  });
});
