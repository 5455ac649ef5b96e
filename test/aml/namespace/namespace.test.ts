import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyOfText } from '../../../src/aml/grammar/name-bytes.js';
import { asl, decodeAml, encodeAml } from '../../../src/aml/index.js';
import { createNamespace, findNode, NamespaceNode, openNode } from '../../../src/aml/namespace/namespace.js';

/** Few enough that paths meet. */
const NAMES = Array.from({ length: 6 }, (_, index) => `N${String(index).padStart(2, '0')}_`);

interface ModelNode {
  readonly children: Map<string, ModelNode>;
}

const atPath = (from: NamespaceNode, path: readonly string[]) =>
  path.reduce<NamespaceNode | undefined>((node, name) => node?.existingChild(keyOfText(name)), from);

const shapeOf = (node: NamespaceNode): unknown => node.children.map((child) => [child.segment, shapeOf(child)]);
const modelShapeOf = ({ children }: ModelNode): unknown =>
  [...children].map(([segment, child]) => [segment, modelShapeOf(child)]);

describe('a namespace', () => {
  it('holds what was made in it and not forgotten since, in order', () => {
    const path = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 4 });
    const step = fc.record({ path, keep: fc.option(fc.nat({ max: 3 }), { freq: 8, nil: undefined }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
        const root = new NamespaceNode();
        const model: ModelNode = { children: new Map() };
        for (const { path: names, keep } of steps) {
          let known: ModelNode = model;
          for (const name of names) {
            const child: ModelNode = known.children.get(name) ?? { children: new Map() };
            known.children.set(name, child);
            known = child;
          }
          openNode(root, names.join('.'));
          if (keep === undefined) continue;
          const holder = names.slice(0, -1);
          const held = holder.reduce((node, name) => node.children.get(name) as ModelNode, model).children;
          for (const segment of [...held.keys()].slice(keep)) held.delete(segment);
          atPath(root, holder)?.keepChildren(keep);
        }
        expect(shapeOf(root)).toEqual(modelShapeOf(model));
      }),
      { numRuns: 60 },
    );
  });

  it('finds a lone name upward, and any other only where it points', () => {
    const root = createNamespace();
    const inner = openNode(root, '\\_SB_.PCI0.DEV0');
    const outer = openNode(root, '\\_SB_.REG0');
    for (const node of [inner, outer]) node.kind = 'object';
    expect(findNode(inner, 'REG0')).toBe(outer);
    expect(findNode(inner, '^REG0')).toBeUndefined();
    expect(findNode(inner, '^^REG0')).toBe(outer);
    expect(findNode(root, '_SB_.PCI0.DEV0')).toBe(inner);
    expect(inner.path()).toBe('\\_SB_.PCI0.DEV0');
  });
});

describe('what decoding makes of names', () => {
  const root = createNamespace();
  decodeAml(
    encodeAml([
      asl.Name('NAME', 1),
      asl.Device('DEV0', [asl.Method('METH', { args: 3 }, [])]),
      asl.Scope('FORE', [asl.Name('INNR', 1)]),
      asl.Alias('DEV0', 'TWIN'),
      asl.External('EXTM', 8, 2),
      asl.External('EXTO', 0, 0),
      asl.Field('NAME', { access: 'AnyAcc' }, [{ kind: 'NamedField', name: 'UNIT', bits: 1, lengthWidth: 0 }]),
    ]),
    { namespace: root },
  );

  it.each([
    ['\\NAME', 'object', 0],
    ['\\DEV0', 'object', 0],
    ['\\DEV0.METH', 'method', 3],
    ['\\FORE', 'unknown', 0],
    ['\\FORE.INNR', 'object', 0],
    ['\\TWIN.METH', undefined, undefined],
    ['\\EXTM', 'method', 2],
    ['\\EXTO', 'unknown', 0],
    ['\\UNIT', 'object', 0],
    ['\\NONE', undefined, undefined],
  ])('%s', (name, kind, argumentCount) => {
    const node = findNode(root, name);
    expect([node?.kind, node?.argumentCount]).toEqual([kind, argumentCount]);
  });

  it('an Alias means what it is another name of', () => {
    expect(findNode(root, '\\TWIN')).toBe(findNode(root, '\\DEV0'));
  });
});
