import { posix } from 'node:path';
import ts from 'typescript';

/** One import, export-from, dynamic import, `require` or `import('…')` type. */
export interface ImportFound {
  /** The module named; undefined if it is computed. */
  readonly specifier: string | undefined;
  /** 1-based. */
  readonly line: number;
  /** Whether it imports only types. */
  readonly typesOnly: boolean;
  /** Names taken from the module, or `*` for all of them. */
  readonly names: readonly string[] | '*';
}

type Clause = ts.NamedImports | ts.NamedExports;

const namesOf = (clause: Clause): string[] =>
  clause.elements.map((element) => (element.propertyName ?? element.name).text);

/** The names that an import declaration takes; none if it is only for side effects. */
function importedNames(clause: ts.ImportClause | undefined): readonly string[] | '*' {
  const bindings = clause?.namedBindings;
  if (bindings !== undefined && ts.isNamespaceImport(bindings)) return '*';
  return [...(clause?.name ? ['default'] : []), ...(bindings ? namesOf(bindings) : [])];
}

/** The node as an import; undefined for any other node. */
function importAt(
  node: ts.Node,
): { module: ts.Node | undefined; typesOnly: boolean; names: readonly string[] | '*' } | undefined {
  if (ts.isImportDeclaration(node)) {
    const clause = node.importClause;
    return { module: node.moduleSpecifier, typesOnly: clause?.isTypeOnly ?? false, names: importedNames(clause) };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
    const clause = node.exportClause;
    const names = clause && ts.isNamedExports(clause) ? namesOf(clause) : '*';
    return { module: node.moduleSpecifier, typesOnly: node.isTypeOnly, names };
  }
  if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
    return { module: node.moduleReference.expression, typesOnly: node.isTypeOnly, names: '*' };
  }
  if (ts.isImportTypeNode(node)) {
    return {
      module: ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined,
      typesOnly: true,
      names: '*',
    };
  }
  if (ts.isCallExpression(node)) {
    const callee = node.expression;
    const loads = callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require');
    if (loads) return { module: node.arguments[0], typesOnly: false, names: '*' };
  }
  return undefined;
}

/** What was read last from each path: several rules read the same files. */
const known = new Map<string, { readonly text: string; readonly imports: readonly ImportFound[] }>();

/** Every import of a source file, at any depth. */
export function readImports(path: string, text: string): readonly ImportFound[] {
  const before = known.get(path);
  if (before?.text === text) return before.imports;
  const imports = findImports(path, text);
  known.set(path, { text, imports });
  return imports;
}

function findImports(path: string, text: string): ImportFound[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const found: ImportFound[] = [];
  const visit = (node: ts.Node): void => {
    const read = importAt(node);
    if (read !== undefined) {
      const { module, typesOnly, names } = read;
      const specifier = module && ts.isStringLiteralLike(module) ? module.text : undefined;
      const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
      found.push({ specifier, line, typesOnly, names });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const isExported = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node)?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword) ?? false);

const knownNames = new Map<string, { readonly text: string; readonly names: readonly string[] }>();

/** Names that a source file declares and exports. */
export function readExportedNames(path: string, text: string): readonly string[] {
  const before = knownNames.get(path);
  if (before?.text === text) return before.names;
  const names = findExportedNames(path, text);
  knownNames.set(path, { text, names });
  return names;
}

function findExportedNames(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  return source.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      const clause = statement.exportClause;
      return clause && ts.isNamedExports(clause) ? clause.elements.map((element) => element.name.text) : [];
    }
    if (!isExported(statement)) return [];
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.map((declaration) => declaration.name.getText(source));
    }
    const name = (statement as ts.DeclarationStatement).name;
    return name === undefined ? [] : [name.text];
  });
}

/** The file below src that a relative specifier of `from` names: `aml/terms.ts`. Begins with `..` if it leaves src. */
export function resolveSpecifier(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
}
