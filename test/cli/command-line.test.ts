import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import type { Io } from '../../src/cli/io.js';
import { readPlain } from '../../src/cli/read/read-plain.js';
import { readWithYargs } from '../../src/cli/read/read-with-yargs.js';
import { effort } from '../support/effort.js';
import { Q35_DSDT, SENSOR_HUB, vcfg } from './fake-io.js';

const io = { stdout: { columns: undefined }, version: () => '1.2.3' } as unknown as Io;

describe('reading a command line', () => {
  it('without yargs gives what yargs gives', async () => {
    const words = fc.oneof(
      fc.constantFrom('-', '--', '', 'a', '0x1', '00:04.0', 'true', 'false', '-x', '--no-exhaustive', '--no-json'),
      fc.constantFrom('aml', 'c', 'shared', 'trapped', '--help', '-oe', '-ox', '-o=x', '1e3', '-1', '01', 'a=b', 'a.b'),
      ...COMMANDS.map(({ builder }) =>
        fc.constantFrom(
          'word',
          ...Object.entries(builder).flatMap(([name, row]) => [
            `--${name}`,
            `--${name}=x`,
            ...(row.alias ? [`-${row.alias}`] : []),
          ]),
        ),
      ),
    );
    const value = fc.constantFrom('-', 'a', '0x1', '00:04.0', 'shared', 'aml', 'a.b', '01', 'aml,c', 'aml,,pdf', ',');
    /** A line that is right as often as not: what is demanded is there. */
    const line = fc.constantFrom(...COMMANDS).chain(({ command, builder }) => {
      const demanded = Object.entries(builder).flatMap(([name, row]) =>
        row.demand ? [value.map((text) => (row.positional ? [text] : [`--${name}`, text]))] : [],
      );
      const options = Object.entries(builder).flatMap(([name, row]) =>
        row.positional
          ? []
          : [row.type === 'boolean' ? fc.constant([`--${name}`]) : value.map((text) => [`--${name}`, text])],
      );
      const some = options.length === 0 ? fc.constant([]) : fc.array(fc.oneof(...options), { maxLength: 3 });
      return fc
        .tuple(fc.tuple(...demanded), some, fc.array(words, { maxLength: 1 }), fc.boolean())
        .map(([must, may, any, first]) => [
          command,
          ...(first ? may : []).flat(),
          ...must.flat(),
          ...(first ? [] : may).flat(),
          ...any,
        ]);
    });
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(line, async (argv) => {
        const plain = readPlain(argv, COMMANDS);
        if (plain === undefined) return;
        answered++;
        const read = await readWithYargs(argv, COMMANDS, io);
        expect(read).toEqual(plain);
      }),
      { numRuns: effort(150, 400) },
    );
    expect(answered).toBeGreaterThan(effort(40, 100));
  });

  it.each(['--', '-1', '-ox', '-o=x', '--json=x', '--Json', '--no-json', '---json', '-h', '--help', ''])(
    'leaves "%s" to yargs',
    (word) => {
      expect(readPlain(['disassemble', 'table', word], COMMANDS)).toBeUndefined();
      expect(readPlain(['disassemble', word, 'table'], COMMANDS)).toBeUndefined();
    },
  );

  it('is quick for every example in the help that is a whole command line', () => {
    const examples = COMMANDS.flatMap((row) => row.examples.map(([line]) => line)).filter((line) => !/[>"]/.test(line));
    for (const line of examples) expect(readPlain(line.replaceAll("'", '').split(' '), COMMANDS), line).toBeDefined();
  });

  it('shows each backslash in quotes, since a shell removes it otherwise', () => {
    for (const [line] of COMMANDS.flatMap((row) => row.examples))
      expect(line.replaceAll(/'[^']*'/g, ''), line).not.toContain('\\');
  });
});

describe('vcfg', () => {
  it('alone prints its help on standard error and exits 2', async () => {
    const { code, stdout, stderr } = await vcfg([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    for (const { command } of COMMANDS) expect(stderr).toContain(`vcfg ${command}`);
  });

  it('--help and --version go to standard output', async () => {
    const help = await vcfg(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('Examples:');
    expect(await vcfg(['--version'])).toMatchObject({ code: 0, stdout: '1.2.3\n', stderr: '' });
  });

  it.each(COMMANDS.map((row) => [row.command, row] as const))(
    '%s --help has its options and examples',
    async (name, row) => {
      const { code, stdout } = await vcfg([name, '--help']);
      expect(code).toBe(0);
      for (const [option, { positional }] of Object.entries(row.builder)) {
        expect(stdout).toContain(positional ? option : `--${option}`);
      }
      expect(stdout).toContain(`vcfg ${row.examples[0]?.[0].slice(0, 20)}`);
    },
  );

  const mistakes: [argv: string[], hint: string][] = [
    [['genrate', 'x'], 'Did you mean generate?'],
    [['verfy'], 'Did you mean verify?'],
    [['address', '00:04.0', '3', '--bass', '1'], 'Did you mean --base?'],
    [['check', '--no-exhaustiv'], 'Did you mean --no-exhaustive?'],
    [['generate', 'x', '-o', 'y', '--format', 'pdf'], 'aml'],
    [['generate', 'x', '-o', 'y', '--format', 'aml,pdf'], '"pdf"'],
    [['generate', 'x', '-o', 'y', '--format', ','], '--format is given without a word'],
    [['check', 'x', '--rule', ','], '--rule is given without a word'],
    [['generate', 'x'], '--output …'],
    [['generate', 'x', '-o', 'y', '--split=crosvm'], 'Write --split'],
    [['generate', 'x', '-o', 'y', '--check=yes'], 'takes no value'],
    [['check', 'x', '--rule', '-aml'], '--rule=-VALUE'],
    [['address', '00:04.0'], 'vcfg address <function> <register>'],
    [['address', '00:04.0', '3', '--base', '1', '--base', '2'], 'Give it once'],
    [['aml', '--base'], 'base'],
    [['nonsense-that-is-like-nothing'], 'vcfg --help'],
    [['genrate', 'board.yaml', '-o', 'x'], 'There is no command genrate. Did you mean generate?'],
    [['-o', 'x'], 'There is no command. Write vcfg COMMAND'],
    [['generate', 'x', '-o'], '-o has no value.'],
    [['generate', 'x', '--output'], '--output has no value.'],
    [['generate', 'x', '-o', 'y', '--format', 'cc'], '--format is "cc", which is unknown. Did you mean c?'],
    [['check', 'x', '--fail-on=errors'], '--fail-on is "errors", which is unknown. Did you mean error?'],
    [['completion', 'zhs'], 'shell is "zhs", which is unknown. Did you mean zsh?'],
    [['generate'], 'No platform file is given. Write vcfg generate <platform> --output …'],
    [['generate', '-o', 'x'], 'No platform file is given.'],
    [['generate', 'x'], '--output is missing.'],
    [['show'], 'No table is given.'],
    [['show', '-e', 'x'], 'No table is given.'],
    [['evaluate'], 'No table and no path is given.'],
    [['diff', 'x'], 'No second table or platform is given.'],
    [['address', '00:04.0', '--base', '0'], 'No register is given.'],
    [['address'], 'No function and no register is given.'],
    [['address', 'a', 'b', 'c', 'd'], 'c and d are words too many.'],
    [['check', 'x', '-q', '--foo=1'], 'vcfg check has no option -q or --foo.'],
    [['generate', 'x', '-o', 'y', '--format', 'c', 'rust'], '--format c,rust'],
  ];
  it.each(mistakes)('%j exits 2 and says "%s"', async (argv, hint) => {
    const ran = await vcfg(argv);
    expect(ran).toMatchObject({ code: 2, stdout: '', codes: ['COMMAND_USAGE'] });
    expect(ran.stderr).toContain(hint);
    expect(ran.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(ran.stderr).not.toMatch(/non-option|arguments? following|Invalid values|Argument:|Unknown arg|required arg/);
  });

  it('completes', async () => {
    expect((await vcfg(['completion'])).stdout).toContain('vcfg --get-yargs-completions');
    expect((await vcfg(['--get-yargs-completions', 'vcfg', 'add'])).stdout.split('\n')).toContain('address');
    expect((await vcfg(['--get-yargs-completions', 'vcfg', 'address', '--'])).stdout).toContain('--platform');
  });

  it('exits 70 with a stack trace and asks for a report where it is at fault', async () => {
    const kindOf = () => {
      throw new TypeError('broken');
    };
    const { code, stdout, stderr } = await vcfg(['show', Q35_DSDT], { files: { kindOf } });
    expect({ code, stdout }).toEqual({ code: 70, stdout: '' });
    expect(stderr).toMatch(/TypeError: broken\n\s+at /);
    expect(stderr).toContain('fault of vcfg 1.2.3');
    expect(stderr).toContain('Please report it');
  });

  it('colours findings on a terminal alone, and never with NO_COLOR', async () => {
    const argv = ['address', 'NONE', '1', '--platform', SENSOR_HUB];
    const colored = (await vcfg(argv, { terminal: true })).stderr;
    expect(colored).toContain('\x1b[31m[COMMAND_UNKNOWN_NAME]');
    expect((await vcfg(argv, { terminal: true, env: { NO_COLOR: '1' } })).stderr).not.toContain('\x1b');
    expect((await vcfg(argv)).stderr).not.toContain('\x1b');
  });
});
