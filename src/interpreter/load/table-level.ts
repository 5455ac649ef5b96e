import { segmentText } from '../../aml/grammar/name-bytes.js';
import { termAt } from '../../aml/grammar/term.js';
import type { NamespaceNode } from '../../aml/index.js';
import { ELEMENT } from '../../aml/tape/field-list.js';
import { TermMaker } from '../../aml/tape/make-terms.js';
import { CODE, isLoneKey, NEXT, RECORD, ROW, type Tape } from '../../aml/tape/tape.js';
import type { TermCompiler } from '../compile/compiler.js';
import { elementIn } from '../compile/data.js';
import { connectionOf, declareUnit, inside, regionOf, unitOf } from '../compile/declarations.js';
import { FieldList, FieldObject, type FieldStorage } from '../fields/field-unit.js';
import { copyValue } from '../objects/copy.js';
import { fail } from '../objects/fault.js';
import type { Machine } from '../objects/machine.js';
import { type AmlNode, type NamedObject, parseName } from '../objects/node.js';
import {
  AmlDevice,
  AmlMethod,
  AmlPackage,
  type Body,
  type Completion,
  DONE,
  type Element,
  type Frame,
  type MethodSource,
  TYPE,
  UnresolvedName,
  type Value,
} from '../objects/objects.js';
import { constantAt } from './constants.js';

/**
 * Runs the level of a table from its tape. Most of it is declarations of constants, each of which runs once: they need
 * neither terms nor closures. Everything else is compiled. Loading a DSDT of 240 KB takes a third of the time it takes
 * to compile it all.
 */
export class TableLevel {
  readonly #tape: Tape;
  readonly #maker: TermMaker;
  readonly #compiler: TermCompiler;
  readonly #machine: Machine;
  readonly #table: number;
  readonly #frame: Frame;
  readonly #namespace: NamespaceNode;
  readonly #compileMethod: (source: MethodSource) => Body;

