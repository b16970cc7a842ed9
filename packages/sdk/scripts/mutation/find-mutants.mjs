// Which checks does a source file make, and how is each taken out?
import ts from 'typescript';

const CHECKS = /^(check[A-Z]?\w*|expectFormat|expectAlgorithm|exactTime)$/;
const METHODS = /^(require|end|check)$/;

/** `{ start, end, replacement, line, what }` of every check: the whole call, each part of its condition, each throw. */
export function findMutants(text, file) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const mutants = [];
  const add = (node, replacement, what) =>
    mutants.push({
      file,
      start: node.getStart(source),
      end: node.getEnd(),
      replacement,
      what,
      line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1,
      text: node.getText(source).replaceAll(/\s+/g, ' '),
    });
  /** Parts of a condition: one of them always true (an `&&` less), or one alternative never true (an `||` less). */
  const parts = (condition) => {
    const inner = ts.isParenthesizedExpression(condition) ? condition.expression : condition;
    if (!ts.isBinaryExpression(inner)) return;
    const { kind } = inner.operatorToken;
    const and = kind === ts.SyntaxKind.AmpersandAmpersandToken;
    if (!and && kind !== ts.SyntaxKind.BarBarToken) return;
    for (const side of [inner.left, inner.right]) {
      add(side, and ? 'true' : 'false', and ? 'condition less' : 'alternative less');
      parts(side);
    }
  };
  const visit = (node) => {
    if (ts.isThrowStatement(node)) add(node, ';', 'throw removed');
    else if (ts.isCallExpression(node) && isCheck(node)) {
      // A function whose value is used cannot be left out; what it checks inside is found there.
      const unused = ts.isExpressionStatement(node.parent) || ts.isArrowFunction(node.parent);
      if (unused) add(node, 'void 0', 'check removed');
      const [condition] = node.arguments;
      if (condition !== undefined) parts(condition);
    } else if ((ts.isReturnStatement(node) && node.expression) || ts.isVariableDeclaration(node)) {
      const value = ts.isReturnStatement(node) ? node.expression : node.initializer;
      if (value !== undefined) parts(value);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return mutants;
}

function isCheck({ expression }) {
  if (ts.isIdentifier(expression)) return CHECKS.test(expression.text);
  return ts.isPropertyAccessExpression(expression) && METHODS.test(expression.name.text);
}

export function applyMutant(text, { start, end, replacement }) {
  return text.slice(0, start) + replacement + text.slice(end);
}
