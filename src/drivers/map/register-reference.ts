import { PAGE_BYTES, REGISTER_BYTES } from '../../guest/address.js';
import { accessesOf, fieldMask } from '../../guest/register-rules.js';
import { checkPlatformShape } from '../../platform/platform-shape.js';
import { VFIO_DSM, VFIO_MAILBOX_TYPES, VFIO_REGISTERS } from '../../platform/vfio-profile.js';
import type { BitRun, FieldDescription, Platform, RegisterDescription } from '../../vocab/index.js';
import { ACCESS_MEANINGS, fieldReset } from '../accessors.js';
import { describe, describeField } from '../driver-text.js';
import { type MappedFunction, mappedFunctions, type SharedRow } from './mapped-functions.js';
import { groupedHex, offsetText, plainText, sizeText } from './plain-text.js';
import { isDrawn } from './svg-map.js';

export interface RegisterReferenceOptions {
  /** Path of a picture of the window, to be shown in the page. */
  readonly windowPicture?: string;
  /** Path of the picture of a function, by the function's name. */
  readonly functionPicture?: (name: string) => string;
}

/** `7..4`, or one bit alone. */
function bitsText({ lowBit, widthBits }: BitRun): string {
  return widthBits === 1 ? `${lowBit}` : `${lowBit + widthBits - 1}..${lowBit}`;
}

function pageText(base: bigint): string {
  return `${code(groupedHex(base))} to ${code(groupedHex(base + BigInt(PAGE_BYTES - 1)))}`;
}

function registerTable({ description, trapped }: MappedFunction): string[] {
  const rows = description.registers.map((register) => {
    const offset = register.index * REGISTER_BYTES;
    return [
      `${register.index}`,
      code(offsetText(offset)),
      code(groupedHex(trapped + BigInt(offset))),
      code(register.name),
      accessesOf(register).join(', '),
      code(groupedHex(register.reset)),
      markdownText(registerWords(register)),
    ];
  });
  return markdownTable(['index', 'offset', 'address', 'register', 'access', 'reset', ''], rows);
}

function fieldTable(register: RegisterDescription): string[] {
  const rows = [...register.fields]
    .reverse()
    .map((field) => [
      bitsText(field),
      code(field.name),
      code(groupedHex(fieldMask(field), 8)),
      code(groupedHex(fieldReset(register, field))),
      markdownText(fieldWords(field)),
    ]);
  return markdownTable(['bits', 'field', 'mask', 'reset', ''], rows);
}

const sentence = (parts: readonly (string | undefined)[]) => parts.filter((part) => part).join('; ');

/** What a register is and what its writes carry, in the order of its keys in the platform file. */
function registerWords(register: RegisterDescription): string {
  const { longName, reserved, key, writeMask } = register;
  return sentence([
    longName,
    describe(register),
    key && `bits ${bitsText(key)} must be ${groupedHex(key.value)} in a write`,
    writeMask && `bits ${bitsText(writeMask)} enable writes of the bits from 0 up`,
    reserved &&
      {
        preserve: 'reserved bits are kept',
        zero: 'reserved bits are written as 0',
        one: 'reserved bits are written as 1',
      }[reserved],
  ]);
}

function fieldWords(field: FieldDescription): string {
  const values = (field.values ?? []).map(({ name, value, description }) => {
    return `${value} ${name}${description === undefined ? '' : `: ${description}`}`;
  });
  return sentence([field.longName, describeField(field), field.access, values.join(', ')]);
}

/** The registers of 64 bits, by their low dwords. */
function wideLines({ description: { wide = [] } }: MappedFunction): string[] {
  if (wide.length === 0) return [];
  const rows = wide.map((each) => [
    `${each.index}`,
    code(each.longName ?? each.name),
    each.access,
    code(groupedHex(each.reset)),
    each.writeOrder === 'low-first' ? 'the low dword first' : 'the high dword first',
    markdownText(describe(each)),
  ]);
  return ['', ...markdownTable(['index', '64 bits', 'access', 'reset', 'written', ''], rows)];
}

