import { describe, expect, it } from 'vitest';
import { asl } from '../../../src/aml/index.js';
import { generateDsdt } from '../../../src/firmware/index.js';
import { acpiexec } from '../../support/acpica.js';
import { accessesInAcpica, evaluateInAcpica } from '../../support/acpica-values.js';
import { needs } from '../../support/oracles.js';
import { readExample } from '../examples.js';
import { dsdtWithQueue, GPU0, platform, tableOf } from './dsm-probe.js';

const dsdt = generateDsdt(platform);
/** The function's trapped page. */
const TRAPPED = platform.vcfg.base + 0x3_0000n;
const [PFPM, NOTY] = [TRAPPED, TRAPPED + 8n];

describe('the power resource', () => {
  it('is on until it is turned off', async (context) => {
    needs(context, 'acpiexec');
    const [on, off, state] = ['_ON', '_OFF', '_STA'].map((name) => `${GPU0}.PRIC.${name}`) as [string, string, string];
    const evaluations = await evaluateInAcpica([dsdt], [state, off, state, off, on, state]);
    expect(evaluations.map(({ value }) => value)).toEqual([1n, undefined, 0n, undefined, undefined, 1n]);
    expect(evaluations.flatMap(({ complaints }) => complaints)).toEqual([]);
  });

  it('writes 1 to PFPM to be on and 0 to be off, and nothing else', async (context) => {
    needs(context, 'acpiexec');
    expect(await accessesInAcpica([dsdt], `${GPU0}.PRIC._ON`)).toEqual([['write', PFPM, 4, 1n]]);
    expect(await accessesInAcpica([dsdt], `${GPU0}.PRIC._OFF`)).toEqual([['write', PFPM, 4, 0n]]);
    expect(await accessesInAcpica([dsdt], `${GPU0}.PRIC._STA`)).toEqual([]);
  });

  it('is what the function needs in D0 and in D3hot', async (context) => {
    needs(context, 'acpiexec');
    const evaluations = await evaluateInAcpica([dsdt], [`${GPU0}._PR0`, `${GPU0}._PR3`]);
    expect(evaluations.map(({ value }) => value)).toEqual([['<PRIC>'], ['<PRIC>']]);
  });
});

describe('the handler of a function’s event', () => {
  /**
   * A host with notifications in its queue, which leaves it to the next with each one that the handler passes on, and
   * what was passed on. ACPICA's own words about notifications come from another thread, at any time.
   */
  const host = (first: number, next: number) =>
    tableOf('SSDT', [
      asl.Name('\\SEEN', asl.Package([0, 0, 0, 0])),
      asl.Name('\\COUN', 0),
      asl.Method('\\NEXT', { args: 1 }, [
        asl.If(asl.LLess(asl.path('\\COUN'), 4), [
          asl.Store(asl.Arg(0), asl.Index(asl.path('\\SEEN'), asl.path('\\COUN'))),
        ]),
        asl.Increment('\\COUN'),
        asl.Store(asl.Subtract(asl.path(`${GPU0}.NOTY`), next), `${GPU0}.NOTY`),
      ]),
      asl.Method('\\TEST', { serialized: true }, [asl.Store(first, `${GPU0}.NOTY`), asl.Call('\\_GPE._E00')]),
    ]);
  const passedOn = async (first: number, next: number) => {
    const evaluations = await evaluateInAcpica([dsdtWithQueue(), host(first, next)], ['\\TEST', '\\COUN', '\\SEEN']);
    expect(evaluations.flatMap(({ complaints }) => complaints)).toEqual([]);
    return evaluations.slice(1).map(({ value }) => value);
  };

  it.for([
    [0, 0n, [0n, 0n, 0n, 0n]],
    [1, 1n, [1n, 0n, 0n, 0n]],
    [3, 3n, [3n, 2n, 1n, 0n]],
  ] as const)('passes all %i notifications on, and no other', async ([length, count, seen], context) => {
    needs(context, 'acpiexec');
    expect(await passedOn(length, 1)).toEqual([count, seen]);
  });

  it('leaves a queue that never ends, after as many as a queue of the device core holds', async (context) => {
    needs(context, 'acpiexec');
    expect(await passedOn(5, 0)).toEqual([1024n, [5n, 5n, 5n, 5n]]);
  });

  it('notifies the function’s device', async (context) => {
    needs(context, 'acpiexec');
    const said = await acpiexec([dsdt], ['disassemble \\_GPE._E00']);
    expect(said).toMatch(/Notify \(\\_SB\.PC00\.PE18, Local0\)/);
  });

  it('reads an empty queue once', async (context) => {
    needs(context, 'acpiexec');
    expect(await accessesInAcpica([dsdt], '\\_GPE._E00')).toEqual([['read', NOTY, 4, 0n]]);
  });

  it('has the number that the platform gives the function', async (context) => {
    needs(context, 'acpiexec');
    const passthrough = readExample('passthrough');
    expect(passthrough.functions.map(({ name, gpe }) => `${name} ${gpe}`)).toEqual([
      'GPU0 64',
      'NIC0 0',
      'RP01 undefined',
      'SW02 undefined',
      'NVM0 1',
      'MGMT undefined',
      'NVM1 2',
    ]);
    const said = await acpiexec([generateDsdt(passthrough)], ['find _E??']);
    expect([...said.matchAll(/\\_GPE\.(_E\w\w) Method/g)].map(([, name]) => name).sort()).toEqual([
      '_E00',
      '_E01',
      '_E02',
      '_E40',
    ]);
  });
});
