import { expect, it } from 'vitest';
import { asl, eisaId, encodeAml, resource, resourceTemplate } from '../../src/aml/index.js';
import { checkBeside, checkSet } from '../../src/check/index.js';
import { platformFromObject } from '../../src/platform/index.js';
import { encodeMcfg, encodeTable } from '../../src/tables/index.js';

const IDENTITY = {
  revision: 2,
  oemId: 'TEST',
  oemTableId: 'BESIDE',
  oemRevision: 1,
  creatorId: 'TEST',
  creatorRevision: 1,
};
const PLATFORM = platformFromObject({ vcfg: { base: '0x1_0000_0000', buses: 1 }, functions: [] });

/** A machine whose own tables do not reserve its ECAM window, and a new table with a board device that reserves another. */
function machine() {
  const board = asl.Device('BORD', [
    asl.Name('_HID', eisaId('PNP0C02')),
    asl.Name('_CRS', resourceTemplate([resource.memory32Fixed({ base: 0xfed0_0000, length: 0x1000 })])),
  ]);
  const aml = (signature: string, terms: Parameters<typeof encodeAml>[0]) =>
    encodeTable({ ...IDENTITY, signature }, encodeAml(terms));
  const mcfg = encodeMcfg(IDENTITY, [{ base: 0xe000_0000n, segment: 0, firstBus: 0, lastBus: 0 }]);
  return {
    own: [
      { file: 'dsdt.aml', bytes: aml('DSDT', [asl.Name('OLD_', 1)]) },
      { file: 'mcfg.aml', bytes: mcfg },
    ],
    added: [{ file: 'new.aml', bytes: aml('SSDT', [asl.Scope('\\_SB', [board])]) }],
  };
}

it('leaves to the machine what its own tables do not reserve, wherever that is found', () => {
  const { own, added } = machine();
  const all = checkSet([...own, ...added], { platform: PLATFORM }).findings;
  expect(all).toContainEqual(
    expect.objectContaining({ code: 'AML_ECAM_NOT_RESERVED', place: expect.objectContaining({ file: 'new.aml' }) }),
  );
  const beside = checkBeside(own, added, PLATFORM);
  expect(beside.map(({ code }) => code)).not.toContain('AML_ECAM_NOT_RESERVED');
  expect(beside.every(({ severity }) => severity !== 'note')).toBe(true);
  expect(beside.every(({ code, place }) => code.startsWith('VCFG_') || place.file === 'new.aml')).toBe(true);
  expect(beside.map(({ code }) => code)).toContain('VCFG_MISSING');
});

it.each([undefined, new Uint8Array(4), [{}]])('refuses %s for a list of tables', (given) => {
  const { own, added } = machine();
  expect(() => checkBeside(given as never, added, PLATFORM)).toThrow(TypeError);
  expect(() => checkBeside(own, given as never, PLATFORM)).toThrow(TypeError);
});
