import { requirePlatform } from '../../src/platform/index.js';

/** A function with each key that says more of a register than its access: fields that differ, keys, arrays, 64 bits. */
export const RULED_FILE = `
groups:
  channel:
    registers:
      - { name: CT, longName: control, index: 0, fields: [{ name: EN, longName: enable, bits: 0 }, { longName: mode, bits: 3..1, values: { idle: 0, run: { value: 1, description: "Runs. \\\\" }, reset: 2, mask: 3 } }] }
      - { longName: byte_count, index: 2, width: 64 }
functions:
  - address: 00:04.0
    name: SENS
    longName: sensor_hub
    registers:
      - name: STAT
        index: 0
        fields:
          - { name: EN, bits: 0 }
          - { name: RATE, longName: sample_rate_of_each_channel, bits: 7..4, unit: Hz, min: 1, max: 10 }
          - { name: PEND, bits: 8, access: w1c }
          - { name: TRIG, bits: 9, access: w1s }
          - { name: BUSY, bits: 10, access: ro }
          - { name: GO, bits: 11, access: wo }
          - { name: LATE, bits: 13..12, access: w1c }
      - { name: TIME, longName: timestamp, index: 2, width: 64, fields: [{ name: NS, bits: 39..12 }, { name: LO, bits: 5..0 }], reset: 0x1_0000_0002 }
      - { name: TGT, longName: target, index: 4, width: 64, writeOrder: high-first }
      - { name: CNT, index: 6, width: 64, access: ro }
      - { name: CH, index: 8, count: 3, stride: 2, fields: [{ name: V, bits: 7..0 }] }
      - { name: LOCK, index: 20, key: { bits: 31..24, value: 0x5a }, fields: [{ name: KF, bits: 3..0 }, { name: KG, bits: 7..4 }] }
      - { name: GATE, index: 21, writeMask: 31..16, fields: [{ name: HW, bits: 3..0 }, { name: HV, bits: 7..4 }] }
      - { name: ONES, index: 22, reserved: one, fields: [{ name: OF, bits: 3..0 }] }
      - { name: ZERO, index: 23, reserved: zero, fields: [{ name: ZF, bits: 3..0 }] }
      - { name: ERRS, index: 24, access: rc, fields: [{ name: E1, bits: 3..0 }, { name: E2, bits: 7..4, access: rw }] }
      - { name: ERR2, index: 25, access: rc, fields: [{ name: D1, bits: 3..0, access: rw }, { name: D2, bits: 7..4, access: rw }] }
    instances:
      - { group: channel, name: C, longName: dma, index: 32, count: 2, stride: 8 }
    shared:
      - { longName: sample_ring, offset: 0, bytes: 2048 }
`;

export const ruledPlatform = () => requirePlatform(RULED_FILE);
