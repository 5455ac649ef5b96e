import { expect, test } from 'vitest';
import {
  generateCHeader,
  generateLinuxModule,
  generateRegisterReference,
  generateRustModule,
  generateTypeScriptDriver,
} from '../../src/drivers/index.js';
import { platformFromObject } from '../../src/platform/index.js';

const SENSOR = {
  address: '00:04.0',
  name: 'SENS',
  registers: [{ name: 'CTRL', index: 0 }],
  bars: [
    { index: 0, size: '64 KiB', kind: 'mem64', longName: 'rings', description: 'The */ rings.' },
    { index: 2, size: '16 KiB' },
  ],
  msix: { vectors: 8, bar: 2, pba: 0x2000, names: ['receive'] },
  capabilities: [{ id: 'pm' }],
};
const platform = platformFromObject({ functions: [SENSOR] });

test('C has the index and length of BARs, and vectors', () => {
  const header = generateCHeader(platform, { prefix: 'HUB' });
  for (const line of [
    '#define HUB_SENS_BAR_RINGS 0u',
    '#define HUB_SENS_BAR_RINGS_BYTES 0x10000ull',
    '#define HUB_SENS_BAR_2 2u',
    '#define HUB_SENS_MSIX_VECTORS 8u',
    '#define HUB_SENS_VECTOR_RECEIVE 0u',
  ])
    expect(header).toContain(`${line}\n`);
  expect(header).not.toContain('The */');
});

test('a name of theirs that a register has too is a collision', () => {
  const registers = [{ name: 'A', longName: 'msix_vectors', index: 0 }];
  expect(() =>
    generateCHeader(platformFromObject({ functions: [{ ...SENSOR, registers, bars: SENSOR.bars }] })),
  ).not.toThrow();
  const clash = [{ longName: 'bar', index: 0, fields: [{ longName: 'rings', bits: 0 }] }];
  expect(() => generateRustModule(platformFromObject({ functions: [{ ...SENSOR, registers: clash }] }))).toThrow(
    /DRIVER_NAME_COLLISION/,
  );
});

test('Rust and TypeScript have them too', () => {
  const rust = generateRustModule(platform);
  for (const line of [
    'pub const RINGS: u32 = 0;',
    'pub const BAR_2_BYTES: u64 = 0x4000;',
    'pub const VECTORS: u32 = 8;',
  ])
    expect(rust).toContain(line);
  const typescript = generateTypeScriptDriver(platform);
  expect(typescript).toContain("longName: 'rings', kind: 'mem64', sizeBytes: 0x10000n");
  expect(typescript).toContain("msix: { vectors: 8, names: ['receive'] },");
});

test('the Linux module takes the vectors, and has nothing of it without MSI-X', () => {
  const [source] = generateLinuxModule(platform);
  expect(source?.contents).toContain('pci_alloc_irq_vectors(pdev, 1, vcfg_vectors[i].count, PCI_IRQ_MSIX)');
  expect(source?.contents).toContain('VCFG_SENS_MSIX_VECTORS }');
  const { msix: _, ...without } = SENSOR;
  const [plain] = generateLinuxModule(platformFromObject({ functions: [without] }));
  expect(plain?.contents).not.toContain('irq');
});

test('the register reference lists them', () => {
  const page = generateRegisterReference(platform);
  expect(page).toContain('| BAR 0 | rings; mem64, 65536 bytes; The \\*/ rings. |');
  expect(page).toContain('| MSI-X | 8 vectors; table in BAR 2 at');
  expect(page).toContain('| capability | `0x1`, 8 bytes |');
});
