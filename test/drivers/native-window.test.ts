import { describe, expect, test } from 'vitest';
import { generateCHeader, generateRustModule } from '../../src/drivers/index.js';
import { someOf } from '../support/effort.js';
import { build, C_COMPILERS, type CompilerRow, output, RUST_COMPILER } from './compile.js';
import { C_WINDOW, hashesOfWindow, hashOfBus, RUST_WINDOW } from './native-window.js';
import { samplePlatform } from './sample-platform.js';

const HEADER = generateCHeader(samplePlatform());
const OPTIMIZED = ({ program, flags }: CompilerRow): CompilerRow => ({ program, flags: [...flags, '-O1'] });

describe.each(someOf(C_COMPILERS, 4))('$program', (compiler) => {
  test('gives all 134,217,728 addresses of 256 buses as the host splits them, and finds them again', async (context) => {
    const files = { 'main.c': C_WINDOW, 'vcfg.h': HEADER };
    expect(await output(context, OPTIMIZED(compiler), files)).toEqual([hashesOfWindow()]);
  });
});

test('rustc does too', async (context) => {
  const compiler = { ...RUST_COMPILER, flags: [...RUST_COMPILER.flags, '-O'] };
  const files = { 'main.rs': RUST_WINDOW, 'vcfg.rs': generateRustModule(samplePlatform()) };
  expect(await output(context, compiler, files)).toEqual([hashesOfWindow()]);
});

const STRIDES = [
  ['BUS_BYTES 2097152u', 'BUS_BYTES 1048576u'],
  ['DEVICE_BYTES 65536u', 'DEVICE_BYTES 32768u'],
  ['FUNCTION_BYTES 8192u', 'FUNCTION_BYTES 4096u'],
  ['PAGE_BYTES 4096u', 'PAGE_BYTES 2048u'],
  ['REGISTER_BYTES 4u', 'REGISTER_BYTES 8u'],
] as const;

test('one stride changed is seen', async (context) => {
  const runs = [{ args: ['1', '2'] }];
  const walk = (header: string) =>
    build(context, { program: 'gcc', flags: ['-O1'] }, { 'main.c': C_WINDOW, 'vcfg.h': header }, runs);
  expect((await walk(HEADER))[0]?.stdout).toBe(hashOfBus(1));
  for (const [stride, other] of someOf(STRIDES, 4)) {
    expect(HEADER).toContain(stride);
    const [walked] = await walk(HEADER.replace(stride, other));
    expect(walked?.stdout).not.toBe(hashOfBus(1));
  }
});
