import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Ajv from 'ajv';

const require = createRequire(import.meta.url);
const readJson = (path: string): object => JSON.parse(readFileSync(path, 'utf8'));

const ajv = new Ajv({ schemaId: 'auto', meta: false, allErrors: true });
// The draft that the schema is written in, which this validator does not know by itself; then the schema of SARIF 2.1.0.
ajv.addMetaSchema(readJson(require.resolve('ajv/lib/refs/json-schema-draft-04.json')));
const validate = ajv.compile(readJson(require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json')));

/** What OASIS's schema finds wrong with a log, written and read again; empty for a valid one. */
export function sarifFaults(log: unknown): string[] {
  if (validate(JSON.parse(JSON.stringify(log)))) return [];
  return (validate.errors ?? []).map(({ dataPath, message }) => `${dataPath}: ${message}`);
}
