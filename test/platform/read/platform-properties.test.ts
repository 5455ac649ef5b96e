import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { comparePciAddress, formatPciAddress, parsePciAddress } from '../../../src/base/index.js';
import { acpiPathOf, acpiPaths, checkPlatform, readPlatform, requirePlatform } from '../../../src/platform/index.js';
import { effort } from '../../support/effort.js';
import { platformFileArbitrary } from '../../support/platform-arbitrary.js';

test('any valid file is read, from text as from an object, with nothing but warnings', () => {
  fc.assert(
    fc.property(platformFileArbitrary(), (file) => {
      const { platform, diagnostics } = checkPlatform(file);
      expect(diagnostics.filter((found) => found.severity === 'error')).toEqual([]);
      const fromText = readPlatform(stringify(file));
      expect(fromText.platform).toEqual(platform);
      expect(fromText.diagnostics.map((found) => found.code).sort()).toEqual(
        diagnostics.map((found) => found.code).sort(),
      );
      expect(readPlatform(JSON.stringify(file)).platform).toEqual(platform);
    }),
    { numRuns: 60 },
  );
});

test('what is read is what was written, in BDF order', () => {
  fc.assert(
    fc.property(platformFileArbitrary(), (file) => {
      const platform = requirePlatform(JSON.stringify(file));
      const written = file.functions.map((described) => parsePciAddress(described.address)).sort(comparePciAddress);
      expect(platform.functions.map((described) => described.address)).toEqual(written);
      for (const described of file.functions) {
        const read = platform.functions.find((candidate) => candidate.name === described.name);
        const ready = described.profile === 'vfio' ? 3 : 0;
        expect(read && formatPciAddress(read.address)).toBe(described.address);
        expect(read?.registers.length).toBe((described.registers?.length ?? 0) + ready);
        expect(read?.shared.length).toBe(described.shared?.length ?? 0);
      }
      expect(platform.vcfg.lengthBytes).toBe(platform.vcfg.buses * 0x20_0000);
    }),
    { numRuns: 50 },
  );
});

test('every function has an ACPI path of its own, below the bridge that leads to its bus', () => {
  fc.assert(
    fc.property(platformFileArbitrary(), (file) => {
      const platform = requirePlatform(JSON.stringify(file));
      const paths = [...acpiPaths(platform).values()];
      expect(new Set(paths).size).toBe(platform.functions.length);
      for (const { address } of platform.functions) {
        const parent = acpiPathOf(platform, address).split('.').slice(0, -1).join('.');
        const above = platform.functions.find((candidate) => candidate.bridge?.secondary === address.bus);
        expect(parent).toBe(above ? acpiPathOf(platform, above.address) : '\\_SB.PC00');
      }
    }),
    { numRuns: 50 },
  );
});

test('what the host bridge passes on is nothing else, and no two functions have one event', () => {
  const end = (range: { base: bigint; lengthBytes: bigint }) => range.base + range.lengthBytes;
  fc.assert(
    fc.property(platformFileArbitrary(), (file) => {
      const { vcfg, ecam, memory, windows, functions, addressBits } = requirePlatform(JSON.stringify(file));
      const taken = [{ ...vcfg, lengthBytes: BigInt(vcfg.lengthBytes) }, ecam, ...memory];
      for (const window of [windows.mmio32, windows.mmio64]) {
        if (window === undefined) continue;
        expect(window.lengthBytes > 0n && end(window) <= 1n << BigInt(addressBits)).toBe(true);
        expect(taken.filter((other) => window.base < end(other) && other.base < end(window))).toEqual([]);
      }
      const events = functions.flatMap(({ gpe }) => gpe ?? []);
      expect(new Set(events).size).toBe(events.length);
      expect(events.length).toBe(functions.filter(({ profile }) => profile === 'vfio').length);
    }),
    { numRuns: 50 },
  );
});

test('any text gives findings or a platform, and never an exception', () => {
  const fragments = fc.constantFrom(
    ...['functions:', 'vcfg:', '- ', '  ', '\n', '{', '}', '[', ']', 'address: ', '00:04.0', 'name: ', 'SENS', ', '],
    ...['&a ', '*a', '!!int ', '"', "'", '0x1_0', '8 GiB', 'bits: ', '7..4', '|', '>', '? ', '# ', '---\n', '\t', '-1'],
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(fragments, { maxLength: 40 }).map((parts) => parts.join('')),
        fc.string(),
      ),
      (text) => {
        const { platform, diagnostics } = readPlatform(text);
        expect(platform === undefined).toBe(diagnostics.some((found) => found.severity === 'error'));
      },
    ),
    { numRuns: effort(200, 500) },
  );
});

test('any value gives findings or a platform, and never an exception', () => {
  const keys = ['vcfg', 'memory', 'functions', 'address', 'name', 'registers', 'index', 'fields', 'bits', 'bridge'];
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.oneof(fc.anything({ withBigInt: true, maxDepth: 0 }), fc.constantFrom('SENS', '00:04.0', 'auto', 3)),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keys), tie('tree'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      const { platform, diagnostics } = checkPlatform(value);
      expect(platform === undefined).toBe(diagnostics.some((found) => found.severity === 'error'));
    }),
    { numRuns: effort(200, 500) },
  );
});
