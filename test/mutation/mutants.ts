import ts from 'typescript';

/** One change to one file. Offsets count characters. */
export interface Mutant {
  /** From the project's folder. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** 1-based. */
  readonly line: number;
  /** The code before and after the change, each in one line, such as `a + b → a - b`. */
  readonly summary: string;
}

/** Each operator, and its replacements in mutants. */
const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '<<': ['>>>'],
  '>>': ['<<'],
  '>>>': ['<<'],
  '&': ['|'],
  '|': ['&'],
  '^': ['&'],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
  '+=': ['-='],
  '-=': ['+='],
  '|=': ['&='],
  '&=': ['|='],
};

const oneLine = (text: string) => {
  const flat = text.replaceAll(/\s+/g, ' ');
  return flat.length > 60 ? `${flat.slice(0, 57)}...` : flat;
};

/** A number changed by one; a bigint too. */
function otherNumber(text: string): string {
  return text.endsWith('n') ? `(${text} + 1n)` : `(${text} + 1)`;
}

/** Every mutant of a file: operators replaced, conditions made constant, literals changed, statements removed. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const mutants: Mutant[] = [];
  const add = (node: ts.Node, replacement: string, whole: ts.Node = node): void => {
    const [start, end] = [node.getStart(source), node.end];
    const line = source.getLineAndCharacterOfPosition(start).line + 1;
    const [from, to] = [whole.getStart(source), whole.end];
    const after = text.slice(from, start) + replacement + text.slice(end, to);
    mutants.push({
      file,
      start,
      end,
      replacement,
      line,
      summary: `${oneLine(text.slice(from, to))} → ${oneLine(after)}`,
    });
  };
  const decide = (condition: ts.Expression): void => {
    for (const decided of ['true', 'false']) if (condition.getText(source) !== decided) add(condition, decided);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isBinaryExpression(node)) {
      for (const other of OPERATORS[node.operatorToken.getText(source)] ?? []) add(node.operatorToken, other, node);
    } else if (ts.isPrefixUnaryExpression(node) && '!-~'.includes(ts.tokenToString(node.operator) ?? ' ')) {
      add(node, node.operand.getText(source));
    } else if (ts.isIfStatement(node)) decide(node.expression);
    else if (ts.isConditionalExpression(node)) decide(node.condition);
    else if (ts.isNumericLiteral(node) || ts.isBigIntLiteral(node)) {
      if (
        !ts.isPropertyName(node) ||
        node.parent.kind !== ts.SyntaxKind.PropertyAssignment ||
        (node.parent as ts.PropertyAssignment).name !== node
      )
        add(node, otherNumber(node.getText(source)), node.parent);
    } else if (node.kind === ts.SyntaxKind.TrueKeyword) add(node, 'false', node.parent);
    else if (node.kind === ts.SyntaxKind.FalseKeyword) add(node, 'true', node.parent);
    else if (ts.isExpressionStatement(node)) add(node, ';');
    else if (ts.isThrowStatement(node)) add(node, ';');
    ts.forEachChild(node, visit);
  };
  visit(source);
  return mutants;
}
