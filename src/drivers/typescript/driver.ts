import type { DriverArray, DriverDescription } from '../../guest/driver-types.js';
import { checkPlatformShape } from '../../platform/platform-shape.js';
import type { FunctionDescription, NamedPart, Platform, RegisterArray } from '../../vocab/index.js';
import { DriverNames, lowerName, shortName, upperName } from '../driver-names.js';
import { commentLines, describe } from '../driver-text.js';
import { type FunctionKind, functionKinds } from '../function-kinds.js';
import { hasMailbox } from '../mailbox-layout.js';
import { requireName } from '../name-options.js';

/** Characters of text on a comment's line. */
const COMMENT_CHARACTERS = 110;

/** The most characters of an object that is written on one line. */
const LITERAL_CHARACTERS = 100;

type Names = Pick<NamedPart, 'name' | 'longName'>;

/** What a driver needs to know about a function, with the names as source text has them. */
function driverDescription(description: FunctionDescription): DriverDescription {
  const { address, registers, shared, wide, arrays } = description;
  return {
    name: upperName(description),
    address: { bus: address.bus, device: address.device, function: address.function },
    registers: registers.map((register) => ({
      name: ownName(register),
      index: register.index,
      access: register.access,
      reset: register.reset,
      ...(register.reserved === undefined ? {} : { reserved: register.reserved }),
      ...(register.key === undefined ? {} : { key: register.key }),
      ...(register.writeMask === undefined ? {} : { writeMask: register.writeMask }),
      fields: register.fields.map((field) => ({
        name: ownName(field),
        lowBit: field.lowBit,
        widthBits: field.widthBits,
        ...(field.access === undefined ? {} : { access: field.access }),
      })),
    })),
    shared: shared.map((run) => ({
      name: ownName(run),
      offsetBytes: run.offsetBytes,
      lengthBytes: run.lengthBytes,
    })),
    ...(wide === undefined
      ? {}
      : {
          wide: wide.map((each) => ({
            name: ownName(each),
            index: each.index,
            access: each.access,
            writeOrder: each.writeOrder,
          })),
        }),
    ...(arrays === undefined ? {} : { arrays: arrays.map((array) => driverArray(array, description)) }),
  };
}

/** An array and its elements, by the names that the driver has for them. */
function driverArray(array: RegisterArray, { registers, wide = [] }: FunctionDescription): DriverArray {
  const rows = new Map((array.isWide ? wide : registers).map((row): [string, Names] => [row.name, row]));
  const elements = array.elements.map((name) => rows.get(name) ?? { name });
  // An array is called as its elements are: by a long name, or by the NameSeg.
  const isLong = elements.some(({ longName }) => longName !== undefined);
  return {
    name: isLong ? lowerName(array) : shortName(array.name),
    counts: array.counts,
    elements: elements.map(ownName),
  };
}

/** A part's name as a driver's user writes it: the long name as it is, or else the NameSeg. */
function ownName({ name, longName }: Names): string {
  return longName ?? shortName(name);
}

/** The named values of all fields: `SENS_VALUES.CTRL.MODE.idle`. */
function valueLines(names: DriverNames, prefix: string, description: FunctionDescription): string[] {
  const lines = description.registers.flatMap((register) => {
    const fields = register.fields.flatMap((field) => {
      if (field.values === undefined || field.values.length === 0) return [];
      const values = field.values.map(({ name, value }) => `${name}: ${value}`);
      return [`${ownName(field)}: { ${values.join(', ')} },`];
    });
    return fields.length === 0 ? [] : [`${ownName(register)}: {`, ...indented(fields), '},'];
  });
  if (lines.length === 0) return [];
  const name = upperName(description);
  const own = names.claim(`${prefix}${name}_VALUES`, name);
  return [
    '',
    `/** Values of fields of ${name} by name. */`,
    `export const ${own} = {`,
    ...indented(lines),
    '} as const;',
  ];
}

/** An object or array literal on one line. A description holds only names, numbers and short texts. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, part]) => `${key}: ${literal(part)}`);
    return `{ ${entries.join(', ')} }`;
  }
  if (typeof value === 'bigint') return `0x${value.toString(16)}n`;
  return typeof value === 'string' ? `'${value}'` : String(value);
}

/** An object on one line. If that is too long: one line for each key, and one for each element of its lists. */
function objectLines(value: object): string[] {
  const line = `${literal(value)},`;
  if (line.length <= LITERAL_CHARACTERS) return [line];
  const parts = Object.entries(value).flatMap(([key, part]) =>
    Array.isArray(part) ? listLines(key, part) : [`${key}: ${literal(part)},`],
  );
  return ['{', ...indented(parts), '},'];
}

function listLines(key: string, items: readonly unknown[]): string[] {
  const isPlain = items.every((item) => typeof item !== 'object');
  if (isPlain) return items.length === 0 ? [`${key}: [],`] : wrapped(key, items.map(literal));
  return [`${key}: [`, ...indented(items.flatMap((item) => objectLines(item as object))), '],'];
}

