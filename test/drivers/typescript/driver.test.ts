import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import fc from 'fast-check';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { generateTypeScriptDriver } from '../../../src/drivers/index.js';
import * as guest from '../../../src/guest/index.js';
import { acpiWith, recordingMemory } from '../../guest/guest-memory.js';
import { projectFolder } from '../../support/shared-material.js';
import { fixturePlatforms, nameablePlatforms } from '../nameable-platform.js';
import { functionNamed, GPU0, LOOP, SENS, samplePlatform } from '../sample-platform.js';

/** What a user of the package gets for a generated module. */
function load(source: string): Record<string, unknown> {
  const { outputText } = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.CommonJS } });
  const exports = {};
  const require = (name: string) => {
    expect(name).toBe('acpi-vcfg/guest');
    return guest;
  };
  compileFunction(outputText, ['exports', 'require'])(exports, require);
  return exports;
}

/** What the compiler says of files that are not on disk, by name. */
function typeErrors(files: Readonly<Record<string, string>>): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
    paths: { 'acpi-vcfg/guest': [join(projectFolder, 'src/guest/index.ts')] },
  };
  const host = ts.createCompilerHost(options);
  const texts = new Map(Object.entries(files).map(([name, text]) => [join(projectFolder, name), text]));
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  host.getSourceFile = (path, ...rest) => {
    const text = texts.get(path);
    return text === undefined ? getSourceFile(path, ...rest) : ts.createSourceFile(path, text, ts.ScriptTarget.ES2023);
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${file?.fileName.split('/').at(-1)}:${line} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

test('knows registers and fields by name, and lets nothing else pass', () => {
  const uses = `
import { openGPU0Mailbox, openLOOP, openSENS, SENS } from './generated.js';
declare const ports: import('acpi-vcfg/guest').GuestPorts;
const driver = openSENS(ports);
export const value: number = driver.read('CTRL') + driver.readField('CTRL', 'RATE') + driver.run('RING').read(0);
driver.writeFields('IRQS', { LOST: 1 });
openLOOP(ports).write('A__B', 1);
export const device: 4 = SENS.address.device;
export const reset: 1 = SENS.registers[0].reset;
export const { RATE }: { readonly RATE: number } = driver.readFields('CTRL');
export const popped: number | undefined = openGPU0Mailbox(ports).popNotification();
driver.read('KICK');
driver.write('STAT', 1);
driver.readField('STAT', 'RATE');
driver.read('A__B');
driver.withFields('CTRL', 0, { LOST: 1 });
`;
  const generated = generateTypeScriptDriver(samplePlatform([SENS, LOOP, GPU0]));
  // All platforms in one program: starting the compiler is most of the time.
  const others = fixturePlatforms().map((platform, index) => [`${index}.ts`, generateTypeScriptDriver(platform)]);
  const files = { 'generated.ts': generated, 'uses.ts': uses, ...Object.fromEntries(others) };
  expect(typeErrors(files).map((line) => line.slice(0, 50))).toEqual([
    ...[12, 13, 14, 15, 16].map((line) => expect.stringContaining(`uses.ts:${line} `)),
  ]);
});

test('drives the function that it was made for', () => {
  const module = load(generateTypeScriptDriver(samplePlatform()));
  expect([module.BASE_EXPECTED, module.BUSES]).toEqual([0x2_4000_0000n, 256]);
  const open = module.openSENS as (ports: guest.GuestPorts) => guest.Driver<typeof SENS>;
  const memory = recordingMemory();
  const driver = open({ acpi: acpiWith(0x1_0000_0000n), memory });
  driver.writeFields('CTRL', { RATE: 5 });
  expect(memory.accesses).toEqual([
    ['read', 0x1_0004_0000n, 0],
    ['write', 0x1_0004_0000n, 0x50],
  ]);
});

test('opens the mailbox of a function that has one, and only of such', () => {
  const module = load(generateTypeScriptDriver(samplePlatform([GPU0, SENS])));
  const open = module.openGPU0Mailbox as (ports: guest.GuestPorts) => guest.Mailbox;
  const memory = recordingMemory();
  open({ acpi: acpiWith(0x1_0000_0000n), memory }).leaveLowPower();
  expect(memory.accesses).toEqual([['write', 0x1_0003_0000n, 1]]);
  expect(module.openSENSMailbox).toBeUndefined();
});

test('holds what the platform says, for any platform', () => {
  const trimmed = (name: string) => name.replace(/_+$/, '');
  fc.assert(
    fc.property(nameablePlatforms(), (platform) => {
      const source = generateTypeScriptDriver(platform);
      expect(source).toMatch(/^[\x20-\x7e\n]*$/);
      const module = load(source);
      for (const description of platform.functions) {
        expect(module[trimmed(description.name)]).toEqual({
          name: trimmed(description.name),
          address: description.address,
          registers: description.registers.map(({ name, index, access, reset, fields }) => ({
            name: trimmed(name),
            index,
            access,
            reset,
            fields: fields.map((field) => ({ ...field, name: trimmed(field.name) })),
          })),
          shared: description.shared.map((run) => ({ ...run, name: trimmed(run.name) })),
        });
      }
    }),
    { numRuns: 15 },
  );
});

test('refuses one name twice', () => {
  const pair = [functionNamed('AB__', 1, {}), functionNamed('AB', 2, {})];
  expect(() => generateTypeScriptDriver(samplePlatform(pair))).toThrow(/AB twice.*\[DRIVER_NAME_COLLISION\]/);
});
