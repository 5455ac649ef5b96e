import type { ArgumentRow, Command } from '../../src/cli/command.js';
import { COMMANDS } from '../../src/cli/commands.js';

/** Text as roff has it: no character that begins a request or an escape. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('’', '\\(cq')
    .replaceAll(/^(['.])/gm, '\\&$1');
}

function optionTag(name: string, row: ArgumentRow): string {
  const short = row.alias === undefined ? '' : `\\fB\\-${row.alias}\\fR, `;
  const value =
    row.type === 'string'
      ? ` \\fI${row.choices?.length === 2 ? roff(row.choices.join('|')) : roff(name.toUpperCase())}\\fR`
      : '';
  const shown = row.default === true ? `no-${name}` : name;
  return `${short}\\fB\\-\\-${roff(shown)}\\fR${value}`;
}

function usageOf({ command, builder }: Command): string {
  const words = Object.entries(builder).flatMap(([name, row]) => {
    const shown = `\\fI${roff(name.toUpperCase())}\\fR${row.array ? '...' : ''}`;
    if (row.positional) return [row.demand ? shown : `[${shown}]`];
    return row.demand ? [optionTag(name, row)] : [];
  });
  return ['.B vcfg', command].join(' ').concat(words.length === 0 ? '' : `\n${words.join(' ')}`, '\n[\\fIOPTIONS\\fR]');
}

function commandLines(command: Command): string[] {
  return [
    `.SS ${command.command}`,
    roff(`${command.describe}.`),
    '.PP',
    usageOf(command),
    ...Object.entries(command.builder).flatMap(([name, row]) => [
      '.TP',
      row.positional ? `\\fI${roff(name.toUpperCase())}\\fR` : optionTag(name, row),
      roff(`${row.describe}.`),
    ]),
    ...command.examples.flatMap(([line, what]) => [
      '.PP',
      `${roff(what)}:`,
      '.PP',
      '.EX',
      // A plain quote is printed as a curly one, which no shell knows.
      `    vcfg ${roff(line).replaceAll("'", '\\(aq')}`,
      '.EE',
    ]),
  ];
}

const SECTIONS: readonly string[] = [
  '.SH EXIT STATUS',
  ...[
    ['0', 'Done; nothing was found.'],
    ['1', 'Something was found, or the data is bad.'],
    ['2', 'The command line is wrong.'],
    ['70', 'A bug in vcfg; it prints a stack trace.'],
  ].flatMap(([status, meaning]) => ['.TP', status as string, meaning as string]),
  '.SH ENVIRONMENT',
  '.TP',
  'NO_COLOR',
  'If set and not empty, nothing is coloured.',
  '.TP',
  'TMPDIR',
  'Folder for temporary files, of a driver that is compiled.',
];

/** The manual page, from the rows of the commands: docs/vcfg.1. */
export function writeManPage(): string {
  return [
    '.\\" Generated from the commands by npm run docs. Do not edit.',
    '.TH VCFG 1 "" "acpi\\-vcfg" "User Commands"',
    '.SH NAME',
    'vcfg \\- firmware, drivers and devices for a VCFG window',
    '.SH SYNOPSIS',
    '.B vcfg',
    '\\fICOMMAND\\fR [\\fIARGUMENTS\\fR] [\\fIOPTIONS\\fR]',
    '.SH DESCRIPTION',
    'Describes a virtual machine with virtual configuration registers once, generates its ACPI tables and drivers, and',
    'checks that tables, window and driver agree.',
    '.PP',
    'Data goes to standard output, messages to standard error.',
    'A file named',
    '.B \\-',
    'is standard input or standard output, and',
    '.B \\-\\-',
    'ends the options.',
    '.SH COMMANDS',
    ...COMMANDS.flatMap(commandLines),
    ...SECTIONS,
    '',
  ].join('\n');
}
