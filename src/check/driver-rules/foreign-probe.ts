import { formatHex } from '../../base/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import type { DriverFacts } from '../subject/driver-facts.js';
import type { Accessor, AccessorCase, AccessorProbe } from './accessor-collector.js';
import { type AccessorOutcome, checkAccessors } from './header-accessors.js';
import { ADDRESS_FUNCTION, checkAddresses, corners, ProbeNumbers, RANDOM_TUPLES, SEED } from './header-probe.js';

/** What a program asks a header for that may be of any make: only what it has. */
export interface ForeignProbe {
  readonly base: bigint;
  /** 1..256. */
  readonly buses: number;
  /** Names of the constants, as the generated header has them. */
  readonly constants: readonly string[];
  /** A call of the header's address function, in the words of `ADDRESS_ARGUMENTS`; undefined if it has none. */
  readonly address: string | undefined;
  readonly accessors: AccessorProbe;
  /** Of a copy of the header in which registers of index 0 have index 1. */
  readonly moved: AccessorProbe;
}

/** One C file of the program. */
export interface ProbeFile {
  readonly name: string;
  readonly text: string;
}

/** Statements in one function, and accessors in one file: compilers take longer than linear with more. */
const STATEMENTS = 500;
const ACCESSORS = 4000;

const MEMORY_PAGES = 3;
/** Calls that do not return before the program gives up, a third of a second each. */
const MOST_HANGS = 4;

function inChunks<T>(rows: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < rows.length; at += size) chunks.push(rows.slice(at, at + size));
  return chunks;
}

/** The type of an accessor's first parameter, to which the page is cast. */
function pageType({ text: { parameters, body } }: Accessor): string {
  if (body === undefined) return 'volatile unsigned char *';
  const first = (parameters.split(',')[0] ?? '').trim();
  const type = first.replace(/\b[A-Za-z_]\w*\s*$/, '').trim();
  return type === '' ? first : type;
}

function wrapper(accessor: Accessor, name: string): string {
  const { text, takesPage, values, returns } = accessor;
  const given = ['a', 'b'].slice(0, values);
  const call = `${text.name}(${[...(takesPage ? [`(${pageType(accessor)})page`] : []), ...given].join(', ')})`;
  const unused = [...(takesPage ? [] : ['page']), ...['a', 'b'].slice(values)];
  const statements = [
    ...unused.map((word) => `(void)${word};`),
    returns ? `return (uint64_t)${call};` : `${call}; return 0;`,
  ];
  return `uint64_t ${name}(uintptr_t page, uint32_t a, uint32_t b) { ${statements.join(' ')} }`;
}

const declaration = (name: string) => `uint64_t ${name}(uintptr_t page, uint32_t a, uint32_t b);`;
const include = (header: string) =>
  `#include <stddef.h>\n#include <stdint.h>\n#include <stdbool.h>\n#include "${header}"\n`;

/** The types that the probe's own code needs come before the header, which may rely on its owner to include them. */
function accessorFiles(kind: 'own' | 'moved', header: string, { accessors }: AccessorProbe): ProbeFile[] {
  return inChunks([...accessors.entries()], ACCESSORS).map((chunk, number) => {
    const wrappers = chunk.flatMap(([index, accessor]) => {
      const name = `probe_${kind}_${index}`;
      return [declaration(name), wrapper(accessor, name)];
    });
    return { name: `${kind}-${number}.c`, text: [include(header), ...wrappers, ''].join('\n') };
  });
}

