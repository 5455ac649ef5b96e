import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../support/shared-material.js';

const { exports } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8'));
const entries = Object.keys(exports)
  .filter((name) => name !== './package.json')
  .map((name) => join(projectFolder, 'src', name, 'index.ts'));

const source = join(projectFolder, 'src/');

function isExported(declaration: ts.Declaration): boolean {
  return (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Export) !== 0;
}

/** Members that a caller can see: neither private nor with `#`. */
function isVisible(node: ts.Node): boolean {
  if (!ts.isClassElement(node)) return true;
  if (node.name !== undefined && ts.isPrivateIdentifier(node.name)) return false;
  return (ts.getCombinedModifierFlags(node) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) === 0;
}

/** Types of src that appear in signatures of public exports but that no entry exports. */
function unexportedTypes(): string[] {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    // Only files of src are asked about: no library and no package is read.
    noLib: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  host.resolveModuleNameLiterals = (literals, file) =>
    literals.map(({ text }) =>
      text.startsWith('.') ? ts.resolveModuleName(text, file, options, host) : { resolvedModule: undefined },
    );
  const program = ts.createProgram(entries, options, host);
  const checker = program.getTypeChecker();
  const unalias = (symbol: ts.Symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const exported = new Set<ts.Symbol>();
  for (const entry of entries) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(entry) as ts.SourceFile);
    for (const symbol of checker.getExportsOfModule(module as ts.Symbol)) exported.add(unalias(symbol));
  }
  const missing = new Set<string>();
  /** Visits the types in a signature, not the bodies of functions. */
  const visit = (node: ts.Node, owner: string): void => {
    if (ts.isBlock(node) || !isVisible(node)) return;
    if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node)) {
      const name = ts.isTypeReferenceNode(node) ? node.typeName : node.expression;
      const symbol = checker.getSymbolAtLocation(name);
      const target = symbol && unalias(symbol);
      const declaration = target?.declarations?.[0];
      const isOurs =
        declaration?.getSourceFile().fileName.startsWith(source) && !ts.isTypeParameterDeclaration(declaration);
      if (target && declaration && isOurs && !exported.has(target) && isExported(declaration))
        missing.add(`${target.name} (${owner})`);
    }
    // Without a type annotation, the initializer counts: the types that it computes are not visible here.
    ts.forEachChild(node, (child) => {
      if (ts.isVariableDeclaration(node) && child === node.initializer) return;
      if (ts.isPropertyDeclaration(node) && child === node.initializer) return;
      if (ts.isParameter(node) && child === node.initializer) return;
      visit(child, owner);
    });
  };
  for (const symbol of exported) {
    for (const declaration of symbol.declarations ?? []) visit(declaration, symbol.name);
  }
  return [...missing].sort();
}

describe('public entries', () => {
  it('export every type that their functions and types name', () => {
    expect(unexportedTypes()).toEqual([]);
  });
});
