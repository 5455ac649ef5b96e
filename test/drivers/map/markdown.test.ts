import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateMapFiles, generateRegisterReference } from '../../../src/drivers/index.js';
import { groupedHex, plainText, sizeText } from '../../../src/drivers/map/plain-text.js';
import { markdownTable, markdownText } from '../../../src/drivers/map/register-reference.js';
import { needs, run } from '../../support/oracles.js';
import { HOSTILE_TEXTS, SENS, samplePlatform } from '../sample-platform.js';
import { everyKind, fixturePlatform } from '../whole-platforms.js';

const hub = generateRegisterReference(fixturePlatform('sensor-hub'));

/** What GitHub's own reader of Markdown makes of a page. */
function toHtml(markdown: string): string {
  const { status, stdout } = run('cmark-gfm', ['--extension', 'table', '--extension', 'strikethrough'], {
    input: markdown,
  });
  expect(status).toBe(0);
  return stdout;
}

function decoded(html: string): string {
  return html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

describe('the register reference', () => {
  test('says of each register where it is and what it does', () => {
    const rows = [
      '| 0 | `+0x000` | `0x2_3004_0000` | `CTRL` | rw | `0x1` | Switches the hub on and sets how it samples. |',
      '| 1023 | `+0xffc` | `0x2_3020_0ffc` | `HALT` | w1s | `0x0` | The last register of the page. |',
      '| 7..4 | `RATE` | `0x0000_00f0` | `0x0` | Sample rate: Samples a second, as a power of two. |',
      '| 0 | `ENBL` | `0x0000_0001` | `0x1` | Enable |',
      '| `+0x800` to `+0xfff` | `0x2_3004_1800` | `RING` | 2 KiB | Sample ring |',
      '| `+0x020` to `+0x81f` | `0x2_3003_1020` | `DSM3` | 2 KiB |',
      '| `+0x028` to `+0x83f` | `0x2_3003_1028` | `RTDT` | 2072 bytes |',
      '| `00:1c.0` | `RP00` | Root port | `\\_SB.PC00.PC01` | `0x2_301c_0000` | `0x2_301c_1000` |',
      '| `NOTY` | Takes the oldest notification off the queue',
    ];
    for (const row of rows) expect(hub).toContain(`\n${row}`);
    expect(hub.match(/^## .*/gm)).toEqual(['## GPU0', '## SENS', '## MOTR']);
  });

  test('gives a field its part of the reset value', () => {
    const registers = [{ ...SENS.registers[0], reset: 0x8000_0051 }];
    const page = generateRegisterReference(samplePlatform([{ ...SENS, registers }]));
    expect(page).toContain('| 31 | `TOPB` | `0x8000_0000` | `0x1` |');
    expect(page).toContain('| 7..4 | `RATE` | `0x0000_00f0` | `0x5` |');
  });

  test('describes a mailbox only for a function that has one', () => {
    expect(hub).toContain('### Shared page\n\nThe guest writes the arguments');
    const page = generateRegisterReference(samplePlatform([SENS]));
    expect(page).toContain('### Shared page\n\n| offset |');
    expect(page).not.toMatch(/mailbox|_DSM|NOTY|when read/);
    const bare = generateRegisterReference(samplePlatform([{ ...SENS, shared: [] }]));
    expect(bare).not.toContain('Shared page');
  });

  test('shows pictures where there are any, each of which is a file', () => {
    const [reference, ...pictures] = generateMapFiles(everyKind());
    const shown = [...`${reference?.contents}`.matchAll(/!\[[^\]]*\]\((.*)\)/g)].map(([, path]) => path);
    expect(shown).toEqual(pictures.map(({ name }) => name));
    expect(hub).not.toContain('![');
  });

  test('is the same for the same platform, and short for one with nothing in it', () => {
    expect(generateRegisterReference(structuredClone(fixturePlatform('sensor-hub')))).toBe(hub);
    expect(generateRegisterReference(samplePlatform([]))).not.toContain('##');
  });

  test("is read by GitHub's reader as tables of text, whatever the labels say", (context) => {
    needs(context, 'cmark-gfm');
    const html = toHtml(generateRegisterReference(everyKind()));
    const tags = [...html.matchAll(/<\/?([a-z]\w*)/g)].map(([, tag]) => tag as string);
    const known = ['code', 'h1', 'h2', 'h3', 'h4', 'li', 'p', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul'];
    expect([...new Set(tags)].sort()).toEqual(known);
    for (const text of HOSTILE_TEXTS) expect(decoded(html)).toContain(plainText(text));
    for (const [, row] of html.matchAll(/<tbody>([\s\S]*?)<\/tbody>/g)) {
      const widths = (row as string).split('</tr>').map((line) => line.split('<td>').length);
      expect(new Set(widths.slice(0, -1)).size).toBe(1);
    }
  });
});

test('any text comes back from Markdown as it was, in a cell and in a paragraph', (context) => {
  needs(context, 'cmark-gfm');
  const piece = fc.constantFrom(
    '*',
    '_',
    '`',
    '|',
    '\\',
    '<b>',
    '&amp;',
    '[a](b)',
    '~~',
    '#',
    '1.',
    '-',
    ' ',
    'x',
    '!',
  );
  const text = fc.oneof(
    fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join('')),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  );
  const texts = [...HOSTILE_TEXTS, ...fc.sample(text, { numRuns: 600, seed: 3 })].filter(
    (some) => plainText(some) !== '',
  );
  const table = markdownTable(
    ['text'],
    texts.map((some) => [markdownText(some)]),
  );
  const html = toHtml([...table, '', ...texts.flatMap((some) => [markdownText(some), '']), ''].join('\n'));
  const between = (tag: string) =>
    [...html.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))].map(([, inside]) => decoded(inside as string));
  expect(between('td')).toEqual(texts.map(plainText));
  expect(between('p')).toEqual(texts.map(plainText));
});

test('what some readers take for a formula is none', () => {
  expect(markdownText('$x$')).toBe('\\$x\\$');
});

test('numbers are in groups of four digits, sizes in the largest unit that is whole', () => {
  expect([0, 0xffff, 0x1_0000, 0x2_3000_0000n].map((value) => groupedHex(value))).toEqual([
    '0x0',
    '0xffff',
    '0x1_0000',
    '0x2_3000_0000',
  ]);
  expect(groupedHex(0x10, 8)).toBe('0x0000_0010');
  expect([0, 1, 4, 2072, 2048, 2 ** 21, 2 ** 29, 3 * 2 ** 30].map(sizeText)).toEqual([
    '0 bytes',
    '1 byte',
    '4 bytes',
    '2072 bytes',
    '2 KiB',
    '2 MiB',
    '512 MiB',
    '3 GiB',
  ]);
});
