/** `node test/setup/print-rate.mjs`: prints every table of the corpus, compiles the text, and writes what came of it to docs. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inScratchFolder, run } from '../../support/oracles.js';
import { projectFolder } from '../../support/shared-material.js';
import { compileAsl, HEADER_BYTES } from './compile.js';
import { isCanonicalOf, type Judgement, judge } from './judge.js';

const folder = process.argv[2] ?? join(process.env.VCFG_SHARED ?? join(projectFolder, '..', 'shared'), 'corpus');
const page = join(projectFolder, 'docs', 'asl-printing.md');

/** The same way with iasl alone: its disassembler, then its compiler. */
function judgeIasl(scratch: string, bytes: Uint8Array): Judgement['outcome'] {
  rmSync(join(scratch, 'own.dsl'), { force: true });
  writeFileSync(join(scratch, 'own.aml'), bytes);
  try {
    run('iasl', ['-vs', '-d', '-p', join(scratch, 'own'), join(scratch, 'own.aml')], { timeout: 120_000 });
    const { body } = compileAsl(scratch, readFileSync(join(scratch, 'own.dsl'), 'latin1'));
    if (body === undefined) return 'refused';
    return Buffer.compare(body, bytes.subarray(HEADER_BYTES)) === 0 ? 'identical' : 'different';
  } catch {
    return 'refused';
  }
}

/** Causes that are the same but for their numbers. */
const kindOf = (cause: string) =>
  cause
    .replace(/ \(\d+ in all, .*/, '')
    .replace(/^.*error +(\d+) - ([^^(]*).*/, 'iasl $1: $2')
    .replace(/0x[0-9A-F]+/g, '0x…')
    .replace(/The name [A-Z]+ is/, 'a name is')
    .trim();

interface Row {
  readonly name: string;
  readonly ours: Judgement;
  readonly canonical: boolean | undefined;
  readonly iasl: Judgement['outcome'];
}

const rows: Row[] = [];
await inScratchFolder((scratch) => {
  for (const name of readdirSync(folder)
    .filter((each) => each.endsWith('.aml'))
    .sort()) {
    const file = new Uint8Array(readFileSync(join(folder, name)));
    const bytes = file.subarray(0, new DataView(file.buffer).getUint32(4, true));
    const ours = judge(scratch, bytes);
    const row = { name, ours, canonical: isCanonicalOf(bytes, ours), iasl: judgeIasl(scratch, bytes) };
    rows.push(row);
    if (row.canonical === false) console.error(`canonical form is not iasl's: ${name}`);
    if (row.ours.outcome !== 'identical')
      console.error(`${row.ours.outcome}: ${name}: ${[...row.ours.causes, ...row.ours.errors].join(' ')}`);
  }
});

const count = (outcome: Judgement['outcome']) => rows.filter(({ ours }) => ours.outcome === outcome).length;
const countIasl = (outcome: Judgement['outcome']) => rows.filter(({ iasl }) => iasl === outcome).length;
const causes = new Map<string, Set<string>>();
for (const { name, ours } of rows) {
  if (ours.outcome === 'identical') continue;
  const said = ours.causes.length > 0 ? ours.causes : ours.errors.filter((line) => line.includes(' error '));
  for (const kind of said.map(kindOf)) {
    causes.set(kind, (causes.get(kind) ?? new Set()).add(name));
  }
}
const percent = (part: number) => `${Math.round((100 * part) / rows.length)} %`;
const both = (what: string, ours: number, iasl: number | string) => `| ${what} | ${ours} | ${iasl} |`;

const text = `# Printing ASL, and compiling it again

For engineers who edit tables as ASL and need to know whether the recompiled table is the same: which tables survive, and what
stops the others.

Written by \`node test/setup/print-rate.mjs\`, over ${rows.length} tables of real machines and of QEMU: each is decoded, printed by
\`printAsl\`, compiled by Debian's \`iasl -oa\` (20200925), and compared with the original, except for the table header. The last
column is for iasl's own disassembler.

| of ${rows.length} tables | printAsl | iasl -d |
| --- | --- | --- |
${[
  both('identical, byte for byte', count('identical'), countIasl('identical')),
  both('the same terms, in other widths', count('equivalent'), '-'),
  both('other bytes', count('different'), countIasl('different')),
  both('refused by iasl', count('refused'), countIasl('refused')),
].join('\n')}

The canonical form, \`encodeAml (terms, { form: 'canonical' })\`, is what iasl made of the text for
${rows.filter(({ canonical }) => canonical).length} of the ${rows.filter(({ canonical }) => canonical !== undefined).length} tables that iasl compiled to the same terms in the same places; the others have Externals that it moves or leaves out.

Identical: ${percent(count('identical'))}, with iasl's own disassembler ${percent(countIasl('identical'))}.

## What keeps the others from being identical

| cause | tables |
| --- | --- |
${[...causes]
  .sort(([, one], [, other]) => other.size - one.size)
  .map(([kind, names]) => `| ${kind} | ${names.size} |`)
  .join('\n')}

A table may have several causes. The printer reports all of them, except iasl's own errors, as diagnostics
\`AML_WIDTH_NOT_PRINTABLE\` (the same meaning in other bytes) and \`AML_NOT_PRINTABLE\` (something is lost).

- **Integers in more bytes than needed.** Firmware that patches a value in place reserves four bytes for it. iasl always
  uses the fewest bytes for a constant, whether it is written in digits, as \`EisaId\` or as an expression.
- **Externals.** iasl 20200925 puts each one into \`If (Zero) { }\` before everything else, by its absolute name. Older
  and newer compilers put them elsewhere, or keep the name as it is in the source. Names without an External in the table
  are listed in comments, because declaring them would add bytes; \`externals: 'declare'\` declares them.
- **Packages of a constant size with the opcode of a computed one**, which QEMU writes. iasl chooses the opcode by the size.
- **Field widths of 63 bits** are written in two bytes by iasl, in one by other compilers.
- **Names that are ASL keywords**, such as \`IPMI\`: iasl has no way to quote them.
- **Values as statements**, which no compiler writes: leftovers of patched packages, and calls of methods in other tables
  whose argument count was guessed wrongly. Give \`decodeAml\` those tables too.

iasl rejects many things that real firmware does, none of which changes a byte. The printed text turns those errors off with
\`#pragma disable\`, and a comment on each.
`;
writeFileSync(page, text);
console.log(`identical ${count('identical')} of ${rows.length}, iasl -d ${countIasl('identical')} of ${rows.length}`);