/** The arrays of registers. One within another has a count and a stride for each, from the outermost. */
function arrayLines({ description: { arrays = [] } }: MappedFunction): string[] {
  const rows = arrays.map((array) => [
    `${array.index}`,
    code(array.longName ?? array.name),
    array.counts.join(' × '),
    array.strides.join(', '),
  ]);
  return rows.length === 0 ? [] : ['', ...markdownTable(['first index', 'array', 'elements', 'stride'], rows)];
}

/** What reading and writing a register of the profile does, besides its access. */
function profileLines({ description }: MappedFunction): string[] {
  if (description.profile === undefined) return [];
  const rows = VFIO_REGISTERS.map(({ name, onRead, onWrite }) => [
    code(name),
    markdownText(onRead),
    markdownText(onWrite),
  ]);
  return ['', ...markdownTable(['register', 'when read', 'when written'], rows)];
}

function sharedTable(base: bigint, rows: readonly SharedRow[]): string[] {
  return markdownTable(
    ['offset', 'address', 'name', 'size', ''],
    rows.map((row) => [
      `${code(offsetText(row.offsetBytes))} to ${code(offsetText(row.offsetBytes + row.lengthBytes - 1))}`,
      code(groupedHex(base + BigInt(row.offsetBytes))),
      code(row.name),
      sizeText(row.lengthBytes),
      markdownText(sentence([row.longName, describe(row)])),
    ]),
  );
}

function sharedLines({ description, mailbox, shared }: MappedFunction): string[] {
  const types = Object.entries(VFIO_MAILBOX_TYPES).map(([type, value]) => `${value} ${type}`);
  const mailboxLines =
    mailbox.result.length === 0
      ? []
      : [
          '',
          `The guest writes the arguments of \`_DSM\` to the mailbox, then any value to ${code(VFIO_DSM.register)}:`,
          '',
          ...sharedTable(shared, mailbox.arguments),
          '',
          'It then finds the result in the same bytes:',
          '',
          ...sharedTable(shared, mailbox.result),
          '',
          `Types: ${types.join(', ')}.`,
        ];
  const runs = description.shared.length === 0 ? [] : ['', ...sharedTable(shared, description.shared)];
  return mailboxLines.length + runs.length === 0 ? [] : ['', '### Shared page', ...mailboxLines, ...runs];
}

/** BARs, MSI-X and capabilities, a row each. */
function pciFacts({ description: { bars = [], msix, capabilities = [] } }: MappedFunction): string[][] {
  const ofBars = bars.map(({ index, longName, kind, sizeBytes, prefetchable, description }) => [
    `BAR ${index}`,
    markdownText(
      sentence([longName, `${kind}${prefetchable ? ' prefetchable' : ''}, ${sizeBytes} bytes`, description]),
    ),
  ]);
  const ofCapabilities = capabilities.map(({ id, version, bytes }) => [
    version === undefined ? 'capability' : 'extended capability',
    `${code(groupedHex(id))}, ${bytes.length + (version === undefined ? 2 : 4)} bytes`,
  ]);
  if (msix === undefined) return [...ofBars, ...ofCapabilities];
  const places = `table in BAR ${msix.table.bar} at ${code(offsetText(msix.table.offsetBytes))}, pending bits in BAR ${msix.pba.bar} at ${code(offsetText(msix.pba.offsetBytes))}`;
  const names = msix.names.map((name, vector) => `${vector} ${name}`).join(', ');
  return [...ofBars, ...ofCapabilities, ['MSI-X', sentence([`${msix.vectors} vectors`, places, markdownText(names)])]];
}

