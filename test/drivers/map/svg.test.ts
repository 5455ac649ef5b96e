import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateMapFiles, generateSvgMap } from '../../../src/drivers/index.js';
import { mappedFunctions } from '../../../src/drivers/map/mapped-functions.js';
import { plainText } from '../../../src/drivers/map/plain-text.js';
import { registerPart } from '../../../src/drivers/map/register-part.js';
import { INNER_WIDTH } from '../../../src/drivers/map/svg-document.js';
import { type Face, fitted, textWidth } from '../../../src/drivers/map/svg-text.js';
import type { Platform } from '../../../src/vocab/index.js';
import { inScratchFolder, needs, run } from '../../support/oracles.js';
import { projectFolder } from '../../support/shared-material.js';
import { nameablePlatforms } from '../nameable-platform.js';
import { HOSTILE_TEXTS, SENS, samplePlatform } from '../sample-platform.js';
import { everyKind, fixturePlatform } from '../whole-platforms.js';

/** The texts of a picture as one reads them, those that are only shown to who points at them apart. */
function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text [^>]*>(?:<title>[^<]*<\/title>)?([^<]*)<\/text>/g)].map(([, text]) =>
    (text as string).replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
  );
}

const texts = (name: string) => textsOf(generateSvgMap(fixturePlatform(name)));

const MARKUP = 'R&D &lt; <b>"bold"</b> ]]>';
/** Makes the label be cut, so that a title has all of it. */
const LONG = 'and so on '.repeat(20).trim();

