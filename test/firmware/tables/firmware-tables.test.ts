import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAml, displayName, findDeclaration } from '../../../src/aml/index.js';
import { parsePciAddress } from '../../../src/base/index.js';
import { type FirmwareTables, firmwareTables, generateDsdt, hotPlugTable } from '../../../src/firmware/index.js';
import { acpiPathOf, acpiPaths, platformFromObject } from '../../../src/platform/index.js';
import { requireTable } from '../../../src/tables/index.js';
import type { Platform } from '../../../src/vocab/index.js';
import { acpicaInteger, acpiexec, complaintsIn } from '../../support/acpica.js';
import { evaluateInAcpica } from '../../support/acpica-values.js';
import { effort } from '../../support/effort.js';
import { needs } from '../../support/oracles.js';
import { platformFileArbitrary } from '../../support/platform-arbitrary.js';
import { EXAMPLES, readExample } from '../examples.js';
import { recompilePrinted } from '../forms/recompile-printed.js';
import { largePlatform } from '../large-platform.js';

const all = ({ dsdt, ssdts, hotPlug }: FirmwareTables) => [dsdt, ...[...ssdts, ...hotPlug].map(({ bytes }) => bytes)];
const bodyOf = (table: Uint8Array) => Buffer.from(table.subarray(36)).toString('hex');

/**
 * Every name that ACPICA has of tables, with its type; of a region and of a field also where it is. Beside those that
 * tables declare there are some of ACPI's own.
 */
async function namespaceOf(tables: readonly Uint8Array[]): Promise<string[]> {
  const said = await acpiexec(tables, ['find ????']);
  expect(complaintsIn(said)).toEqual([]);
  const rows = said.matchAll(/^ *(\\\S+) (\w+) +0x[0-9a-f]+ \w{3} (.*)$/gm);
  return [...rows]
    .map(([, path, type, rest]) => `${path} ${type} ${type?.startsWith('Region') ? rest : ''}`.trim())
    .sort();
}

const SPLITS = ['one', 'crosvm'] as const;

/** What iasl remarks on, and why it is meant. */
const REMARKS = [
  // Packages lie in packages, and so do the calls that encode and decode them; both count how deep.
  '2098 Recursive method call',
];

