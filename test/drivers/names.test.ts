import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { generateCHeader, generateRustModule, generateTypeScriptDriver } from '../../src/drivers/index.js';
import { vcfg } from '../cli/fake-io.js';
import { inScratchFolder, needs, run } from '../support/oracles.js';
import { C_COMPILERS, lines, RUST_COMPILER } from './compile.js';
import { ruledPlatform } from './ruled-platform.js';
import { GPU0, SENS, samplePlatform } from './sample-platform.js';

const platform = samplePlatform([GPU0, SENS]);
const MAIN = `
#include <stdio.h>
#include "vcfg.h"
#include "other.h"
#ifdef __cplusplus
static unsigned rate(unsigned value) { return acme::hub::vcfg_sens_ctrl_rate_get(value) + other::two_sens_ctrl_rate_get(value); }
static acme::hub::vcfg_mailbox mailbox;
#else
static unsigned rate(unsigned value) { return vcfg_sens_ctrl_rate_get(value) + two_sens_ctrl_rate_get(value); }
static struct vcfg_mailbox mailbox;
#endif
int main(void) { return printf("%u %d\\n", rate(0x50), VCFG_BUSES == TWO_BUSES && mailbox.end == 0) < 0; }
`;

describe('a C header with a namespace', () => {
  it('has its functions and types there in C++, and is as before in C', async (context) => {
    const files = {
      'main.c': MAIN,
      'vcfg.h': generateCHeader(platform, { namespace: 'acme::hub' }),
      'other.h': generateCHeader(platform, { namespace: 'other', prefix: 'TWO' }),
    };
    for (const compiler of C_COMPILERS) expect(await lines(context, compiler, files)).toEqual(['10 1']);
  });

  it('leaves nothing outside of it in C++', async (context) => {
    needs(context, 'g++');
    await inScratchFolder((folder) => {
      writeFileSync(join(folder, 'vcfg.h'), generateCHeader(ruledPlatform(), { namespace: 'hub' }));
      writeFileSync(
        join(folder, 'a.cpp'),
        '#include "vcfg.h"\nunsigned a() { return vcfg_sensor_hub_stat_busy_get(1); }\n',
      );
      expect(run('g++', ['-std=c++11', '-c', 'a.cpp'], { cwd: folder }).stderr).toContain(
        "'hub::vcfg_sensor_hub_stat_busy_get'".replaceAll("'", ''),
      );
    });
  });

  it('is known as the platform’s own by check', async () => {
    await inScratchFolder(async (folder) => {
      const at = (name: string) => join(folder, name);
      writeFileSync(
        at('p.yaml'),
        'functions: [{ address: 00:04.0, name: SENS, registers: [{ name: R, index: 1 }] }]\n',
      );
      const words = ['--namespace', 'acme::hub', '--prefix', 'HUB', '--format', 'c'];
      expect((await vcfg(['generate', at('p.yaml'), '-o', folder, ...words])).codes).toEqual([]);
      const { code, stdout } = await vcfg([
        'check',
        '--platform',
        at('p.yaml'),
        '--driver',
        at('vcfg.h'),
        '--run-driver',
        '--no-exhaustive',
        '--json',
      ]);
      expect([code, (JSON.parse(stdout) as { findings: unknown[] }).findings]).toEqual([0, []]);
    });
  });
});

describe('a Rust module with a name', () => {
  it('is included, as a build script’s output is', async (context) => {
    const main = `
mod board {
    include!("hub.rs");
    pub use hub::sens;
}
include!("other.rs");
fn main() {
    println!("{} {}", board::sens::ctrl::rate::get(0x50), other::sens::ctrl::rate::get(0x30));
}
`;
    const files = {
      'main.rs': main,
      'hub.rs': generateRustModule(platform, { module: 'hub' }),
      'other.rs': generateRustModule(platform, { module: 'other' }),
    };
    expect(await lines(context, RUST_COMPILER, files)).toEqual(['5 3']);
  });
});

describe('a TypeScript driver with a prefix', () => {
  it('has it in every exported name', () => {
    const text = generateTypeScriptDriver(platform, { prefix: 'HUB' });
    const file = ts.createSourceFile('hub.ts', text, ts.ScriptTarget.ES2023);
    const names = file.statements.flatMap((each) => {
      if (ts.isFunctionDeclaration(each)) return [each.name?.text];
      return ts.isVariableStatement(each)
        ? each.declarationList.declarations.map(({ name }) => name.getText(file))
        : [];
    });
    expect(names).toEqual([
      'HUB_BASE_EXPECTED',
      'HUB_BUSES',
      'HUB_GPU0',
      'openHUB_GPU0',
      'openHUB_GPU0Mailbox',
      'HUB_SENS',
      'openHUB_SENS',
    ]);
    expect(text).toContain("name: 'SENS',");
    expect(text.replaceAll('HUB_', '')).toBe(generateTypeScriptDriver(platform));
  });
});

describe('a name that a language cannot have', () => {
  it.each([
    ['--namespace', ['', 'class', 'a::', '::a', 'a:b', '9a', 'a b', 'a__b', '_a', 'std', 'acme::operator', 'é']],
    ['--rust-module', ['', 'Hub', 'mod', 'self', 'a-b', '9a', '_', 'crate']],
    ['--prefix', ['', 'hub', '1', 'A B', '_A', 'H'.repeat(65)]],
  ])('%s is refused before anything is written', async (option, names) => {
    for (const name of names) {
      const { code, codes } = await vcfg(['generate', 'p.yaml', '-o', 'build', `${option}=${name}`]);
      expect([name, code, codes]).toEqual([name, 2, ['COMMAND_USAGE']]);
      const wrong = option === '--namespace' ? { namespace: name } : { prefix: name };
      if (option !== '--rust-module') expect(() => generateCHeader(platform, wrong)).toThrow(TypeError);
      else expect(() => generateRustModule(platform, { module: name })).toThrow(TypeError);
      if (option === '--prefix') expect(() => generateTypeScriptDriver(platform, wrong)).toThrow(TypeError);
    }
  });
});
