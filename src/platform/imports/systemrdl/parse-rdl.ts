import type { ImportLog } from '../model/import-log.js';
import { parseExpression, TokenStream } from './parse-expression.js';
import type {
  Assignment,
  Body,
  ComponentDefinition,
  ComponentType,
  EnumDefinition,
  Expression,
  Instance,
  Parameter,
} from './syntax.js';
import { RdlFault, type Token } from './tokens.js';

const COMPONENTS = new Set<string>(['addrmap', 'regfile', 'reg', 'field', 'mem', 'signal'] satisfies ComponentType[]);
/** Words in front of a property that say when an interrupt is raised, or that it is not kept. SystemRDL 2.0 §9.9 */
const MODIFIERS = new Set(['posedge', 'negedge', 'bothedge', 'level', 'nonsticky']);

/** `#(type NAME = value, …)` after a definition's name. */
function parseParameters(stream: TokenStream): Parameter[] {
  const parameters: Parameter[] = [];
  if (!stream.take('#')) return parameters;
  stream.expect('(');
  while (!stream.is(')')) {
    stream.word('The type of the parameter');
    while (stream.peek().kind === 'word' && (stream.peek(1).kind === 'word' || stream.is('unsigned'))) stream.next();
    const name = stream.word('The name of the parameter').text;
    if (stream.take('[')) stream.expect(']');
    parameters.push({ name, value: stream.take('=') ? parseExpression(stream) : undefined });
    if (!stream.take(',')) break;
  }
  stream.expect(')');
  return parameters;
}

/** `#(.NAME(value), …)` in front of an instance's name. */
function parseArguments(stream: TokenStream): Parameter[] {
  const parameters: Parameter[] = [];
  if (!stream.take('#')) return parameters;
  stream.expect('(');
  while (stream.take('.')) {
    const name = stream.word('The name of the parameter').text;
    stream.expect('(');
    parameters.push({ name, value: parseExpression(stream) });
    stream.expect(')');
    if (!stream.take(',')) break;
  }
  stream.expect(')');
  return parameters;
}

function parseInstance(
  stream: TokenStream,
  definition: Instance['definition'],
  parameters: readonly Parameter[],
  how: { isAlias: boolean; isExternal: boolean },
): Instance {
  const { text: name, place } = stream.word('The name of the instance');
  const dimensions: Expression[] = [];
  let range: Instance['range'];
  while (stream.take('[')) {
    const first = parseExpression(stream);
    if (stream.take(':')) range = [first, parseExpression(stream)];
    else dimensions.push(first);
    stream.expect(']');
  }
  const after: { -readonly [Key in 'reset' | 'address' | 'stride' | 'alignment']?: Expression } = {};
  const signs = { '=': 'reset', '@': 'address', '+=': 'stride', '%=': 'alignment' } as const;
  for (let sign = signOf(stream); sign !== undefined; sign = signOf(stream)) {
    stream.next();
    after[signs[sign]] = parseExpression(stream);
  }
  return { name, definition, parameters, dimensions, ...(range && { range }), ...after, ...how, place };
}

function signOf(stream: TokenStream): '=' | '@' | '+=' | '%=' | undefined {
  return (['=', '@', '+=', '%='] as const).find((sign) => stream.is(sign));
}

function parseInstances(
  stream: TokenStream,
  definition: Instance['definition'],
  parameters: readonly Parameter[],
  how: { isAlias: boolean; isExternal: boolean },
): Instance[] {
  const instances = [parseInstance(stream, definition, parameters, how)];
  while (stream.take(',')) instances.push(parseInstance(stream, definition, parameters, how));
  return instances;
}

/** Takes `external` or `internal`. */
function takeLocation(stream: TokenStream): boolean {
  const isExternal = stream.take('external');
  if (!isExternal) stream.take('internal');
  return isExternal;
}

function parseEnum(stream: TokenStream): EnumDefinition {
  const { place } = stream.expect('enum');
  const name = stream.word('The name of the enum').text;
  const entries: EnumDefinition['entries'][number][] = [];
  stream.expect('{');
  while (!stream.is('}')) {
    const entry = stream.word('The name of the entry');
    const value = stream.take('=') ? parseExpression(stream) : undefined;
    const properties: Assignment[] = [];
    if (stream.take('{')) {
      while (!stream.is('}')) properties.push(parseAssignment(stream));
      stream.expect('}');
    }
    stream.expect(';');
    entries.push({ name: entry.text, value, properties, place: entry.place });
  }
  stream.expect('}');
  stream.expect(';');
  return { kind: 'enum', name, entries, place };
}