describe('the tables of a platform', () => {
  it.for(EXAMPLES.flatMap((name) => SPLITS.map((split) => [name, split] as const)))(
    '%s, %s: iasl compiles what is printed of them to the same bytes, without a warning',
    async ([name, split], context) => {
      needs(context, 'iasl');
      const platform = readExample(name);
      const hotPlug = platform.functions.filter(({ profile }) => profile === 'vfio').slice(-1);
      const tables = all(firmwareTables(platform, { split, hotPlug: hotPlug.map(({ address }) => address) }));
      const { bodies, complaints, remarks, unsaid } = await recompilePrinted(tables);
      expect([...complaints, ...unsaid]).toEqual([]);
      expect(remarks.filter((remark) => !REMARKS.includes(remark))).toEqual([]);
      expect(bodies.map((body) => Buffer.from(body).toString('hex'))).toEqual(tables.map(bodyOf));
    },
  );

  it('are one DSDT, or a DSDT and an SSDT, with the same names in both', async (context) => {
    needs(context, 'acpiexec');
    for (const name of EXAMPLES) {
      const [one, two] = SPLITS.map((split) => firmwareTables(readExample(name), { split })) as [
        FirmwareTables,
        FirmwareTables,
      ];
      expect([one.ssdts.length, two.ssdts.length], name).toEqual([0, 1]);
      const [inOne, inTwo] = [await namespaceOf(all(one)), await namespaceOf(all(two))];
      expect(inOne.length, name).toBeGreaterThan(25);
      expect(inTwo, name).toEqual(inOne);
    }
  });

  it('are the DSDT alone where no function has registers', () => {
    const platform = platformFromObject({ functions: [{ address: '00:01.0', name: 'A' }] });
    expect(firmwareTables(platform, { split: 'crosvm' }).ssdts).toEqual([]);
  });

  it('have headers of their own, and what is asked for in each', () => {
    const identity = { oemId: 'ACME', oemTableId: 'BOARD', oemRevision: 7, revision: 6 };
    const platform = readExample('passthrough');
    const hotPlug = [parsePciAddress('02:05.1')];
    const headers = all(firmwareTables(platform, { split: 'crosvm', hotPlug, identity })).map(
      (table) => requireTable(table).header,
    );
    expect(headers.map((header) => [header.signature, header.revision, header.oemTableId.trim()])).toEqual([
      ['DSDT', 6, 'BOARD'],
      ['SSDT', 2, 'VCFGSSDT'],
      ['SSDT', 2, 'VCFG0229'],
    ]);
    expect(headers.map(({ oemId, oemRevision }) => [oemId.trim(), oemRevision])).toEqual(
      new Array(3).fill(['ACME', 7]),
    );
  });

  it('are the same bytes each time, and the DSDT that of generateDsdt', () => {
    const platform = readExample('passthrough');
    expect(firmwareTables(platform, { split: 'crosvm' })).toEqual(firmwareTables(platform, { split: 'crosvm' }));
    expect(firmwareTables(platform).dsdt).toEqual(generateDsdt(platform));
  });

  it('have crosvm’s order: the functions by address, then their events', () => {
    const { ssdts } = firmwareTables(readExample('passthrough'), { split: 'crosvm' });
    const { terms } = decodeAml(ssdts[0]?.bytes as Uint8Array, { offset: 36 });
    expect(terms.map((term) => (term.op === 'Scope' ? displayName(term.operands[0]) : term.op))).toEqual([
      '\\_SB.PC00',
      '\\_SB.PC00.PE10',
      '\\_SB.PC00.PE18',
      '\\_SB.PC00.PC01.PC02.PE00',
      '\\_SB.PC00.PC01.PC02.PE28',
      '\\_SB.PC00.PC01.PC02.PE29',
      '\\_GPE',
    ]);
  });

  it('load in ACPICA for any platform, and have every device where crosvm has it', async (context) => {
    needs(context, 'acpiexec');
    await fc.assert(
      fc.asyncProperty(platformFileArbitrary(), fc.constantFrom(...SPLITS), async (file, split) => {
        const platform = platformFromObject(file);
        const paths = [...acpiPaths(platform).values()];
        const names = await namespaceOf(all(firmwareTables(platform, { split })));
        expect(names).toEqual(expect.arrayContaining(paths.map((path) => `${path} Device`)));
      }),
      { numRuns: 12 },
    );
  });
});

