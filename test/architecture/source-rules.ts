import ts from 'typescript';

const COMPILER_OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
  removeComments: true,
};

/** What is left of a TypeScript file at run time, without comments and `export {}`. */
export function runtimeText(text: string): string {
  const { outputText } = ts.transpileModule(text, { compilerOptions: COMPILER_OPTIONS });
  return outputText.replace(/^export \{\};$/m, '').trim();
}

/** Lines, 1-based, on which a TypeScript file has a node that `matches`. */
function linesWith(path: string, text: string, matches: (node: ts.Node) => boolean): number[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const lines: number[] = [];
  const visit = (node: ts.Node): void => {
    if (matches(node)) lines.push(source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return lines;
}

/** Where `any` can be a type: in prose a word follows. */
const ANY_AS_TYPE = /\bany\b(?![^\S\n]+(?!(?:as|extends|in|instanceof|is|of|satisfies)\b)\w)/;

/** Lines on which the type `any` is written. Only files in which it may be are parsed. */
export function linesWithAny(path: string, text: string): number[] {
  if (!ANY_AS_TYPE.test(text)) return [];
  return linesWith(path, text, (node) => node.kind === ts.SyntaxKind.AnyKeyword);
}

const ONE_BYTE_ENCODINGS = new Set(['latin1', 'binary', 'ascii', 'iso-8859-1', 'windows-1252']);

const isOneByteEncoding = (node: ts.Node | undefined) =>
  node !== undefined && ts.isStringLiteralLike(node) && ONE_BYTE_ENCODINGS.has(node.text.toLowerCase());

/**
 * Lines that turn bytes into text through a one-byte encoding, or by spreading the bytes: decodeLatin1
 * does that in the same way on every engine, for any length.
 */
export function linesWithLatin1(path: string, text: string): number[] {
  if (!/latin1|binary|ascii|iso-8859-1|windows-1252|fromCharCode/i.test(text)) return [];
  return linesWith(path, text, (node) => {
    if (ts.isPropertyAssignment(node)) return node.name.getText() === 'encoding' && isOneByteEncoding(node.initializer);
    if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return false;
    const callee = node.expression.getText();
    if (callee === 'String.fromCharCode')
      return node.arguments?.some((given) => ts.isSpreadElement(given) && ts.isIdentifier(given.expression)) ?? false;
    return (
      /\b(?:TextDecoder|toString|from|write|byteLength)$/.test(callee) &&
      (node.arguments?.some(isOneByteEncoding) ?? false)
    );
  });
}

/** Words that no file of the project may contain. The patterns are written so that they do not match themselves. */
const FORBIDDEN_WORDS: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/(?<![\w.$}])\/(?:home|root|tmp|work|farm|Users)\//, 'an absolute path of one machine'],
  [/\bregistry\.npmj[s]|\bdeb\.debia[n]\.org|\bcrates\.i[o]\b|\bpypi\.or[g]\b/, "a registry's host"],
  [/\bTOD[O]\b|\bFIXM[E]\b|\bXX[X]\b/, 'work left undone'],
];

/** Every line of a text file with a forbidden word, as `path:line: why`. */
export function findForbiddenWords(path: string, text: string): string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      FORBIDDEN_WORDS.filter(([pattern]) => pattern.test(line)).map(([, why]) => `${path}:${index + 1}: ${why}`),
    );
}

/** Whether a provenance page names a file, by its path from the page's folder; `*` matches part of a name. */
export function isNamed(provenance: string, path: string): boolean {
  const words = provenance.match(/[\w./*-]*[\w*]/g) ?? [];
  return words.some((word) => {
    const pattern = word.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*');
    return word !== '*' && new RegExp(`^${pattern}$`).test(path);
  });
}