/** `[default] [modifier] name [= value];`, or `inst[0].inst->name = value;` */
function parseAssignment(stream: TokenStream): Assignment {
  const { place } = stream.peek();
  const isDefault = stream.take('default');
  const target: NonNullable<Assignment['target']>[number][] = [];
  if (MODIFIERS.has(stream.peek().text) && stream.peek(1).kind === 'word') stream.next();
  let name = stream.word('The name of a property').text;
  while (stream.is('.') || stream.is('[') || stream.is('->')) {
    const indexes: Expression[] = [];
    while (stream.take('[')) {
      indexes.push(parseExpression(stream));
      stream.expect(']');
    }
    target.push({ name, indexes });
    const isProperty = stream.take('->');
    if (!isProperty) stream.expect('.');
    if (isProperty && MODIFIERS.has(stream.peek().text) && stream.peek(1).kind === 'word') stream.next();
    name = stream.word(isProperty ? 'The name of a property' : 'The name of an instance').text;
    if (isProperty) break;
  }
  const value = stream.take('=') ? parseExpression(stream) : undefined;
  stream.expect(';');
  return { name, value, isDefault, ...(target.length > 0 && { target }), place };
}

/** Passes over a definition that registers do not need: `property`, `struct`, `constraint`. */
function skipDefinition(stream: TokenStream): string {
  stream.next();
  const name = stream.peek().kind === 'word' ? stream.next().text : '';
  while (!stream.is('{')) {
    if (stream.peek().kind === 'end' || stream.is(';')) stream.refuse('{ is missing.');
    stream.next();
  }
  let depth = 0;
  do {
    if (stream.peek().kind === 'end') stream.refuse('} is missing.');
    const { kind, text } = stream.next();
    if (kind === 'sign' && (text === '{' || text === "'{")) depth++;
    if (kind === 'sign' && text === '}') depth--;
  } while (depth > 0);
  while (!stream.is(';')) {
    if (stream.peek().kind === 'end') stream.refuse('; is missing.');
    stream.next();
  }
  stream.expect(';');
  return name;
}

type OpenBody = { -readonly [Key in keyof Body]: Body[Key][number][] };

function parseComponent(stream: TokenStream, body: OpenBody, isExternal: boolean): void {
  const { text, place } = stream.next();
  const name = stream.peek().kind === 'word' ? stream.next().text : undefined;
  const parameters = parseParameters(stream);
  stream.expect('{');
  const own = stream.nested(() => parseBody(stream));
  stream.expect('}');
  const definition: ComponentDefinition = {
    kind: 'component',
    type: text as ComponentType,
    name,
    parameters,
    body: own,
    place,
  };
  if (name !== undefined) body.definitions.push(definition);
  const how = { isAlias: false, isExternal: takeLocation(stream) || isExternal };
  const given = parseArguments(stream);
  if (!stream.is(';')) body.instances.push(...parseInstances(stream, definition, given, how));
  else if (name === undefined) stream.refuse(`The ${text} has no name and no instance.`, 'Give it one of them.');
  stream.expect(';');
}

function parseExplicitInstance(stream: TokenStream, body: OpenBody, isExternal: boolean): void {
  const isAlias = stream.take('alias');
  if (isAlias) stream.word('What it is an alias of');
  const definition = stream.word('The name of a component').text;
  const how = { isAlias, isExternal: takeLocation(stream) || isExternal };
  body.instances.push(...parseInstances(stream, definition, parseArguments(stream), how));
  stream.expect(';');
}

/** Whether an instance comes next, rather than a property: a word, then another word or `#`. */
function isInstance(stream: TokenStream): boolean {
  const word = stream.peek().text;
  return !MODIFIERS.has(word) && word !== 'default' && (stream.peek(1).kind === 'word' || stream.is('#', 1));
}

function parseItem(stream: TokenStream, body: OpenBody): void {
  const { kind, text } = stream.peek();
  if (kind !== 'word') stream.refuse(`${stream.shown()} is not allowed here.`);
  if (text === 'enum') body.definitions.push(parseEnum(stream));
  else if (text === 'property') body.userProperties.push(skipDefinition(stream));
  else if (text === 'struct' || text === 'constraint') skipDefinition(stream);
  else if (text === 'abstract' && stream.is('struct', 1)) {
    stream.next();
    skipDefinition(stream);
  } else if (COMPONENTS.has(text)) parseComponent(stream, body, false);
  else if (text === 'external' || text === 'internal') {
    const isExternal = takeLocation(stream);
    if (COMPONENTS.has(stream.peek().text)) parseComponent(stream, body, isExternal);
    else parseExplicitInstance(stream, body, isExternal);
  } else if (text === 'alias' || isInstance(stream)) parseExplicitInstance(stream, body, false);
  else body.assignments.push(parseAssignment(stream));
}

function parseBody(stream: TokenStream): Body {
  const body: OpenBody = { definitions: [], assignments: [], instances: [], userProperties: [] };
  while (!stream.is('}') && stream.peek().kind !== 'end') parseItem(stream, body);
  return body;
}

/** What a file's tokens say; undefined, with an error in the log, at the first that does not fit. SystemRDL 2.0 annex B */
export function parseRdl(tokens: Iterable<Token, void>, log: ImportLog): Body | undefined {
  const stream = new TokenStream(tokens, log);
  try {
    const body = parseBody(stream);
    if (stream.is('}')) stream.refuse('This } closes nothing.', 'Remove it.');
    return body;
  } catch (error) {
    if (error instanceof RdlFault) return undefined;
    throw error;
  }
}