describe('a function that is added while the guest runs', () => {
  const platform = platformFromObject({
    functions: [
      { address: '00:03.0', name: 'GPU0', profile: 'vfio' },
      { address: '00:04.0', name: 'NIC0', profile: 'vfio' },
      { address: '00:05.0', name: 'SENS', registers: [{ name: 'CTRL', index: 0 }] },
      { address: '00:06.0', name: 'RP01', bridge: { secondary: 1, subordinate: 2 } },
      { address: '01:00.0', name: 'SW02', bridge: { secondary: 2 } },
      { address: '02:00.0', name: 'NVM0', profile: 'vfio' },
      { address: '02:01.0', name: 'NVM1', profile: 'vfio' },
    ],
  });
  const at = (...addresses: readonly string[]) => addresses.map(parsePciAddress);

  it.for(SPLITS)('is in a table of its own, and with it all names are there (%s)', async (split, context) => {
    needs(context, 'acpiexec');
    const whole = await namespaceOf(all(firmwareTables(platform, { split })));
    for (const hotPlug of [at('00:04.0'), at('00:05.0'), at('00:06.0'), at('00:03.0', '01:00.0', '02:01.0')]) {
      const tables = firmwareTables(platform, { split, hotPlug });
      expect(tables.hotPlug).toHaveLength(hotPlug.length);
      expect(await namespaceOf(all(tables))).toEqual(whole);
      const before = await namespaceOf(all({ ...tables, hotPlug: [] }));
      expect(before.length).toBeLessThan(whole.length);
      expect(before.filter((name) => !whole.includes(name))).toEqual([]);
    }
  });

  it('brings what is below it, but for what has a table of its own', () => {
    const { dsdt, hotPlug } = firmwareTables(platform, { hotPlug: at('00:06.0', '02:01.0') });
    const [ofBridge, ofFunction] = hotPlug.map(({ bytes }) => decodeAml(bytes, { offset: 36 }).terms);
    const inDsdt = decodeAml(dsdt, { offset: 36 }).terms;
    const has = (terms: typeof inDsdt | undefined, path: string) => findDeclaration(terms ?? [], path) !== undefined;
    const paths = ['\\_SB.PC00.PC01', '\\_SB.PC00.PC01.PC02.PE00', '\\_SB.PC00.PC01.PC02.PE08'];
    expect(paths.map((path) => [inDsdt, ofBridge, ofFunction].map((terms) => has(terms, path)))).toEqual([
      [false, true, false],
      [false, true, false],
      [false, false, true],
    ]);
    expect(hotPlug.map(({ name }) => name)).toEqual(['ssdt-00-06.0', 'ssdt-02-01.0']);
    expect(hotPlugTable(platform, parsePciAddress('00:06.0'), { hotPlug: at('02:01.0') })).toEqual(hotPlug[0]?.bytes);
  });

  it('has its power resource, its _DSM and its event', async (context) => {
    needs(context, 'acpiexec');
    const tables = firmwareTables(platform, { split: 'crosvm', hotPlug: at('00:03.0') });
    const path = '\\_SB.PC00.PE18';
    const evaluations = await evaluateInAcpica(all(tables), [
      `${path}.PRIC._OFF`,
      `${path}.PRIC._STA`,
      '\\_GPE._E00',
      `${path}._DSM (00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F) 1 2 [5 "six"]`,
    ]);
    expect(evaluations.map(({ value }) => value)).toEqual([undefined, 0n, undefined, [5n, 'six']]);
    expect(evaluations.flatMap(({ complaints }) => complaints)).toEqual([]);
  });

  it('has to be one of the platform', () => {
    expect(() => hotPlugTable(platform, parsePciAddress('00:07.0'))).toThrow(
      'The platform has no function at 00:07.0; it must be one of its 7, and the host bridge does not count.',
    );
    expect(() => firmwareTables(platform, { hotPlug: at('00:00.0') })).toThrow(RangeError);
  });

  it.each([
    ['a device past 31, which with the bits above it would be 01:04.0', { bus: 0, device: 36, function: 0 }],
    ['a function past 7, which would be 00:04.0', { bus: 0, device: 3, function: 8 }],
    ['a bus past 255', { bus: 256, device: 4, function: 0 }],
    ['half a device', { bus: 0, device: 4.5, function: 0 }],
  ])('is not taken for one of another address: %s', (_, address) => {
    const below = { address: '01:04.0', name: 'NIC1', registers: [] };
    const aliased = platformFromObject({
      functions: [
        { address: '00:04.0', name: 'NIC0' },
        { address: '00:06.0', name: 'RP01', bridge: { secondary: 1 } },
        { address: '01:00.0', name: 'ZERO' },
        below,
      ],
    });
    expect(() => firmwareTables(aliased, { hotPlug: [address] })).toThrow(RangeError);
    expect(() => hotPlugTable(aliased, address)).toThrow(RangeError);
    expect(() => acpiPathOf(aliased, address)).toThrow(RangeError);
  });

  it('has one table, however often it is asked for', () => {
    const twice = firmwareTables(platform, { hotPlug: at('00:06.0', '00:04.0', '00:06.0') });
    expect(twice).toEqual(firmwareTables(platform, { hotPlug: at('00:06.0', '00:04.0') }));
    expect(twice.hotPlug.map(({ name }) => name)).toEqual(['ssdt-00-06.0', 'ssdt-00-04.0']);
  });
});

describe('a platform of many functions', () => {
  it.for([1, 100, effort(1000, 4000)])('%i: valid to iasl and ACPICA', async (count, context) => {
    needs(context, 'iasl', 'acpiexec');
    const { platform, diagnostics } = largePlatform(count);
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(platform?.functions).toHaveLength(count);
    const tables = firmwareTables(platform as Platform, { split: count === 100 ? 'crosvm' : 'one' });
    expect(await acpicaInteger(all(tables), '\\VCFG')).toBe(0x1_0000_0000n);
    const { bodies, complaints } = await recompilePrinted(all(tables));
    expect(complaints).toEqual([]);
    const differing = all(tables).filter(
      (table, index) => Buffer.compare(table.subarray(36), bodies[index] ?? table) !== 0,
    );
    expect(differing).toHaveLength(0);
    expect(bodies).toHaveLength(all(tables).length);
  });
});
