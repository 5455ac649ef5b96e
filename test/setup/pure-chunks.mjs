import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/**
 * Marks what the package's modules compute when they are loaded as pure, so that a bundler leaves out what a page does
 * not use. The package is free of side effects file by file, as `sideEffects` in package.json says; but the build joins
 * files into chunks, in which a bundler cannot tell that a call may be left out.
 */

/** Whether a bundler sees by itself that nothing happens when the expression is evaluated. */
function isPlain(node) {
  if (node === undefined || ts.isLiteralExpression(node) || ts.isIdentifier(node)) return true;
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return true;
  if ([ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword, ts.SyntaxKind.NullKeyword].includes(node.kind))
    return true;
  if (ts.isParenthesizedExpression(node)) return isPlain(node.expression);
  if (ts.isPrefixUnaryExpression(node)) return ts.isNumericLiteral(node.operand);
  if (ts.isArrayLiteralExpression(node)) return node.elements.every(isPlain);
  if (ts.isObjectLiteralExpression(node)) return node.properties.every(isPlainProperty);
  if (ts.isClassExpression(node)) return !node.members.some((member) => isStaticWork(member));
  return false;
}

function isPlainProperty(property) {
  if (property.name !== undefined && ts.isComputedPropertyName(property.name)) return false;
  if (ts.isPropertyAssignment(property)) return isPlain(property.initializer);
  return ts.isShorthandPropertyAssignment(property) || ts.isMethodDeclaration(property) || ts.isAccessor(property);
}

const isStaticWork = (member) =>
  ts.isClassStaticBlockDeclaration(member) ||
  (ts.isPropertyDeclaration(member) &&
    member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) &&
    !isPlain(member.initializer));

/**
 * The namespaces that the build makes for `import * as name` of a file of its own: `var name = {}; __export(name, …);`.
 * Filled in the declaration, they may be left out.
 */
function fillNamespaces(text) {
  return text.replaceAll(
    /^var (\w+) = \{\};\n__export\(\1, (\{\n(?: {2}[^\n]*\n)*\})\);$/gm,
    'var $1 = ((all) => (__export(all, $2), all))({});',
  );
}

/**
 * Gives classes their own names back. When the build makes a variable of a class that refers to itself, it becomes
 * `X = class _X`, and `inspect` would show its objects as `_X`. Within the class, both names mean it.
 */
function restoreClassNames(text) {
  const source = ts.createSourceFile('chunk.js', text, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  const found = [];
  const collect = (node, from, parent) => {
    const isProperty = parent !== undefined && ts.isPropertyAccessExpression(parent) && parent.name === node;
    if (ts.isIdentifier(node) && node.text === from && !isProperty) found.push(node.getStart(source));
    ts.forEachChild(node, (child) => collect(child, from, node));
  };
  const search = (node) => {
    const { name, initializer } = node;
    const isRenamed =
      ts.isVariableDeclaration(node) &&
      initializer !== undefined &&
      ts.isClassExpression(initializer) &&
      initializer.name?.text === `_${name.text}`;
    if (isRenamed) collect(initializer, initializer.name.text);
    ts.forEachChild(node, search);
  };
  search(source);
  let restored = '';
  let end = 0;
  for (const at of found) {
    restored += text.slice(end, at);
    end = at + 1;
  }
  return restored + text.slice(end);
}

/** A module's text with every other initial value of its own variables wrapped in a call that may be left out. */
export function markPure(unfilled) {
  const text = restoreClassNames(fillNamespaces(unfilled));
  const source = ts.createSourceFile('chunk.js', text, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS);
  const found = source.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => [...declarationList.declarations])
    .filter(({ name, initializer }) => ts.isIdentifier(name) && !isPlain(initializer) && !hasAwait(initializer))
    .map(({ initializer }) => [initializer.getStart(source), initializer.getEnd()]);
  let marked = '';
  let end = 0;
  for (const [from, to] of found) {
    const value = text.slice(from, to);
    // The braces of an object would be those of the function's body.
    marked += `${text.slice(end, from)}/* @__PURE__ */ (() => (${value}))()`;
    end = to;
  }
  return marked + text.slice(end);
}

const hasAwait = (node) => ts.isAwaitExpression(node) || (ts.forEachChild(node, hasAwait) ?? false);

/** Marks every module of a folder and its folders, but those in folders of the given names. */
export function markFolder(folder, except) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!except.includes(entry.name)) markFolder(path, except);
    } else if (entry.name.endsWith('.js')) writeFileSync(path, markPure(readFileSync(path, 'utf8')));
  }
}