describe('the picture of a platform', () => {
  test('is XML of elements that SVG has, whatever the labels say', async (context) => {
    needs(context, 'xmllint');
    const { functions } = everyKind();
    const marked = functions.map((each) =>
      each.name === 'SENS' ? { ...each, label: MARKUP, description: LONG } : each,
    );
    const platforms = [
      samplePlatform(marked),
      samplePlatform([]),
      fixturePlatform('sensor-hub'),
      fixturePlatform('minimal'),
    ];
    const some = fc.sample(nameablePlatforms(), { numRuns: 8, seed: 7 });
    await inScratchFolder((folder) => {
      const pictures = [...platforms, ...some].map(generateSvgMap);
      const parts = generateMapFiles(everyKind()).filter(({ name }) => name.endsWith('.svg'));
      const names = [...pictures, ...parts.map(({ contents }) => contents)].map((picture, index) => {
        writeFileSync(join(folder, `${index}.svg`), picture);
        return `${index}.svg`;
      });
      expect(run('xmllint', ['--noout', '--nonet', ...names], { cwd: folder })).toMatchObject({
        status: 0,
        stderr: '',
      });
      const known = ['svg', 'title', 'desc', 'style', 'defs', 'pattern', 'g', 'text', 'rect', 'path', 'circle'];
      const other = `count(//*[not(${known.map((name) => `local-name()="${name}"`).join(' or ')})])`;
      expect(run('xmllint', ['--xpath', other, '0.svg'], { cwd: folder }).stdout.trim()).toBe('0');
      // An XML parser reads a hostile label as what it was, all on one line.
      const titles = run('xmllint', ['--xpath', '//*[local-name()="title"]/text()', '0.svg'], { cwd: folder }).stdout;
      const decoded = titles.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
      for (const text of [...HOSTILE_TEXTS, MARKUP]) expect(decoded).toContain(plainText(text));
    });
  });

  test('is black and white, in fonts that every viewer has, and takes nothing from elsewhere', () => {
    const picture = generateSvgMap(everyKind());
    const paints = [...picture.matchAll(/(?:fill|stroke)[:=]"?([^;"}]+)/g)].map(([, paint]) => paint as string);
    expect([...new Set(paints)].sort()).toEqual([
      '#000',
      '#fff',
      'none',
      'url(#bridge)',
      'url(#unnamed)',
      'url(#vfio)',
    ]);
    const fonts = [...picture.matchAll(/font-family:([^;}"]+)/g)].map(([, font]) => font as string);
    expect([...new Set(fonts)].sort()).toEqual(['monospace', 'sans-serif']);
    expect(picture.match(/https?:[^"]*/g)).toEqual(['http://www.w3.org/2000/svg']);
    const used = [...picture.matchAll(/url\(#(\w+)\)/g)].map(([, id]) => id as string);
    for (const id of used) expect(picture).toContain(`<pattern id="${id}"`);
  });

  test('is the same for the same platform', () => {
    fc.assert(
      fc.property(nameablePlatforms(), (platform) => {
        expect(generateSvgMap(structuredClone(platform))).toBe(generateSvgMap(platform));
      }),
      { numRuns: 15 },
    );
  });
});

describe('the window', () => {
  const breaks = (platform: Platform) =>
    textsOf(generateSvgMap(platform)).filter((text) => text.includes(': no functions'));

  test('has its buses with what leads to them, and breaks for those without functions', () => {
    expect(breaks(fixturePlatform('all-buses'))).toEqual([
      'buses 04 to 7f: no functions, 248 MiB',
      'buses 81 to fe: no functions, 252 MiB',
    ]);
    expect(breaks(fixturePlatform('sensor-hub'))).toEqual(['buses 02 to 3f: no functions, 124 MiB']);
    expect(breaks(samplePlatform([]))).toEqual(['buses 00 to ff: no functions, 512 MiB']);
    const two = { ...samplePlatform([SENS]), vcfg: { base: 0x1_0000_0000n, buses: 2, lengthBytes: 2 ** 22 } };
    expect(breaks(two)).toEqual(['bus 01: no functions, 2 MiB']);
    expect(breaks({ ...two, vcfg: { ...two.vcfg, buses: 1, lengthBytes: 2 ** 21 } })).toEqual([]);
    const buses = texts('all-buses').filter((text) => /^bus \w\w,/.test(text));
    expect(buses.slice(0, 4)).toEqual([
      'bus 00, host bridge, \\_SB.PC00',
      'bus 01, behind RP01, \\_SB.PC00.PC01',
      'bus 02, behind SW02, \\_SB.PC00.PC01.PC02',
      'bus 03, behind SW03, \\_SB.PC00.PC01.PC02.PC03',
    ]);
  });

  test('places functions at the addresses that the hand-typed corners have', () => {
    const all = texts('all-buses');
    expect(all[0]).toBe('VCFG window: 0x40_0000_0000 to 0x40_1fff_ffff');
    // 00:00.1, 00:1f.7 and ff:1f.7, then the last register and the last dword of the last function.
    for (const address of ['0x40_0000_2000', '0x40_001f_e000', '0x40_1fff_e000', '0x40_1fff_effc', '0x40_2000_0000']) {
      expect(all).toContain(address);
    }
  });
});

describe('the pages of a function', () => {
  test('have breaks where nothing has a name, and the mailbox in both its readings', () => {
    const hub = texts('sensor-hub');
    expect(hub.filter((text) => text.endsWith(': no names'))).toEqual([
      '+0x00c to +0xfff: no names',
      '+0x840 to +0xfff: no names',
      '+0x014 to +0x03f: no names',
      '+0x044 to +0xfff: no names',
      '+0x008 to +0x7ff: no names',
      '+0x004 to +0xffb: no names',
      '+0x000 to +0xfff: no names',
    ]);
    expect(hub).toEqual(
      expect.arrayContaining([
        'the guest writes',
        'DSM3',
        '+0x020 2 KiB',
        'the host returns',
        'RTTP',
        'RTSZ',
        '+0x028 2072 bytes',
      ]),
    );
  });

  test('are of every function that has something in them, and of no other', () => {
    const files = generateMapFiles(fixturePlatform('all-buses')).map(({ name }) => name);
    const drawn = ['LOWF', 'LAST', 'NVME', 'MIDF', 'TOP7'].map((name) => `registers-${name}.svg`);
    expect(files).toEqual(['registers.md', 'window.svg', ...drawn]);
  });
});

const fields = fc.uniqueArray(fc.integer({ min: 0, max: 32 }), { maxLength: 12 }).map((cuts) => {
  const sorted = cuts.toSorted((a, b) => a - b);
  const spans = sorted.slice(1).map((end, index) => ({ lowBit: sorted[index] as number, end }));
  // Every second one is left without a name.
  return spans
    .filter((_, index) => index % 2 === 0)
    .map(({ lowBit, end }, index) => ({ name: `F${index}`, label: 'Some label', lowBit, widthBits: end - lowBit }));
});

test('a register is 32 bits side by side, with the numbers and reset values of its fields', () => {
  const [mapped] = mappedFunctions(samplePlatform([SENS]));
  fc.assert(
    fc.property(fields, fc.integer({ min: 0, max: 0xffff_ffff }), (some, reset) => {
      const register = { name: 'REGI', index: 5, access: 'rw', reset, fields: some } as const;
      const svg = registerPart(mapped as NonNullable<typeof mapped>, register).content.join('');
      const boxes = [...svg.matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"[^>]*class="(\w+)"/g)].map(
        ([, x, width, kind]) => ({ x: Number(x), width: Number(width), kind }),
      );
      const bit = boxes.reduce((sum, { width }) => sum + width, 0) / 32;
      let right = 0;
      for (const { x, width } of boxes) {
        if (right > 0) expect(x).toBe(right);
        expect(width % bit).toBe(0);
        right = x + width;
      }
      expect(right).toBe(INNER_WIDTH);
      const named = boxes.filter(({ kind }) => kind === 'box').map(({ width }) => width / bit);
      const wanted = some.map(({ widthBits }) => widthBits).reverse();
      expect(named).toEqual(some.length === 0 ? [32] : wanted);
      const shown = textsOf(svg);
      const digits = shown.filter((text) => /^[01]$/.test(text)).slice(-32);
      expect(Number.parseInt(digits.toReversed().join(''), 2)).toBe(reset);
      const numbers = [...svg.matchAll(/y="28"[^>]*>(\d+)</g)].map(([, number]) => Number(number));
      const highs = some.map(({ lowBit, widthBits }) => lowBit + widthBits - 1);
      expect(numbers).toEqual(expect.arrayContaining([...highs, ...some.map(({ lowBit }) => lowBit)]));
      expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
      for (const { name } of some) expect(shown).toContain(name);
    }),
    { numRuns: 60 },
  );
});

describe('a text', () => {
  const faces: readonly Face[] = [
    { style: 'mono', sizePx: 10 },
    { style: 'words', sizePx: 12 },
  ];

  test('is shown whole if it fits, else as much as does, and a mark', () => {
    // Any code points; the strings of fast-check that have them all take seconds to be made ready.
    const character = fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code));
    const characters = fc.array(character).map((some) => some.join(''));
    const text = fc.oneof(characters, fc.constantFrom(...HOSTILE_TEXTS));
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 300 }), fc.constantFrom(...faces), (some, width, face) => {
        const shown = fitted(some, width, face);
        expect(textWidth(shown, face)).toBeLessThanOrEqual(width);
        if (shown === plainText(some)) return;
        expect(textWidth(plainText(some), face)).toBeGreaterThan(width);
        expect(shown === '' || shown.endsWith('…')).toBe(true);
        expect(plainText(some).startsWith(shown.slice(0, -1))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test('has nothing in it that cannot be seen', () => {
    expect(plainText(' two\r\n lines\u2028end ')).toBe('two lines end');
    expect(plainText('nul \0 turned \u202e lone \ud800 caf\u00e9 \u{1f600} \ufffe')).toBe(
      'nul <U+0000> turned <U+202E> lone <U+D800> caf\u00e9 \u{1f600} <U+FFFE>',
    );
  });
});

test('the picture in docs is the one that is drawn', () => {
  const picture = readFileSync(join(projectFolder, 'docs/map-example.svg'), 'utf8');
  const how = 'vcfg map fixtures/platforms/sensor-hub.yaml -o docs/map-example.svg draws it again';
  expect(picture === generateSvgMap(fixturePlatform('sensor-hub')), how).toBe(true);
});
