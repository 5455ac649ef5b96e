import { describe, expect, it } from 'vitest';
import { asl } from '../../src/aml/index.js';
import { generateDsdt } from '../../src/firmware/index.js';
import { acpiexec } from '../support/acpica.js';
import { accessesInAcpica, evaluateInAcpica } from '../support/acpica-values.js';
import { needs } from '../support/oracles.js';
import { dsdtWithQueue, GPU0, platform, tableOf } from './dsm-probe.js';
import { readExample } from './examples.js';

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

/** What ACPICA says when a device is notified. */
const notifiedIn = (said: string) =>
  [...said.matchAll(/Received a \w+ Notify on \[(\w+)\].*Value 0x(\w+)/g)].map(
    ([, device, value]) => `${device} ${value}`,
  );

describe('the handler of a function’s event', () => {
  /** A host whose queue is a number that falls by one with each notification taken. */
  const queue = (length: number) =>
    tableOf('SSDT', [
      asl.Name('\\LEFT', length),
      asl.Method('\\FILL', { serialized: true }, [asl.Store(asl.path('\\LEFT'), `${GPU0}.NOTY`)]),
      asl.Method('\\NEXT', { serialized: true }, [
        asl.Decrement('\\LEFT'),
        asl.Store(asl.path('\\LEFT'), `${GPU0}.NOTY`),
      ]),
      asl.Method('\\TEST', { serialized: true }, [asl.Call('\\FILL'), asl.Call('\\_GPE._E00')]),
    ]);

  it.for([
    [0, []],
    [1, ['PE18 01']],
    [3, ['PE18 03', 'PE18 02', 'PE18 01']],
  ] as const)('takes all %i notifications and tells the device of each', async ([length, expected], context) => {
    needs(context, 'acpiexec');
    const said = await acpiexec([dsdtWithQueue(), queue(length)], ['evaluate \\TEST']);
    expect(notifiedIn(said)).toEqual(expected);
  });

  it('reads an empty queue once', async (context) => {
    needs(context, 'acpiexec');
    expect(await accessesInAcpica([dsdt], '\\_GPE._E00')).toEqual([['read', NOTY, 4, 0n]]);
  });

  it('leaves a queue that never ends, after as many as a queue of the device core holds', async (context) => {
    needs(context, 'acpiexec');
    const endless = tableOf('SSDT', [
      asl.Method('\\TEST', { serialized: true }, [asl.Store(5, `${GPU0}.NOTY`), asl.Call('\\_GPE._E00')]),
    ]);
    const accesses = await accessesInAcpica([dsdt, endless], '\\TEST');
    expect(accesses.slice(1)).toEqual(new Array(1024).fill(['read', NOTY, 4, 5n]));
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
