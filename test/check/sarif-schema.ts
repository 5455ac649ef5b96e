import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Ajv from 'ajv';

const require = createRequire(import.meta.url);
const readJson = (module: string): object => JSON.parse(readFileSync(require.resolve(module), 'utf8'));

/** The draft that the schema is written in, which this validator does not know by itself. */
const DRAFT = 'ajv/lib/refs/json-schema-draft-04.json';
/** OASIS's schema of SARIF 2.1.0, as a published package has it. */
const SCHEMA = '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';

const ajv = new Ajv({ schemaId: 'auto', meta: false, allErrors: true });
ajv.addMetaSchema(readJson(DRAFT));
const validate = ajv.compile(readJson(SCHEMA));

/** What OASIS's schema finds wrong with a log, written and read again; empty for a valid one. */
export function sarifFaults(log: unknown): string[] {
  if (validate(JSON.parse(JSON.stringify(log)))) return [];
  return (validate.errors ?? []).map(({ dataPath, message }) => `${dataPath}: ${message}`);
}
