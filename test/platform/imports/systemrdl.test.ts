import { describe, expect, it } from 'vitest';
import { importRegisters } from '../../../src/platform/imports/index.js';

const FIELD = 'field {} f;';
const read = async (text: string) => {
  const { platform, diagnostics, leftOut } = await importRegisters(text, { file: 'a.rdl' });
  return { functions: platform?.functions ?? [], diagnostics, left: leftOut.map(({ kind }) => kind) };
};

describe('SystemRDL', () => {
  it('with a comment that does not end is refused where it begins', async () => {
    const { functions, diagnostics } = await read(`addrmap m { reg { ${FIELD} } r; };\n  /* lost`);
    expect(functions).toEqual([]);
    expect(diagnostics).toMatchObject([
      {
        code: 'IMPORT_RDL_SYNTAX',
        severity: 'error',
        message: 'The comment has no end.',
        place: { line: 2, column: 3 },
      },
    ]);
  });

  it('with a regfile without registers has nothing of it', async () => {
    const { functions, diagnostics, left } = await read(
      `addrmap m { reg { ${FIELD} } r @ 0x0; regfile { } none[4] @ 0x40; };`,
    );
    expect([diagnostics, left]).toEqual([[], []]);
    expect(functions.flatMap(({ registers }) => registers.map(({ index }) => index))).toEqual([0]);
  });

  it('takes defaults from around, those nearest first', async () => {
    const { functions } = await read(`addrmap m {
      default sw = r;
      regfile { default reset = 1; reg { ${FIELD} } r; } g;
      regfile { default sw = rw; reg { ${FIELD} } r; } h;
      reg { ${FIELD} } plain;
    };`);
    expect(functions[0]?.registers.map(({ index, access, reset }) => [index, access, reset])).toEqual([
      [0, 'ro', 1],
      [1, 'rw', 0],
      [2, 'ro', 0],
    ]);
  });

  it('makes a function of each address map of an array', async () => {
    const { functions } = await read(
      `addrmap part { reg { ${FIELD} } r; }; addrmap top { part p[3] @ 0x1000 += 0x100; part q[2][2] @ 0x2000; };`,
    );
    expect(functions.map(({ longName, name }) => longName ?? name)).toEqual([
      ...['P0', 'P1', 'P2', 'q0_0', 'q0_1', 'q1_0', 'q1_1'],
    ]);
    expect(functions.every(({ registers }) => registers.length === 1)).toBe(true);
  });

  it('numbers value names that are alike once they are words', async () => {
    const { functions } = await read(
      'enum speed { Fast = 1; FAST = 2; fast_2 = 3; }; addrmap m { reg { field { encode = speed; } s[2]; } r; };',
    );
    expect(functions[0]?.registers[0]?.fields[0]?.values).toEqual([
      { name: 'fast', value: 1 },
      { name: 'fast_2', value: 2 },
      { name: 'fast_2_2', value: 3 },
    ]);
  });
});