function functionLines(mapped: MappedFunction, options: RegisterReferenceOptions): string[] {
  const { description, bdf, path, trapped, shared } = mapped;
  const { ids } = description;
  const words = markdownText(describe(description));
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
  const picture = options.functionPicture?.(description.name);
  const facts = [
    ['PCI address', code(bdf)],
    ...(path === undefined ? [] : [['ACPI path', code(path)]]),
    [
      'IDs',
      `vendor ${code(hex(ids.vendor, 4))}, device ${code(hex(ids.device, 4))}, class ${code(hex(ids.classCode, 6))}`,
    ],
    ['trapped page', pageText(trapped)],
    ['shared page', pageText(shared)],
    ...pciFacts(mapped),
  ];
  const withFields = description.registers.filter(({ fields }) => fields.length > 0);
  return [
    '',
    `## ${description.name}`,
    ...(words === '' ? [] : ['', words]),
    '',
    ...markdownTable(['', ''], facts),
    ...(picture === undefined ? [] : ['', `![Pages and registers of ${description.name}](${picture})`]),
    ...(description.registers.length === 0 ? [] : ['', '### Registers', '', ...registerTable(mapped)]),
    ...wideLines(mapped),
    ...arrayLines(mapped),
    ...profileLines(mapped),
    ...withFields.flatMap((register) => ['', `#### ${description.name}.${register.name}`, '', ...fieldTable(register)]),
    ...sharedLines(mapped),
  ];
}

function functionTable(functions: readonly MappedFunction[]): string[] {
  const rows = functions.map(({ description, bdf, path, trapped, shared }) => [
    code(bdf),
    code(description.name),
    markdownText(description.label ?? ''),
    path === undefined ? '' : code(path),
    code(groupedHex(trapped)),
    code(groupedHex(shared)),
  ]);
  return markdownTable(['address', 'function', '', 'ACPI path', 'trapped page', 'shared page'], rows);
}

const ACCESS_LINES = [
  'A register accessed as',
  '',
  ...Object.entries(ACCESS_MEANINGS).map(([access, meaning]) => `- ${code(access)} ${meaning}`),
  '',
  'Every access of the trapped page must be an aligned access of 4 bytes, and leaves the guest. The shared page is memory.',
];

/**
 * The register reference of a platform as Markdown: the window, every function with its addresses, and the registers,
 * fields and shared runs of those that have any. Depends on the platform alone.
 * @throws RangeError if a function's bus, or a register, is outside the window.
 */
export function generateRegisterReference(platform: Platform, options: RegisterReferenceOptions = {}): string {
  checkPlatformShape(platform);
  const { base, buses, lengthBytes } = platform.vcfg;
  const functions = mappedFunctions(platform);
  const range = `${code(groupedHex(base))} to ${code(groupedHex(base + BigInt(lengthBytes) - 1n))}`;
  const size = `${buses === 1 ? '1 bus' : `${buses} buses`}, ${sizeText(lengthBytes)}`;
  return [
    '# Registers of the VCFG window',
    '',
    'Generated by acpi-vcfg from a platform file. Do not edit.',
    '',
    `The window is at ${range}: ${size}. A guest must take its base from \`\\VCFG\`, not from this page.`,
    '',
    ...ACCESS_LINES,
    ...(options.windowPicture === undefined ? [] : ['', `![The window and its functions](${options.windowPicture})`]),
    ...(functions.length === 0 ? [] : ['', ...functionTable(functions)]),
    ...functions.filter(isDrawn).flatMap((mapped) => functionLines(mapped, options)),
    '',
  ].join('\n');
}

/** Any text as Markdown that says the same: no markup, no HTML, no entity, one line. CommonMark 0.31 §2.4 */
export function markdownText(text: string): string {
  return plainText(text)
    .replaceAll(/[\\`*_[\]<>&|~$]/g, '\\$&')
    .replace(/^([-+=#]|[0-9]+(?=[.)]))/, (start) => (/[0-9]/.test(start) ? `${start}\\` : `\\${start}`));
}

/** A name or a number as code. It holds no backtick. */
function code(text: string): string {
  return `\`${text}\``;
}

/** A table in the form that GitHub and most other readers know; cells are Markdown. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
