import { describe, expect, test } from 'vitest';
import { generateCHeader } from '../../../src/drivers/index.js';
import { answerOf, lineOf, type MailboxCase, mailboxCases } from '../../guest/mailbox-cases.js';
import { someOf } from '../../support/effort.js';
import { build, C_COMPILERS, type CompilerRow, lines } from '../compile.js';
import { C_MAILBOX } from '../native-mailbox.js';
import { GPU0, samplePlatform } from '../sample-platform.js';

const CASES = mailboxCases(600);
const ANSWERS = CASES.map(answerOf);
const HEADER = generateCHeader(samplePlatform([GPU0]));

/** A program to build, and lines for it to read. */
const program = (cases: readonly MailboxCase[], header = HEADER) =>
  [{ 'main.c': C_MAILBOX, 'vcfg.h': header }, [{ input: `${cases.map(lineOf).join('\n')}\n` }]] as const;

test('the cases hold every fault and every kind of value', () => {
  const count = (pattern: RegExp) => ANSWERS.filter((answer) => pattern.test(answer)).length;
  for (const status of [1, 2, 3, 4, 6, 7]) expect(count(new RegExp(`^${status} `)), `${status}`).toBeGreaterThan(0);
  for (const value of ['i', 's', 'b', '\\[,\\]', '\\[,\\['])
    expect(count(new RegExp(`^0 1041 \\w+ ${value}`))).toBeGreaterThan(2);
});

describe.each(someOf(C_COMPILERS, 3))('$program', (compiler) => {
  test('makes the same accesses and finds the same values as the TypeScript client', async (context) => {
    const flags = [...compiler.flags, '-O1'];
    expect(await lines(context, { ...compiler, flags }, ...program(CASES))).toEqual(ANSWERS);
  });
});

const SANITIZED = ['-std=c99', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

describe.each(someOf(['gcc', 'clang'] as const, 2))('%s with its sanitizers', (name) => {
  test('finds nothing undefined in the client, hostile results included', async (context) => {
    const compiler = { program: name, flags: SANITIZED };
    expect(await lines(context, compiler, ...program(CASES))).toEqual(ANSWERS);
  });
});

describe('a client with one fault', () => {
  const compiler: CompilerRow = { program: 'gcc', flags: SANITIZED };
  const without = (text: string, instead = '') => {
    expect(HEADER.split(text).length).toBe(2);
    return HEADER.replace(text, instead);
  };

  test('in how it pads is found by comparing', async (context) => {
    const header = without('/ 8u * 8u', '/ 4u * 4u');
    expect(await lines(context, compiler, ...program(CASES, header))).not.toEqual(ANSWERS);
  });

  test('in a length that it trusts is found by the sanitizers', async (context) => {
    const header = without('  if (value->size > room)\n    return 0;\n');
    // A head alone, and no more lines than a pipe holds: the program does not read them all.
    const heads = CASES.filter(({ result }) => result.length === 8);
    const [ran] = await build(context, compiler, ...program(heads, header));
    expect(ran?.status).not.toBe(0);
    expect(ran?.stderr).toMatch(/AddressSanitizer|runtime error/);
  });
});

/** Orders of calls that no TypeScript client can make, and the registers beside the mailbox. */
const MISUSES = `
#include <stdio.h>
#include "vcfg.h"

static uint32_t trapped_page[1024], shared_page[1024];
static struct vcfg_mailbox mailbox;
static const unsigned char uuid[16] = {0};

static int call(void)
{
  struct vcfg_value value;
  const int status = (int)vcfg_mailbox_call(&mailbox, trapped_page, shared_page, &value);
  return status * 10 + (int)value.type;
}

int main(void)
{
  struct vcfg_value value;
  printf("%d\\n", call());
  vcfg_mailbox_begin(&mailbox, uuid, 0, 0);
  vcfg_mailbox_put_integer(&mailbox, 1);
  printf("%d ", (int)vcfg_mailbox_put_string(&mailbox, "second"));
  printf("%d\\n", call());
  vcfg_mailbox_begin(&mailbox, uuid, 0, 0);
  vcfg_mailbox_open_package(&mailbox);
  printf("%d\\n", call());
  vcfg_mailbox_begin(&mailbox, uuid, 0, 0);
  printf("%d ", (int)vcfg_mailbox_close_package(&mailbox));
  printf("%d\\n", call());
  vcfg_mailbox_begin(&mailbox, uuid, 0, 0);
  vcfg_mailbox_put_buffer(&mailbox, shared_page, 4096);
  vcfg_mailbox_open_package(&mailbox);
  printf("%d ", call());
  printf("%u\\n", trapped_page[1]);
  vcfg_mailbox_begin(&mailbox, uuid, 0, 0);
  vcfg_mailbox_put_buffer(&mailbox, 0, 0);
  printf("%d ", (int)vcfg_mailbox_call(&mailbox, trapped_page, shared_page, &value));
  printf("%u %u %u\\n", trapped_page[1], value.type, value.size);
  printf("%d\\n", (int)vcfg_mailbox_element(&mailbox, &value, 0, &value));
  printf("%d ", call());
  printf("%d\\n", (int)vcfg_mailbox_put_integer(&mailbox, 1));
  vcfg_mailbox_begin(&mailbox, uuid, 0, 0);
  vcfg_mailbox_open_package(&mailbox);
  vcfg_mailbox_put_integer(&mailbox, 7);
  vcfg_mailbox_close_package(&mailbox);
  vcfg_mailbox_call(&mailbox, trapped_page, shared_page, &value);
  printf("%d\\n", (int)vcfg_mailbox_element(&mailbox, &value, 1, &value));
  printf("%d\\n", (int)vcfg_mailbox_element(&mailbox, &value, 0, &value));
  printf("%u %d\\n", value.type, (int)value.integer);
  trapped_page[2] = 0x81;
  printf("%x\\n", vcfg_mailbox_pop_notification(trapped_page));
  trapped_page[0] = 5;
  vcfg_mailbox_enter_low_power(trapped_page);
  printf("%u\\n", trapped_page[0]);
  vcfg_mailbox_leave_low_power(trapped_page);
  printf("%u\\n", trapped_page[0]);
  return 0;
}
`;

test('says what is out of order, and leaves the function alone then', async (context) => {
  const files = { 'main.c': MISUSES, 'vcfg.h': HEADER };
  expect(await lines(context, { program: 'gcc', flags: SANITIZED }, files)).toEqual([
    '50',
    '5 50',
    '50',
    '5 50',
    '10 0',
    '0 1 3 0',
    '8',
    '50 5',
    '8',
    '0',
    '1 7',
    '81',
    '0',
    '1',
  ]);
});

test('is there if a function has a mailbox, and only then', () => {
  expect(HEADER).toContain('static inline enum vcfg_status vcfg_mailbox_call(');
  expect(generateCHeader(samplePlatform())).not.toMatch(/mailbox/i);
});
