import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isPlatformFile, type TextKind, textKindOf } from '../../src/tables/text/text-kind.js';
import { Q35_DSDT, SENSOR_HUB } from '../cli/fake-io.js';

const ROWS: [text: string, kind: TextKind | undefined][] = [
  ['DSDT @ 0x0000000000000000\n    0000: 44 53\n', 'acpidump'],
  ['# acpidump\n\nDSDT @ 0x10\n', 'acpidump'],
  ['/* A driver. */\n\n#ifndef VCFG_H\n', 'c'],
  ['// SPDX-License-Identifier: MIT\n#include <stdint.h>\n', 'c'],
  ['#pragma once\n', 'c'],
  ['static const unsigned char dsdt[] = {', 'c'],
  ['//! A driver.\n#![no_std]\n', 'rust'],
  ['pub const A: u32 = 1;', 'rust'],
  ['/*\n * Intel ACPI Component Architecture\n */\nDefinitionBlock ("", "DSDT"', 'asl'],
  ['/*\n * a comment that is cut off', 'asl'],
  ['# define the board here\nvcfg: {}\n', 'yaml'],
  ['---\nfunctions: []\n', 'yaml'],
  ['[{"base": 0}]', 'yaml'],
  ['{"vcfg": {}}', 'yaml'],
  ['nothing known', undefined],
  ['', undefined],
];
it.each(ROWS)('%j is %s', (text, kind) => {
  expect(textKindOf(new TextEncoder().encode(text))).toBe(kind);
});

it('knows a platform, and a table for none of these', () => {
  expect(textKindOf(readFileSync(SENSOR_HUB))).toBe('yaml');
  expect(textKindOf(readFileSync(Q35_DSDT))).toBeUndefined();
});

it.each<[text: string, isPlatform: boolean]>([
  ['# define the board here\nvcfg: {}\n', true],
  ['---\nfunctions: []\n', true],
  ['{"vcfg": {}}', true],
  ['memory: 1 GiB\n"functions": []\n', true],
  ['name: build\non: [push]\njobs: { vcfg: {} }\n', false],
  ['[{"base": 0}]', false],
  ['#define functions 1\nfunctions: []\n', false],
])('%j is a platform: %s', (text, isPlatform) => {
  expect(isPlatformFile(new TextEncoder().encode(text))).toBe(isPlatform);
});
