import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { declarations, decodeAml, integerValue } from '../../src/aml/index.js';
import { Machine } from '../../src/device/index.js';
import { generateDsdt } from '../../src/firmware/index.js';
import { openFunction, openWindow } from '../../src/guest/index.js';
import { platformFromObject, requirePlatform } from '../../src/platform/index.js';
import type { IntegerPort, Platform } from '../../src/vocab/index.js';
import { acpicaInteger } from '../support/acpica.js';
import { needs } from '../support/oracles.js';
import { platformFileArbitrary } from '../support/platform-arbitrary.js';
import { projectFolder } from '../support/shared-material.js';

/** The namespace of a table's bytes, as far as it holds integer constants. */
function acpiOf(table: Uint8Array): IntegerPort {
  const all = declarations(decodeAml(table, { offset: 36 }).terms);
  return {
    integer(path) {
      const term = all.find((declared) => declared.path === path)?.term;
      const value = term?.op === 'Name' ? integerValue(term.operands[1]) : undefined;
      if (value === undefined) throw new Error(`${path} is no integer`);
      return value;
    },
  };
}

/** Firmware, device and driver of one platform: the driver knows the table and the machine's memory, nothing else. */
function assemble(platform: Platform) {
  const table = generateDsdt(platform);
  const machine = new Machine(platform);
  const ports = { acpi: acpiOf(table), memory: machine.memory };
  return { machine, ports, window: openWindow(ports) };
}

const example = requirePlatform(readFileSync(join(projectFolder, 'fixtures/platforms/sensor-hub.yaml'), 'utf8'));

describe('firmware, device and driver together', () => {
  it('meet in every register of the example', () => {
    const { machine, ports } = assemble(example);
    for (const description of example.functions) {
      if (description.profile !== undefined) continue;
      const device = machine.registers(description.address);
      const driver = openFunction({ ...ports, description });
      for (const { name, access } of description.registers) {
        device.set(name, 0x1234_5678);
        if (access !== 'wo') expect(driver.read(name), `${description.name}.${name}`).toBe(0x1234_5678);
        if (access === 'rw') {
          driver.write(name, 0x8765_4321);
          expect(device.get(name), `${description.name}.${name}`).toBe(0x8765_4321);
        }
      }
    }
    expect(machine.memory.counts.exits).toBeGreaterThan(0);
  });

  it('meet in the shared page without an exit', () => {
    const { machine, ports } = assemble(example);
    const description = example.functions.find(({ name }) => name === 'SENS');
    if (description === undefined) throw new Error('the example has no SENS');
    const driver = openFunction({ ...ports, description });
    machine.registers('SENS').sharedPage()?.write32(0x800, 0xcafe);
    expect(driver.run('RING').read(0)).toBe(0xcafe);
    driver.run('HEAD').write(0, 7);
    expect(machine.registers('SENS').sharedPage()?.read32(0)).toBe(7);
    expect(machine.memory.counts.exits).toBe(0);
  });

  it('meet in every register of any platform, and only there', () => {
    fc.assert(
      fc.property(platformFileArbitrary(), fc.nat(0xffff_ffff), (file, value) => {
        const platform = platformFromObject(file);
        const { machine, window } = assemble(platform);
        for (const { address, profile, registers } of platform.functions) {
          if (profile !== undefined) continue;
          const device = machine.registers(address);
          for (const { name, index, access } of registers) {
            device.set(name, value);
            const seen = window.read({ address, page: 'trapped', register: index });
            expect(seen).toBe(access === 'wo' ? 0 : value);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('meet where ACPICA says that the window is', async (context) => {
    needs(context, 'acpiexec');
    const vcfg = await acpicaInteger([generateDsdt(example)], '\\VCFG');
    const machine = new Machine(example);
    const ports = { acpi: { integer: () => vcfg as bigint }, memory: machine.memory };
    const description = example.functions.find(({ name }) => name === 'MOTR');
    if (description === undefined) throw new Error('the example has no MOTR');
    openFunction({ ...ports, description }).write('SPED', 300);
    expect(machine.registers('MOTR').get('SPED')).toBe(300);
  });
});
