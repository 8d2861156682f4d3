import { InvalidInput } from '../../src/errors.ts';

/** What a property or a literal stands for. Instants are milliseconds. */
export type ODataValue = string | number | boolean | null;

/** A `$filter` as a tree. */
export type ODataExpression =
  | { kind: 'literal'; value: ODataValue }
  | { kind: 'property'; name: string }
  | { kind: 'call'; name: ODataFunction; args: ODataExpression[] }
  | { kind: 'not'; of: ODataExpression }
  | { kind: 'binary'; operator: ODataOperator; left: ODataExpression; right: ODataExpression };

const operators = ['or', 'and', 'eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
const functions = { substringof: 2, startswith: 2, endswith: 2, tolower: 1, toupper: 1, trim: 1 } as const;

type ODataOperator = (typeof operators)[number];
type ODataFunction = keyof typeof functions;

const maxLength = 4_000;
const maxTokens = 500;
const maxDepth = 30;

const token = /\s*(?:(datetime'[^']*')|('(?:[^']|'')*')|(-?\d+(?:\.\d+)?[LlMmFfDd]?)|([A-Za-z_][\w/]*)|([(),]))/y;

/**
 * Parses the part of OData's filter language that clients use (https://www.odata.org/documentation/odata-version-2-0/uri-conventions/,
 * section 4.5): comparisons, `and`, `or`, `not`, and functions of text. Throws InvalidInput for anything else, and for what is longer or deeper than
 * anybody needs.
 */
export function parseFilter(text: string): ODataExpression {
  return new Parser(text).whole();
}

class Parser {
  readonly #tokens: string[] = [];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    if (text.length > maxLength) throw malformed(`it has more than ${maxLength} characters`);
    let end = 0;
    for (token.lastIndex = 0; end < text.trimEnd().length; end = token.lastIndex) {
      const match = token.exec(text);
      if (!match) throw malformed(`"${text.slice(end, end + 20).trim()}" is not understood`);
      if (this.#tokens.length >= maxTokens) throw malformed(`it has more than ${maxTokens} parts`);
      this.#tokens.push(match[0].trim());
    }
  }

  whole(): ODataExpression {
    const expression = this.#binary(0);
    if (this.#at < this.#tokens.length) throw malformed(`"${this.#tokens[this.#at]}" comes where it should end`);
    return expression;
  }

  /** By precedence: `or`, `and`, then comparisons. */
  #binary(level: number): ODataExpression {
    if (level === 3) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = this.#operator(level);
      if (operator === undefined) return left;
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1) };
    }
  }

  #operator(level: number): ODataOperator | undefined {
    const allowed: readonly string[] = [['or'], ['and'], ['eq', 'ne', 'gt', 'ge', 'lt', 'le']][level] ?? [];
    const next = this.#tokens[this.#at]?.toLowerCase();
    if (next === undefined || !allowed.includes(next)) return undefined;
    this.#at += 1;
    return next as ODataOperator;
  }

  #unary(): ODataExpression {
    if (++this.#depth > maxDepth) throw malformed('it is nested too deeply');
    try {
      const next = this.#take('an expression');
      if (next === '(') return this.#closed(this.#binary(0));
      if (next.toLowerCase() === 'not') return { kind: 'not', of: this.#unary() };
      if (/^(?:datetime)?'/i.test(next) || /^-?\d/.test(next)) return { kind: 'literal', value: literal(next) };
      return this.#word(next);
    } finally {
      this.#depth -= 1;
    }
  }

  #word(word: string): ODataExpression {
    const lower = word.toLowerCase();
    if (lower === 'true' || lower === 'false') return { kind: 'literal', value: lower === 'true' };
    if (lower === 'null') return { kind: 'literal', value: null };
    if (!/^[A-Za-z_]/.test(word) || (operators as readonly string[]).includes(lower)) throw malformed(`"${word}" stands where a value should`);
    if (this.#tokens[this.#at] !== '(') return { kind: 'property', name: word };
    if (!Object.hasOwn(functions, lower)) throw malformed(`the function "${word.slice(0, 50)}" is not supported`);
    const name = lower as ODataFunction;
    this.#at += 1;
    const args = [this.#binary(0)];
    while (this.#tokens[this.#at] === ',') {
      this.#at += 1;
      args.push(this.#binary(0));
    }
    if (args.length !== functions[name]) throw malformed(`"${name}" takes ${functions[name]} arguments`);
    return this.#closed({ kind: 'call', name, args });
  }

  #closed(expression: ODataExpression): ODataExpression {
    if (this.#take('")"') !== ')') throw malformed('a ")" is missing');
    return expression;
  }

  #take(wanted: string): string {
    const next = this.#tokens[this.#at];
    if (next === undefined) throw malformed(`it ends where ${wanted} should come`);
    this.#at += 1;
    return next;
  }
}

function literal(text: string): ODataValue {
  if (/^datetime'/i.test(text)) {
    const instant = text.slice("datetime'".length, -1);
    const ms = Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(instant) ? instant : `${instant}Z`);
    if (Number.isNaN(ms)) throw malformed(`"${instant.slice(0, 40)}" is no instant`);
    return ms;
  }
  return text.startsWith("'") ? text.slice(1, -1).replaceAll("''", "'") : Number.parseFloat(text);
}

function malformed(why: string): InvalidInput {
  return new InvalidInput('$filter', `The $filter cannot be used: ${why}.`);
}

/** What an expression is for one thing; `property` gives the value of a property, or throws where there is none of that name. */
export function evaluate(expression: ODataExpression, property: (name: string) => ODataValue): ODataValue {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'property':
      return property(expression.name);
    case 'not':
      return evaluate(expression.of, property) !== true;
    case 'call':
      return call(expression.name, expression.args.map((arg) => evaluate(arg, property)));
    case 'binary':
      return binary(expression, property);
  }
}

function call(name: ODataFunction, args: readonly ODataValue[]): ODataValue {
  const [a = '', b = ''] = args.map((arg) => (arg === null ? '' : String(arg)));
  const results: Record<ODataFunction, () => ODataValue> = {
    substringof: () => b.includes(a),
    startswith: () => a.startsWith(b),
    endswith: () => a.endsWith(b),
    tolower: () => a.toLowerCase(),
    toupper: () => a.toUpperCase(),
    trim: () => a.trim(),
  };
  return results[name]();
}

function binary({ operator, left, right }: Extract<ODataExpression, { kind: 'binary' }>, property: (name: string) => ODataValue): boolean {
  const a = evaluate(left, property);
  if (operator === 'and') return a === true && evaluate(right, property) === true;
  if (operator === 'or') return a === true || evaluate(right, property) === true;
  const b = evaluate(right, property);
  // As in the database behind nuget.org, texts are the same whatever the case of their letters: ids above all.
  const isSame = typeof a === 'string' && typeof b === 'string' ? a.toLowerCase() === b.toLowerCase() : a === b;
  if (operator === 'eq') return isSame;
  if (operator === 'ne') return !isSame;
  if (a === null || b === null || typeof a !== typeof b) return false;
  return operator === 'gt' ? a > b : operator === 'ge' ? a >= b : operator === 'lt' ? a < b : a <= b;
}
