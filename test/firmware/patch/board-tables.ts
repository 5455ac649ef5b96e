import { asl, eisaId, encodeAml, type Term } from '../../../src/aml/index.js';
import { DiagnosticError } from '../../../src/base/index.js';
import { decodeTable } from '../../../src/firmware/index.js';
import { encodeTable } from '../../../src/tables/index.js';

const identity = {
  revision: 2,
  oemId: 'BOARD',
  oemTableId: 'BOARD',
  oemRevision: 1,
  creatorId: 'TEST',
  creatorRevision: 1,
};

export const tableOf = (terms: readonly Term[], signature = 'DSDT'): Uint8Array =>
  encodeTable({ ...identity, signature }, encodeAml(terms));

export const hexOf = (terms: readonly Term[]): string => Buffer.from(encodeAml(terms)).toString('hex');

export const bodyOf = (table: Uint8Array): string => hexOf(decodeTable(table).terms);

/** A host bridge with other terms in it. */
export const bridge = (...terms: readonly Term[]): Term =>
  asl.Device('\\_SB.PCI0', [asl.Name('_HID', eisaId('PNP0A08')), ...terms]);

/** The codes of what a call is refused for; those of no refusal are empty. */
export function refusal(call: () => unknown): string[] {
  try {
    call();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics.map(({ code }) => code);
    throw error;
  }
  return [];
}