function headerFile(header: string, probe: ForeignProbe, facts: DriverFacts): ProbeFile {
  const own = probe.constants.map((name) => facts.constants.get(name)?.as ?? name);
  const chunks = inChunks([...own.entries()], STATEMENTS);
  const text = [
    include(header),
    ...chunks.flatMap((chunk, number) => [
      `static void constants_${number}(uint64_t *to)`,
      '{',
      ...chunk.map(([index, name]) => `  to[${index}] = (uint64_t)(${name});`),
      '}',
    ]),
    'void probe_constants(uint64_t *to);',
    'void probe_constants(uint64_t *to)',
    '{',
    '  (void)to;',
    ...chunks.map((_, number) => `  constants_${number}(to);`),
    '}',
    'uint64_t probe_address(uint64_t base, unsigned bus, unsigned device, unsigned function, unsigned page, unsigned reg);',
    'uint64_t probe_address(uint64_t base, unsigned bus, unsigned device, unsigned function, unsigned page, unsigned reg)',
    '{',
    '  (void)base; (void)bus; (void)device; (void)function; (void)page; (void)reg;',
    `  return (uint64_t)(${(probe.address ?? '0').replaceAll(/\bregister\b/g, 'reg')});`,
    '}',
    '',
  ];
  return { name: 'header.c', text: text.join('\n') };
}

function callTable(name: string, kind: 'own' | 'moved', { accessors, cases }: AccessorProbe): string[] {
  return [
    ...accessors.map((_, index) => declaration(`probe_${kind}_${index}`)),
    `static uint64_t (*const ${name}_calls[])(uintptr_t, uint32_t, uint32_t) = {`,
    ...accessors.map((_, index) => `  probe_${kind}_${index},`),
    '  0',
    '};',
    `static const uint32_t ${name}_cases[][3] = {`,
    ...cases.map(({ accessor, arguments: [a, b] }: AccessorCase) => `  {${accessor}u, ${a}u, ${b}u},`),
    '  {0u, 0u, 0u}',
    '};',
  ];
}