/** A list of short texts, as many on a line as there is room for. */
function wrapped(key: string, texts: readonly string[]): string[] {
  const whole = `${key}: [${texts.join(', ')}],`;
  if (whole.length <= LITERAL_CHARACTERS) return [whole];
  const lines: string[] = [];
  let line = '';
  for (const text of texts) {
    if (line !== '' && line.length + text.length + 2 > LITERAL_CHARACTERS) {
      lines.push(line);
      line = '';
    }
    line += `${line === '' ? '' : ' '}${text},`;
  }
  return [`${key}: [`, ...indented([...lines, line]), '],'];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function comment(words: string): string[] {
  const lines = commentLines(words, COMMENT_CHARACTERS);
  return lines.length === 1 ? [`/** ${lines[0]} */`] : ['/**', ...lines.map((line) => ` * ${line}`), ' */'];
}

function functionLines(
  names: DriverNames,
  prefix: string,
  description: FunctionDescription,
  { first }: FunctionKind,
): string[] {
  const name = upperName(description);
  const own = `${prefix}${name}`;
  const { bus, device, function: fn } = description.address;
  const address = { bus, device, function: fn };
  const words = describe(description);
  const { bars, msix } = description;
  const pci = [
    ...(bars === undefined
      ? []
      : listLines(
          'bars',
          bars.map(({ index, longName, kind, sizeBytes }) => {
            return { index, ...(longName !== undefined && { longName }), kind, sizeBytes };
          }),
        )),
    ...(msix === undefined ? [] : [`msix: ${literal({ vectors: msix.vectors, names: msix.names })},`]),
  ];
  const lists = () => {
    const { registers, shared, wide, arrays } = driverDescription(description);
    return [
      ...indented(listLines('registers', registers)),
      ...indented(listLines('shared', shared)),
      ...(wide === undefined ? [] : indented(listLines('wide', wide))),
      ...(arrays === undefined ? [] : indented(listLines('arrays', arrays))),
    ];
  };
  return [
    '',
    ...comment(words === '' ? `Function ${name}.` : `Function ${name}, ${words}`),
    `export const ${names.claim(own, name)} = {`,
    ...(first === description ? [] : [`  ...${prefix}${upperName(first)},`]),
    `  name: '${name}',`,
    `  address: ${literal(address)},`,
    ...indented(pci),
    ...(first === description ? lists() : []),
    '} as const satisfies DriverDescription;',
    '',
    `/** Reads \\VCFG and returns a driver for ${name}. Throws a GuestError if there is no window there. */`,
    `export function open${own}(ports: GuestPorts): Driver<typeof ${own}> {`,
    `  return openFunction({ buses: ${prefix}BUSES, ...ports, description: ${own} });`,
    '}',
    ...(first === description ? valueLines(names, prefix, description) : []),
    ...(description.profile === 'vfio' ? mailboxLines(prefix, name) : []),
  ];
}

function mailboxLines(prefix: string, name: string): string[] {
  const own = `${prefix}${name}`;
  return [
    '',
    `/** Reads \\VCFG and returns the mailbox of ${name}: _DSM, notifications and power. Throws as open${own} does. */`,
    `export function open${own}Mailbox(ports: GuestPorts): Mailbox {`,
    `  return openMailbox(openWindow({ buses: ${prefix}BUSES, ...ports }), ${own}.address);`,
    '}',
  ];
}

/** What the module imports from the library. */
function importLines(platform: Platform): string[] {
  const types = ['Driver', 'DriverDescription', 'GuestPorts', ...(hasMailbox(platform) ? ['Mailbox'] : [])];
  const functions = ['openFunction', ...(hasMailbox(platform) ? ['openMailbox', 'openWindow'] : [])];
  const names = [...types.map((name) => `type ${name}`), ...functions];
  return ['import {', ...indented(names.map((name) => `${name},`)), "} from 'acpi-vcfg/guest';"];
}

export interface TypeScriptDriverOptions {
  /** The prefix of every exported name, such as `HUB` for `HUB_SENS` and `openHUB_SENS`. Default: none. */
  readonly prefix?: string;
}

/**
 * A TypeScript module with a typed driver for each function, `openSENS({ acpi, memory }).read('CTRL')`, and its mailbox if
 * it has one. It imports `acpi-vcfg/guest`. Depends on the platform alone.
 * @throws GuestError DRIVER_NAME_COLLISION if two functions have the same name; TypeError if the prefix cannot be one.
 */
export function generateTypeScriptDriver(platform: Platform, options: TypeScriptDriverOptions = {}): string {
  checkPlatformShape(platform);
  if (options.prefix !== undefined) requireName('prefix', options.prefix);
  const prefix = options.prefix === undefined ? '' : `${options.prefix}_`;
  const names = new DriverNames();
  const functions = [...functionKinds(platform.functions)].flatMap(([description, kind]) =>
    functionLines(names, prefix, description, kind),
  );
  names.requireDistinct();
  const { base, buses } = platform.vcfg;
  return [
    '/** Registers of the VCFG window. Generated by acpi-vcfg from a platform file. Do not edit. */',
    ...importLines(platform),
    '',
    '/** Base of the window on the platform that this was generated for. The real base is the value of \\VCFG. */',
    `export const ${prefix}BASE_EXPECTED = 0x${base.toString(16)}n;`,
    '/** Buses in the window. */',
    `export const ${prefix}BUSES = ${buses};`,
    ...functions,
    '',
  ].join('\n');
}
