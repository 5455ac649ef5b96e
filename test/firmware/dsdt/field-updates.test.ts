import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asl } from '../../../src/aml/index.js';
import { machineRegions } from '../../../src/check/running/machine-regions.js';
import { Machine } from '../../../src/device/index.js';
import { updateRule, writerName } from '../../../src/firmware/dsdt/field-updates.js';
import { generateDsdt } from '../../../src/firmware/index.js';
import { AcpiNamespace } from '../../../src/interpreter/index.js';
import { platformFromObject } from '../../../src/platform/index.js';
import { effort } from '../../support/effort.js';
import { tableOf } from './dsm-probe.js';

const ADDRESS = '00:04.0';
const DEVICE = '\\_SB.PC00.PE20';

const ACCESSES = ['rw', 'ro', 'wo', 'w1c', 'w1s'] as const;

const fields = fc.array(fc.record({ access: fc.constantFrom(...ACCESSES), width: fc.integer({ min: 1, max: 6 }) }), {
  minLength: 2,
  maxLength: 5,
});

function platformOf(rows: readonly { access: string; width: number }[]) {
  let low = 0;
  const written = rows.map(({ access, width }, index) => {
    const bits = `${low + width - 1}..${low}`;
    low += width;
    return { name: `F${index}`, bits, access };
  });
  const registers = [{ name: 'REG', index: 3, fields: written }];
  return platformFromObject({ functions: [{ address: ADDRESS, name: 'SENS', registers }] });
}

describe('AML that writes one field of a register', () => {
  it('leaves the other bits as they are, by the field or by the method of the register', () => {
    fc.assert(
      fc.property(fields, fc.nat(4), fc.nat(63), fc.nat(0xffff_ffff), (rows, pick, value, held) => {
        const platform = platformOf(rows);
        const [register] = platform.functions[0]?.registers ?? [];
        const field = register?.fields[pick % rows.length];
        if (register === undefined || field === undefined) throw new Error('no field');
        const access = field.access ?? register.access;
        if (access === 'ro') return;
        const most = 2 ** field.widthBits - 1;
        const written = access === 'w1c' || access === 'w1s' ? most : value & most;
        const mask = (most << field.lowBit) >>> 0;
        const machine = new Machine(platform);
        const store = asl.Method('\\TEST', { args: 1 }, [asl.Store(asl.Arg(0), asl.path(`${DEVICE}.${field.name}`))]);
        const tables = [generateDsdt(platform), tableOf('SSDT', [store])];
        const acpi = AcpiNamespace.load(tables, { regions: machineRegions(machine) });
        machine.registers('SENS').set('REG', held);
        const placed = (written << field.lowBit) >>> 0;
        if (updateRule(register, field) === undefined)
          acpi.evaluate(`${DEVICE}.${writerName(register, false)}`, BigInt(mask), BigInt(placed));
        else acpi.evaluate('\\TEST', BigInt(written));
        const now = machine.registers('SENS').get('REG');
        expect((now & mask) >>> 0).toBe(access === 'w1c' ? 0 : (written << field.lowBit) >>> 0);
        // Bits that cannot be read are written as 0.
        const lost = register.fields
          .filter((each) => (each.access ?? register.access) === 'wo')
          .reduce((bits, each) => bits | ((2 ** each.widthBits - 1) << each.lowBit), 0);
        expect((now ^ held) & ~mask & ~lost).toBe(0);
      }),
      { numRuns: effort(60, 200) },
    );
  });
});