/** The part of the program that knows nothing of the header: it calls, catches what goes wrong, and writes. */
function mainFile(probe: ForeignProbe): ProbeFile {
  const { base, buses, constants, address, accessors, moved } = probe;
  const rows = address === undefined ? [] : corners(buses);
  const text = `#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

void probe_constants(uint64_t *to);
uint64_t probe_address(uint64_t base, unsigned bus, unsigned device, unsigned function, unsigned page, unsigned reg);
${[...callTable('own', 'own', accessors), ...callTable('moved', 'moved', moved)].join('\n')}
static const unsigned corners[][5] = {
${rows.map((tuple) => `  {${tuple.join(', ')}},`).join('\n')}
  {0, 0, 0, 0, 0}
};

#define CONSTANTS ${constants.length}u
#define ADDRESSES ${rows.length === 0 ? 0 : rows.length + RANDOM_TUPLES}u
#define PAGE_DWORDS 1024u
#define DWORDS (${MEMORY_PAGES}u * PAGE_DWORDS)

static uint64_t values[CONSTANTS + ADDRESSES + 1u];
static uint32_t memory[DWORDS], pattern[DWORDS];
static unsigned char alternate[65536];
static sigjmp_buf escape;
static volatile sig_atomic_t armed;
static volatile uint32_t step, seen;
static int output;

static void caught(int number)
{
  if (number == SIGALRM && (!armed || step != seen)) {
    seen = step;
    return;
  }
  if (!armed) _exit(99);
  siglongjmp(escape, number);
}

static void emit(const void *bytes, size_t length)
{
  const char *at = (const char *)bytes;
  while (length > 0) {
    const ssize_t wrote = write(output, at, length);
    if (wrote <= 0) _exit(98);
    at += wrote;
    length -= (size_t)wrote;
  }
}

static uint32_t next(uint32_t state)
{
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

static unsigned bytesOf(const uint32_t *words, unsigned at)
{
  return ((const unsigned char *)words)[at];
}

/* Calls every case, and writes four numbers of each: signal and whether memory changed, result and where, up to where and what. */
static void callAll(uint64_t (*const *calls)(uintptr_t, uint32_t, uint32_t), const uint32_t (*cases)[3], uint32_t count)
{
  static uint64_t records[3u * 4096u];
  uint32_t at, held = 0, hangs = 0;
  uint64_t header = count;
  emit(&header, sizeof header);
  for (at = 0; at < count && hangs < ${MOST_HANGS}u; at++) {
    volatile uint64_t result = 0;
    volatile int number;
    unsigned first = 0, last = sizeof memory;
    memcpy(memory, pattern, sizeof memory);
    step++;
    number = sigsetjmp(escape, 0);
    if (number == 0) {
      armed = 1;
      result = calls[cases[at][0]]((uintptr_t)(memory + PAGE_DWORDS), cases[at][1], cases[at][2]);
    } else if (number == SIGALRM) hangs++;
    armed = 0;
    if (memcmp(memory, pattern, sizeof memory) == 0) first = last = 0;
    else {
      while (bytesOf(memory, first) == bytesOf(pattern, first)) first++;
      while (bytesOf(memory, last - 1) == bytesOf(pattern, last - 1)) last--;
    }
    records[held++] = (uint64_t)(uint32_t)number | (uint64_t)(last != 0) << 32;
    records[held++] = (uint32_t)result | (uint64_t)first << 32;
    records[held++] = last | (uint64_t)memory[first / 4u % DWORDS] << 32;
    if (held == sizeof records / sizeof records[0]) { emit(records, sizeof records); held = 0; }
  }
  emit(records, held * sizeof records[0]);
  /* What was not called any more is written as calls that did not return. */
  for (; at < count; at++) {
    const uint64_t none[3] = { 255u, 0u, 0u };
    emit(none, sizeof none);
  }
}

int main(void)
{
  const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGALRM };
  struct sigaction action;
  struct itimerval timer;
  stack_t stack;
  uint64_t sizes[2];
  uint32_t state = ${formatHex(SEED)}u;
  volatile uint32_t filled = 0;
  volatile int number;
  unsigned at;
  output = dup(1);
  dup2(2, 1);
  memset(&action, 0, sizeof action);
  memset(&stack, 0, sizeof stack);
  memset(&timer, 0, sizeof timer);
  stack.ss_sp = alternate;
  stack.ss_size = sizeof alternate;
  sigaltstack(&stack, 0);
  action.sa_handler = caught;
  action.sa_flags = SA_NODEFER | SA_ONSTACK | SA_RESTART;
  for (at = 0; at < sizeof signals / sizeof signals[0]; at++) sigaction(signals[at], &action, 0);
  timer.it_interval.tv_usec = timer.it_value.tv_usec = 333000;
  setitimer(ITIMER_REAL, &timer, 0);
  for (at = 0; at < DWORDS; at++) {
    const uint32_t value = ((at - PAGE_DWORDS + 1u) * 0x9e3779b1u) ^ 0x5bd1e995u;
    unsigned char *const bytes = (unsigned char *)(pattern + at);
    bytes[0] = (unsigned char)value;
    bytes[1] = (unsigned char)(value >> 8);
    bytes[2] = (unsigned char)(value >> 16);
    bytes[3] = (unsigned char)(value >> 24);
  }
  number = sigsetjmp(escape, 0);
  if (number == 0) {
    armed = 1;
    probe_constants(values);
    filled = CONSTANTS;
    for (at = 0; at < ADDRESSES; at++) {
      if (at < sizeof corners / sizeof corners[0] - 1u) {
        const unsigned *const c = corners[at];
        values[filled] = probe_address(${formatHex(base)}u, c[0], c[1], c[2], c[3], c[4]);
      } else {
        const uint32_t first = next(state), second = next(first);
        state = second;
        values[filled] = probe_address(${formatHex(base)}u, first % ${buses}u, (first >> 8) % 32u, (first >> 16) % 8u,
                                       (second >> 16) & 1u, second % 1024u);
      }
      filled++;
      step++;
    }
  }
  armed = 0;
  sizes[0] = filled;
  sizes[1] = (uint64_t)(unsigned)number;
  emit(sizes, sizeof sizes);
  emit(values, filled * sizeof values[0]);
  callAll(own_calls, own_cases, ${accessors.cases.length}u);
  callAll(moved_calls, moved_cases, ${moved.cases.length}u);
  _exit(0);
}
`;
  return { name: 'main.c', text };
}

