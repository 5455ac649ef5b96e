import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { readHeaderNames } from '../../../src/check/driver-rules/header-names.js';
import type { Io } from '../../../src/cli/io.js';
import { generateCHeader } from '../../../src/drivers/index.js';
import { requirePlatform } from '../../../src/platform/index.js';
import { type FakeWorld, vcfg } from '../../cli/fake-io.js';
import { withLauncherOnce } from '../../cli/launcher-once.js';
import { RULED_FILE, ruledPlatform } from '../../drivers/ruled-platform.js';
import { effort, onlyInLong, someOf } from '../../support/effort.js';
import { inScratchFolder, needs, run as runProcess } from '../../support/oracles.js';
import { projectFolder } from '../../support/shared-material.js';

const PLATFORM = join(projectFolder, 'fixtures/drivers/hdr-platform.yaml');
const OFFSET = join(projectFolder, 'fixtures/drivers/hdr-accessor-offset.h');
const platform = requirePlatform(readFileSync(PLATFORM, 'utf8'));
const GENERATED = generateCHeader(platform);
const runProgram = withLauncherOnce();

interface Found {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly place: { readonly path?: string; readonly line?: number };
}

async function check(words: readonly string[], env: Readonly<Record<string, string>> = {}, world: FakeWorld = {}) {
  const argv = ['check', '--platform', PLATFORM, '--no-exhaustive', '--json', ...words];
  const { code, stdout, stderr } = await vcfg(argv, { env, runProgram, ...world });
  const { findings, checked } = JSON.parse(stdout) as {
    findings: readonly Found[];
    checked: readonly { what: string; checked: string }[];
  };
  return { code, stderr, findings, codes: findings.map((each) => each.code), done: checked.at(-1)?.checked ?? '' };
}

/** Checks a header that is written to a file first, and runs it. */
function run(context: TestContext, text: string, words: readonly string[] = ['--run-driver'], name = 'their.h') {
  needs(context, 'gcc');
  return inScratchFolder((folder) => {
    writeFileSync(join(folder, name), text);
    return check(['--driver', join(folder, name), ...words]);
  });
}

/** C that creates a file as soon as a program that includes it starts. */
const marking = (mark: string) =>
  `#include <stdio.h>\n__attribute__((constructor)) static void mark(void) { FILE *file = fopen("${mark}", "w"); if (file) fclose(file); }\n`;

function changed(from: string, to: string): string {
  expect(GENERATED).toContain(from);
  return GENERATED.replace(from, to);
}