  constructor(tape: Tape, namespace: NamespaceNode, compiler: TermCompiler, frame: Frame) {
    this.#tape = tape;
    this.#maker = new TermMaker(tape, false);
    this.#compiler = compiler;
    this.#machine = compiler.machine;
    this.#table = compiler.table;
    this.#frame = frame;
    this.#namespace = namespace;
    const { source } = tape;
    this.#compileMethod = ({ start, end, node }) => {
      const terms = start === end ? [] : [termAt('Raw', [source.subarray(start, end)], start, end, 0, 0)];
      return compiler.methodBody((node as AmlNode).path, terms);
    };
  }

  /** Runs all terms. */
  run(): void {
    this.#list(1, this.#tape.next(0));
  }

  #list(first: number, end: number): Completion {
    const tape = this.#tape;
    let next: number;
    for (let record = first; record < end; record = next) {
      next = tape.next(record);
      const hasElse = next < end && tape.code(record) === ROW.If && tape.code(next) === ROW.Else;
      try {
        const ended = this.#statement(record, next, hasElse);
        if (ended !== DONE.normal) return ended;
      } catch (thrown) {
        this.#compiler.passFault(thrown, this.#frame, tape.start(record));
      }
      if (hasElse) next = tape.next(next);
    }
    return DONE.normal;
  }

  #statement(record: number, next: number, hasElse: boolean): Completion {
    const frame = this.#frame;
    switch (this.#tape.code(record)) {
      case ROW.Name:
        this.#name(record + 1);
        return DONE.normal;
      case ROW.Method:
        this.#method(record + 1, next);
        return DONE.normal;
      case ROW.Device:
        return this.#within(this.#declare(record + 1, new AmlDevice(TYPE.device)), record + 2, next);
      case ROW.Scope:
        return this.#within(this.#find(record + 1), record + 2, next);
      case ROW.Field:
        this.#units({ kind: 'region', region: regionOf(this.#find(record + 1)) }, record + 2, next);
        return DONE.normal;
      case ROW.IndexField: {
        const index = unitOf(this.#find(record + 1));
        const data = unitOf(this.#find(record + 2));
        this.#units({ kind: 'index', index, data }, record + 3, next);
        return DONE.normal;
      }
      case ROW.If:
        return this.#conditional(record + 1, next, hasElse);
      case ROW.Else:
      case ROW.External:
        return DONE.normal;
      case ROW.ThermalZone:
        return this.#within(this.#declare(record + 1, new AmlDevice(TYPE.thermalZone)), record + 2, next);
      case ROW.Processor:
        return this.#within(
          this.#declare(record + 1, new AmlDevice(TYPE.processor, this.#details(record + 2, 3))),
          record + 5,
          next,
        );
      case ROW.PowerResource:
        return this.#within(
          this.#declare(record + 1, new AmlDevice(TYPE.powerResource, this.#details(record + 2, 2))),
          record + 4,
          next,
        );
      default:
        return this.#compiler.body([this.#maker.term(record)])(frame);
    }
  }

  #within(node: AmlNode, first: number, end: number): Completion {
    return inside(this.#frame, node, () => this.#list(first, end));
  }

  #conditional(predicate: number, next: number, hasElse: boolean): Completion {
    const test = this.#compiler.predicate(this.#maker.term(predicate));
    if (test(this.#frame)) return this.#list(this.#tape.next(predicate), next);
    return hasElse ? this.#list(next + 1, this.#tape.next(next)) : DONE.normal;
  }

  /** Numbers before the body of a Processor or PowerResource. */
  #details(first: number, count: number): number[] {
    const details: number[] = [];
    for (let record = first; record < first + count; record++) details.push(this.#tape.value(record) >>> 0);
    return details;
  }

  /** What a NameString refers to. */
  #find(record: number): AmlNode {
    const key = this.#tape.value(record);
    const { tree } = this.#machine;
    const { scope } = this.#frame;
    if (isLoneKey(key)) {
      const found = tree.findUpward(scope, segmentText(key));
      if (found !== undefined) return found;
    }
    const name = this.#tape.name(record);
    return tree.find(scope, parseName(name)) ?? fail('AE_NOT_FOUND', `${name} does not exist for ${scope.path}.`);
  }

  /** Declares what a NameString names. */
  #declare(record: number, object: NamedObject | undefined): AmlNode {
    const key = this.#tape.value(record);
    const machine = this.#machine;
    const frame = this.#frame;
    if (isLoneKey(key)) return machine.declareIn(frame.scope, frame, segmentText(key), this.#table, object);
    const name = this.#tape.name(record);
    return machine.declare(frame, parseName(name), name, this.#table, object);
  }

  #name(record: number): void {
    // The name is there while its value is made, as in ACPICA.
    const node = this.#declare(record, undefined);
    const value = this.#value(record + 1);
    const isShared = this.#tape.code(record + 1) === CODE.Path;
    node.object = (isShared ? copyValue(value, this.#machine.spend) : value) as NamedObject;
  }

  #method(record: number, next: number): void {
    const tape = this.#tape;
    const node = this.#declare(record, undefined);
    const body = record + 2;
    const [start, end] = body === next ? [0, 0] : [tape.start(body), tape.start(next)];
    node.object = new AmlMethod(tape.value(record + 1), this.#table, this.#compileMethod, node, start, end);
  }

  #value(record: number): Value {
    const constant = constantAt(this.#machine, this.#namespace, this.#tape, record);
    if (constant !== undefined) return constant;
    if (this.#tape.code(record) === ROW.Package) return this.#package(record);
    return this.#compiler.operand(this.#maker.term(record))(this.#frame);
  }

  /** A package that names something, or holds what has to be evaluated. */
  #package(record: number): AmlPackage {
    const tape = this.#tape;
    const size = tape.value(record + 1);
    const end = tape.next(record);
    this.#machine.spend(16 * size);
    const elements: Element[] = new Array(size).fill(undefined);
    let unresolved = false;
    for (let at = record + 2, index = 0; at < end && index < size; at = tape.next(at), index++) {
      const element = this.#element(at);
      elements[index] = element;
      unresolved ||= element instanceof UnresolvedName || (element instanceof AmlPackage && element.unresolved);
    }
    return new AmlPackage(elements, unresolved);
  }

  #element(record: number): Element {
    const constant = constantAt(this.#machine, this.#namespace, this.#tape, record);
    if (constant !== undefined) return constant;
    if (this.#tape.code(record) === ROW.Package) return this.#package(record);
    return elementIn(this.#compiler, this.#maker.term(record))(this.#frame);
  }

  /** The units of a field list; `record` is of its flags. */
  #units(storage: FieldStorage, record: number, end: number): void {
    const tape = this.#tape;
    const frame = this.#frame;
    const list = new FieldList(tape.value(record));
    for (let at = record + 1; at < end; ) {
      const value = tape.value(at);
      const bits = tape.words[at * RECORD + NEXT] as number;
      switch (tape.code(at)) {
        case ELEMENT.NamedField:
          declareUnit(this.#compiler, frame, segmentText(value), new FieldObject(storage, list, bits));
          list.passUnit(bits);
          break;
        case ELEMENT.ReservedField:
          list.pass(bits);
          break;
        case ELEMENT.AccessField:
          list.accessAs(value & 0xff, value >>> 8, undefined);
          break;
        case ELEMENT.ExtendedAccessField:
          list.accessAs(value & 0xff, (value >>> 8) & 0xff, value >>> 16);
          break;
        default:
          list.connect(connectionOf(this.#compiler, this.#maker.term(at + 1))(frame));
          at = tape.next(at);
          continue;
      }
      at++;
    }
  }
}