/** The C files of a program that asks a header for all of `probe`. `moved` is the copy with other indexes. */
export function foreignProbeFiles(
  probe: ForeignProbe,
  facts: DriverFacts,
  { header, moved }: { readonly header: string; readonly moved: string },
): ProbeFile[] {
  return [
    headerFile(header, probe, facts),
    ...accessorFiles('own', header, probe.accessors),
    ...accessorFiles('moved', moved, probe.moved),
    mainFile(probe),
  ];
}

/** The header's text with index 1 for every register of index 0 that {@link ForeignProbe.moved} asks for. */
export function movedHeader(text: string, { accessors }: AccessorProbe): string {
  const names = new Set(accessors.map(({ of }) => `${of.split('.').slice(0, 2).join('_')}_INDEX`));
  return text.replaceAll(
    /^([ \t]*#[ \t]*define[ \t]+[A-Za-z]\w*?_)(\w+_INDEX)([ \t]+)0[uU]?(?=[ \t\r]*$)/gm,
    (line, start, name, gap) => (names.has(name) ? `${start}${name}${gap}1u` : line),
  );
}

export interface ForeignProbeCheck {
  /** Values that the program gave. */
  readonly values: number;
  /** Calls of accessors that it made. */
  readonly calls: number;
  /** Values of the constants, in the order in which they were asked. */
  readonly constants: readonly (bigint | undefined)[];
  readonly diagnostics: readonly Diagnostic[];
  /** What ended it before its end, as the end of a sentence. */
  readonly ended?: string;
}

function readOutcomes(next: () => bigint | undefined): AccessorOutcome[] {
  const count = Number(next() ?? 0n);
  const outcomes: AccessorOutcome[] = [];
  for (let index = 0; index < count; index++) {
    const [a, b, c] = [next(), next(), next()];
    if (a === undefined || b === undefined || c === undefined) break;
    const first = Number(b >> 32n);
    outcomes.push({
      signal: Number(a & 0xffff_ffffn),
      result: Number(b & 0xffff_ffffn),
      ...(a >> 32n !== 0n && {
        changed: {
          first: first - 4096,
          last: Number(c & 0xffff_ffffn) - 1 - 4096,
          dword: Number(c >> 32n),
        },
      }),
    });
  }
  return outcomes;
}

const NOT_CALLED = 255;

/** Reads what the program wrote. */
export function checkForeignProbe(output: Uint8Array, probe: ForeignProbe, facts: DriverFacts): ForeignProbeCheck {
  const numbers = new ProbeNumbers(output);
  const next = () => numbers.next();
  const filled = Number(next() ?? 0n);
  const signal = Number(next() ?? 0n);
  const constants = probe.constants.map((_, index) => (index < filled ? next() : undefined));
  const { file } = facts;
  const own = facts.functions.get(ADDRESS_FUNCTION);
  const path = /^\w+/.exec(probe.address ?? '')?.[0] ?? ADDRESS_FUNCTION;
  const left = filled - constants.length;
  const place = { file, path, ...(own?.name === path && own.line !== undefined && { line: own.line }) };
  const addresses =
    probe.address === undefined || left <= 0
      ? { checked: 0, diagnostics: [] }
      : numbers.within(left, () => checkAddresses(numbers, probe, place));
  const [outcomes, moved] = [readOutcomes(next), readOutcomes(next)];
  const calls = [...outcomes, ...moved].filter((each) => each.signal !== NOT_CALLED);
  const called = outcomes.filter((each) => each.signal !== NOT_CALLED);
  const found = checkAccessors(probe.accessors, called, file);
  const byChance = checkAccessors(probe.moved, moved, file, true);
  return {
    values: Math.min(filled, constants.length) + addresses.checked,
    calls: calls.length,
    constants,
    diagnostics: [...addresses.diagnostics, ...found, ...byChance],
    ...(signal !== 0 && {
      ended: signal === 14 ? `${path} does not return` : `signal ${signal} ended it while values were read`,
    }),
  };
}