describe('a header that the platform does not give', () => {
  it('is read and not run by default, and its accessors are compared as text', async () => {
    const { code, findings, done } = await check(['--driver', OFFSET]);
    expect(code).toBe(1);
    expect(done).toMatch(/^54 constants read; not compiled, not run$/);
    expect(findings.map((each) => [each.code, each.severity, each.place.path])).toEqual([
      ['VCFG_HEADER_ACCESSOR', 'warning', 'vcfg_sens_ctrl_write'],
      ['VCFG_HEADER_UNCHECKED', 'note', undefined],
    ]);
  });

  it('has what was done with it in SARIF', async () => {
    const argv = ['check', '--platform', PLATFORM, '--no-exhaustive', '--format', 'sarif', '--driver', OFFSET];
    const log = JSON.parse((await vcfg(argv)).stdout);
    expect(log.runs[0].properties.checked.at(-1).checked).toContain('not compiled, not run');
  });

  it('is run when that is asked for, and what is right by chance is found', async (context) => {
    needs(context, 'gcc');
    const { findings, done } = await check(['--driver', OFFSET, '--run-driver']);
    expect(findings.map((each) => [each.code, each.place])).toEqual([
      ['VCFG_HEADER_ACCESSOR', { file: OFFSET, line: 183, path: 'vcfg_sens_ctrl_write' }],
    ]);
    expect(findings[0]?.message).toContain('takes the register’s index for a byte offset');
    expect(done).toMatch(/compiled by cc, run (?:in a sandbox \(\w+\)|without a sandbox)$/);
  });

  const WRONG: readonly (readonly [from: string, to: string, accessor: string])[] = [
    [
      '((field << VCFG_SENS_CTRL_RATE_SHIFT) & VCFG_SENS_CTRL_RATE_MASK)',
      '(field << VCFG_SENS_CTRL_RATE_SHIFT)',
      'rate_set',
    ],
    ['(value & ~VCFG_SENS_CTRL_TOP_MASK) |', 'value |', 'top_set'],
    ['(value & VCFG_SENS_CTRL_RATE_MASK) >> VCFG', 'value >> VCFG', 'rate_get'],
    ['VCFG_SENS_STAT_INDEX * VCFG_REGISTER_BYTES', 'VCFG_SENS_STAT_INDEX', 'stat_read'],
    ['START + dword * VCFG_REGISTER_BYTES, value', 'START + dword, value', 'ring_write'],
    ['vcfg_sens_ctrl_top_set(vcfg_sens_ctrl_read(page), field)', 'vcfg_sens_ctrl_top_set(0u, field)', 'top_write'],
  ];
  const pathOf = (accessor: string) => `vcfg_sens_${accessor.replace(/^(rate|top)_/, 'ctrl_$1_')}`;

  // Eight findings are shown at most.
  it.for([WRONG.slice(0, 3), WRONG.slice(3)])('has accessors wrong, and each is found', async (wrong, context) => {
    const text = wrong.reduce((header, [from, to]) => {
      expect(header).toContain(from);
      return header.replace(from, to);
    }, GENERATED);
    const { findings, code } = await run(context, text);
    expect(code).toBe(1);
    const paths = findings.map(({ place }) => place.path);
    expect(paths).toEqual(expect.arrayContaining(wrong.map(([, , accessor]) => pathOf(accessor))));
  });

  it.for(WRONG)('has one accessor wrong: %s', async ([from, to, accessor], context) => {
    onlyInLong(context);
    const { findings, code } = await run(context, changed(from, to));
    expect(code).toBe(1);
    expect(findings.map(({ place }) => place.path)).toContain(pathOf(accessor));
  });

  it('crashes, loops or ends in an accessor, which is told as that', async (context) => {
    const [stat, control] = ['STAT', 'CTRL'].map((name) => `return VCFG_READ32(page, VCFG_SENS_${name}_INDEX`);
    const text = changed(`${control}`, `*(volatile int *)8 = 1; ${control}`).replace(`${stat}`, `for (;;) ; ${stat}`);
    const messages = (await run(context, text)).findings.map(({ message }) => message);
    expect(messages).toContainEqual(expect.stringMatching(/vcfg_sens_ctrl_read.*SIGSEGV/));
    expect(messages).toContainEqual(expect.stringContaining('vcfg_sens_stat_read(page) does not return'));
    const beforeMain = `${GENERATED}#include <stdlib.h>\n__attribute__((constructor)) static void end(void) { abort(); }\n`;
    expect(await run(context, beforeMain)).toMatchObject({ code: 1, codes: ['VCFG_HEADER_RUN'] });
  });

  it('touches no file from the sandbox', async (context) =>
    inScratchFolder(async (folder) => {
      const mark = join(folder, 'mark');
      const evil = `${GENERATED}${marking(mark)}`;
      await run(context, evil, []);
      expect(existsSync(mark)).toBe(false);
      // The tests of each sandbox run it as well.
      if (effort(true, false)) return;
      const ran = await run(context, evil);
      if (ran.done.includes('in a sandbox')) expect(existsSync(mark)).toBe(false);
    }));

  it('compiles with what its owner gives it', async (context) =>
    inScratchFolder(async (folder) => {
      needs(context, 'gcc');
      mkdirSync(join(folder, 'more'));
      writeFileSync(join(folder, 'beside.h'), '#define THEIR_MASK 0x000000f0u\n');
      writeFileSync(join(folder, 'more', 'far.h'), '#define FAR_SHIFT 4u\n');
      const text = changed('_RATE_MASK 0x000000f0u', '_RATE_MASK THEIR_MASK')
        .replace('_RATE_SHIFT 4u', '_RATE_SHIFT FAR_SHIFT')
        .replace('#define VCFG_BUSES 2u', '#define VCFG_BUSES THEIR_BUSES');
      const file = join(folder, 'their.h');
      writeFileSync(file, `#include "beside.h"\n#include <far.h>\n${text}`);
      const words = ['--driver', file, '--run-driver'];
      const failed = await check(words);
      expect(failed.codes).toContain('VCFG_HEADER_COMPILE');
      expect(failed.findings.at(-1)?.message).toContain('far.h: No such file');
      const given = [...words, '-I', join(folder, 'more'), '-D', 'THEIR_BUSES=2u'];
      expect(await check(given, { CC: 'gcc' })).toMatchObject({
        code: 0,
        codes: [],
        done: expect.stringContaining('compiled by gcc'),
      });
      expect((await check([...given, '--cc', 'no-such-compiler'])).codes).toContain('COMMAND_NO_COMPILER');
    }));

  const unguarded = GENERATED.replace(/^#ifndef .*\n#define .*\n/m, '').replace(/#endif[^\n]*\s*$/, '');
  const upTo = (text: string, mark: string, more = '') => text.slice(0, text.indexOf(mark) + mark.length) + more;
  it.each([
    ['in its guard', upTo(GENERATED, '/* SENS.STAT */'), /no #endif/],
    ['in a body', upTo(unguarded, 'return VCFG_READ32(page, '), /parenthesis/],
    ['after a brace', upTo(unguarded, 'vcfg_sens_ctrl_read(VCFG_MMIO page)\n{'), /brace/],
    ['in parameters', upTo(unguarded, 'vcfg_sens_ctrl_read(VCFG_MMIO'), /parenthesis/],
    ['in a comment', upTo(unguarded, '/* SENS.STAT'), /comment/],
    ['in a string', upTo(unguarded, '/* SENS.STAT */', '\n#define NAME "SEN'), /string/],
  ])('is cut off %s', async (_, text, words) =>
    inScratchFolder(async (folder) => {
      const file = join(folder, 'cut.h');
      writeFileSync(file, text);
      const { findings } = await check(['--driver', file]);
      const found = findings.filter(({ code }) => code === 'VCFG_HEADER_COMPILE');
      expect(found.map(({ message }) => message)).toEqual([expect.stringMatching(words)]);
      expect(found[0]?.place.line).toBeLessThanOrEqual(text.split('\n').length);
    }),
  );

  it.each([
    ['a brace in each branch', '#ifdef A\nstatic void f(void) {\n#else\nstatic void g(void) {\n#endif\n}\n'],
    ['brackets in text', 'static const char *t = "({["; /* }( */ static const char c = \'{\'; // "\n'],
    ['an apostrophe in #error', '#if 0\n#error don\'t "quote\n#endif\n'],
    ['a macro of brackets', '#define OPEN do { (\n#define CLOSE ) } \\\n while (0)\n'],
  ])('is not cut off by %s', async (_, text) =>
    inScratchFolder(async (folder) => {
      const file = join(folder, 'whole.h');
      writeFileSync(
        file,
        GENERATED.replace(/#endif[^\n]*\s*$/, (end) => text + end),
      );
      expect((await check(['--driver', file])).codes).not.toContain('VCFG_HEADER_COMPILE');
    }),
  );

  const NARROW = 'static inline uint32_t vcfg_sens_ctrl_rate_read(VCFG_MMIO page)\n{\n  return ';
  it.each([
    ['8', '(*(volatile uint8_t *)(page + VCFG_SENS_CTRL_INDEX * 4) & 0xf0u) >> 4;'],
    ['16', '(*(const volatile unsigned short *)(page + VCFG_SENS_CTRL_INDEX * 4) & 0xf0u) >> 4;'],
    ['8', '(readb(page + VCFG_SENS_CTRL_INDEX * 4) & 0xf0u) >> 4;'],
  ])('accesses a register by %s bits: %s', async (bits, expression) =>
    inScratchFolder(async (folder) => {
      const start = GENERATED.indexOf(NARROW);
      expect(start).toBeGreaterThan(0);
      const end = GENERATED.indexOf('\n}', start);
      const file = join(folder, 'narrow.h');
      writeFileSync(file, GENERATED.slice(0, start) + NARROW + expression + GENERATED.slice(end));
      const { findings } = await check(['--driver', file]);
      const errors = findings.filter(({ severity }) => severity === 'error');
      expect(errors.map(({ code, place }) => [code, place.path])).toEqual([
        ['VCFG_HEADER_ACCESSOR', 'vcfg_sens_ctrl_rate_read'],
      ]);
      expect(errors[0]?.message).toContain(`accesses ${bits} bits`);
    }),
  );

  it('accesses a register by 8 bits in a function that it calls, which running does not show', async (context) => {
    const helper =
      'static inline uint32_t rate_of(volatile unsigned char *page) { return (*(volatile uint8_t *)page & 0xf0u) >> 4; }\n';
    const start = GENERATED.indexOf(NARROW);
    const end = GENERATED.indexOf('\n}', start);
    const text = `${GENERATED.slice(0, start) + helper + NARROW}rate_of(page + VCFG_SENS_CTRL_INDEX * 4);${GENERATED.slice(end)}`;
    const { findings } = await run(context, text);
    expect(findings.map(({ code, place }) => [code, place.path])).toEqual([
      ['VCFG_HEADER_ACCESSOR', 'vcfg_sens_ctrl_rate_read'],
    ]);
  });

  it('takes -Idir and -DNAME=1 without a space', async (context) =>
    inScratchFolder(async (folder) => {
      needs(context, 'gcc');
      mkdirSync(join(folder, 'more'));
      writeFileSync(join(folder, 'more', 'far.h'), '#define FAR 4\n');
      const file = join(folder, 'their.h');
      writeFileSync(file, `#include <far.h>\n#if FAR + THEIRS + MORE == 7\n#error all are here\n#endif\n${GENERATED}`);
      const words = ['--driver', file, '--run-driver', `-I${join(folder, 'more')}`, '-DTHEIRS=2', '-DMORE'];
      expect((await check(words)).findings.at(-1)?.message).toContain('all are here');
    }));

  it('has a function and a register that the platform does not', async () =>
    inScratchFolder(async (folder) => {
      const file = join(folder, 'more.h');
      const more = ['BUS 0u', 'DEVICE 5u', 'FUNCTION 0u'].map((each) => `#define VCFG_LAMP_${each}`).join('\n');
      const register = '#define VCFG_SENS_DATA_INDEX 7u\n#define VCFG_SENS_DATA_OFFSET 0x4001cu\n';
      writeFileSync(file, `${GENERATED}${more}\n${register}`);
      const { findings } = await check(['--driver', file]);
      const found = findings.filter(({ code }) => code === 'VCFG_HEADER_FUNCTION');
      expect(found.map(({ place }) => place.path)).toEqual(['VCFG_LAMP_BUS', 'VCFG_SENS_DATA_OFFSET']);
    }));

  it('has accessors that many functions share', async () =>
    inScratchFolder(async (folder) => {
      const keys = 'registers: [{ name: CTRL, index: 0 }], shared: [{ name: RING, offset: 0, bytes: 64 }]';
      const text = `functions: [{ address: 00:04.0, name: S, count: 20, ${keys} }]`;
      const [file, header] = [join(folder, 'many.yaml'), join(folder, 'many.h')];
      writeFileSync(file, text);
      writeFileSync(header, generateCHeader(requirePlatform(text)));
      const { stdout } = await vcfg(['check', '--platform', file, '--driver', header, '--no-exhaustive', '--json']);
      const { findings } = JSON.parse(stdout) as { findings: readonly Found[] };
      expect(findings.filter(({ code }) => code === 'VCFG_HEADER_FUNCTION')).toEqual([]);
    }));

  it('has a prefix, and is ours all the same', async (context) => {
    const text = generateCHeader(platform, { prefix: 'HUB' });
    const own = await run(context, text, []);
    expect(own).toMatchObject({ code: 0, codes: [] });
    expect(own.done).toContain('compiled by cc and run');
    const wrong = await run(
      context,
      text.replace('HUB_SENS_CTRL_RATE_MASK 0x000000f0u', 'HUB_SENS_CTRL_RATE_MASK 0x70u'),
      [],
    );
    expect(wrong.findings[0]).toMatchObject({ code: 'VCFG_HEADER_VALUE', place: { path: 'HUB_SENS_CTRL_RATE_MASK' } });
  });

  it('has names of its own, which a map or the address function gives', async (context) =>
    inScratchFolder(async (folder) => {
      const text = `#include <stdint.h>
#define HUB_CTRL 0x40000u
#define HUB_STAT_REG 8u
#define HUB_RATE 0xf0u
static inline uint64_t hub_at(unsigned bus, unsigned device, unsigned function, unsigned reg)
{
  return 0x100000000ull + ((uint64_t)bus << 21) + (device << 16) + (function << 13) + reg * 4;
}
static inline uint32_t rate(uint32_t value) { return (value & HUB_RATE) >> 3; }
`;
      const map = join(folder, 'names.yaml');
      writeFileSync(
        map,
        'constants: { HUB_CTRL: SENS.CTRL.offset, HUB_STAT_REG: SENS.STAT.byte, HUB_RATE: SENS.CTRL.RATE.mask }\naccessors: { rate: SENS.CTRL.RATE.get }\n',
      );
      const call = 'hub_at(bus, device, function, page * 1024 + register)';
      const { findings } = await run(context, text, ['--driver-map', map, '--address-function', call, '--run-driver']);
      expect(findings.map(({ code, place }) => [code, place.path])).toEqual([
        ['VCFG_HEADER_ADDRESS', 'HUB_STAT_REG'],
        ['VCFG_HEADER_ACCESSOR', 'rate'],
      ]);
    }));
});

/** Each kind of sandbox, and the programs that are not there when it is tried. */
const SANDBOXES = [
  ['bubblewrap', 'bwrap', ['unshare', 'setpriv']],
  ['unshare', 'unshare', ['bwrap']],
] as const;

describe.each(SANDBOXES)('the sandbox of %s', (name, program, absent) => {
  /** Checks a header in a folder of its own, beside a secret in another folder. */
  const inSandbox = (context: TestContext, textOf: (secret: string) => string) => {
    needs(context, 'gcc', program);
    const trial = ['--user', '--map-root-user', 'true'];
    if (runProcess('unshare', trial).status !== 0) context.skip('this system does not allow user namespaces');
    return inScratchFolder(async (folder) => {
      const [secret, file] = [join(folder, 'elsewhere', 'secret'), join(folder, 'headers', 'their.h')];
      mkdirSync(join(folder, 'elsewhere'));
      mkdirSync(join(folder, 'headers'));
      writeFileSync(secret, 'hunter2 is the secret\n');
      writeFileSync(file, textOf(secret) + GENERATED);
      const withoutOthers: Io['runProgram'] = (word, ...rest) =>
        (absent as readonly string[]).includes(word) ? undefined : runProgram(word, ...rest);
      const checked = await check(['--driver', file, '--run-driver'], {}, { runProgram: withoutOthers });
      return { ...checked, files: readdirSync(dirname(secret)) };
    });
  };

  it('compiles and runs a header, which touches no file', async (context) => {
    const { done, codes, files } = await inSandbox(context, (secret) => marking(`${secret}.mark`));
    expect(codes).toEqual([]);
    expect(files).toEqual(['secret']);
    expect(done).toContain(`compiled by cc, run in a sandbox (${name})`);
  });

  const ATTACKS: readonly (readonly [what: string, textOf: (secret: string) => string])[] = [
    ['includes a file from elsewhere', (secret) => `#include "${secret}"\n`],
    ['includes /etc/passwd', () => '#include "/etc/passwd"\n'],
    ['includes a file through ..', () => '#include "../elsewhere/secret"\n'],
    ['includes a device without end', () => '#include "/dev/zero"\n'],
    ['embeds a file', (secret) => `__asm__(".incbin \\"${secret}\\"");\n`],
  ];
  for (const [what, textOf] of someOf(ATTACKS, program === 'bwrap' ? 2 : 5)) {
    it(`shows nothing to a header that ${what}`, async (context) => {
      const { findings, stderr } = await inSandbox(context, textOf);
      expect(findings.map(({ code }) => code)).toEqual(['VCFG_HEADER_COMPILE']);
      expect(findings[0]?.message).toMatch(/No such file|file not found/);
      expect(JSON.stringify(findings) + stderr).not.toMatch(/hunter2 is|root:x:0/);
    });
  }
});

describe('a map of names', () => {
  it.each([
    ['- 1', ['']],
    ['names: 1', ['names']],
    ['constants: { A: SENS.CTRL }', ['constants.A']],
    ['accessors: { a: SENS.CTRL.mask }', ['accessors.a']],
    ['address: f(x)', ['address']],
    ['prefix: "1"', ['prefix']],
  ])('is refused: %s', (text, keys) => {
    const { diagnostics } = readHeaderNames(text, 'names.yaml');
    expect(diagnostics.map(({ code }) => code)).toEqual(keys.map(() => 'DRIVER_MAP_VALUE'));
  });
});

describe('a compiler that cannot do its work', () => {
  it.each([
    [{ status: null, stdout: new Uint8Array(), stderr: '', cutOff: 'time' as const }],
    [{ status: 1, stdout: new Uint8Array(), stderr: 'cc1: out of memory allocating 65536 bytes' }],
    [{ status: 4, stdout: new Uint8Array(), stderr: 'cc: fatal error: Killed signal terminated program cc1' }],
  ])('is not the header’s fault: %o', async (finished) => {
    const ran = await vcfg(['check', '--platform', PLATFORM, '--no-exhaustive', '--json'], {
      runProgram: () => finished,
    });
    const { findings } = JSON.parse(ran.stdout) as { findings: readonly Found[] };
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([['VCFG_HEADER_UNCHECKED', 'warning']]);
  });
});

describe('a header of registers with keys, masks and fields that differ', () => {
  const header = generateCHeader(ruledPlatform());
  const checkRuled = (text: string) =>
    inScratchFolder(async (folder) => {
      const [platformFile, file] = [join(folder, 'ruled.yaml'), join(folder, 'their.h')];
      writeFileSync(platformFile, RULED_FILE);
      writeFileSync(file, text);
      const words = ['--platform', platformFile, '--no-exhaustive', '--json', '--driver', file, '--run-driver'];
      const { stdout } = await vcfg(['check', ...words], { runProgram });
      const { findings } = JSON.parse(stdout) as { findings: readonly Found[] };
      return findings.map(({ code, place }) => [code, place.path]);
    });

  it('is as the platform says', async (context) => {
    needs(context, 'gcc');
    expect(await checkRuled(`${header}/* Theirs. */\n`)).toEqual([]);
  });

  it('has the key wrong, and which pending bits a write leaves alone', async (context) => {
    needs(context, 'gcc');
    const wrong = [
      ['0x5a000000u', '0x5b000000u', 'lock_write'],
      ['0xffffc0ffu', '0xfffff0ffu', 'stat_go_write'],
    ] as const;
    for (const [from] of wrong) expect(header).toContain(from);
    const found = await checkRuled(wrong.reduce((text, [from, to]) => text.replaceAll(from, to), header));
    for (const [, , accessor] of wrong)
      expect(found).toContainEqual(['VCFG_HEADER_ACCESSOR', `vcfg_sensor_hub_${accessor}`]);
  });
});
