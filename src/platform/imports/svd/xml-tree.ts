import type { ImportLog } from '../model/import-log.js';
import type { ImportLimits } from '../model/limits.js';
import { PlaceFinder } from '../model/place-finder.js';

/** An element of an XML file. Comments and processing instructions are not kept. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  readonly parent: XmlElement | undefined;
  /** Its name in the file, if it was made from an element of another format. */
  readonly written?: string;
  /** Characters directly in it, trimmed. */
  text: string;
  /** Of its `<`, 1-based. */
  readonly line: number;
  readonly column: number;
}

/** Children by their names, of elements that were asked for one. Searching a list of thousands each time is too slow. */
const childrenByName = new WeakMap<XmlElement, Map<string, XmlElement[]>>();

/** All children of a name, of an element that is complete. */
export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  let byName = childrenByName.get(element);
  if (byName === undefined) {
    byName = new Map();
    for (const child of element.children) {
      const alike = byName.get(child.name);
      if (alike === undefined) byName.set(child.name, [child]);
      else alike.push(child);
    }
    childrenByName.set(element, byName);
  }
  return byName.get(name) ?? [];
}

/** The first child of a name. */
export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return childrenOf(element, name)[0];
}

/** Leaves the parser, which has no way to stop. */
class StopReading extends Error {}

/**
 * The outermost element of an XML file; undefined, with an error in the log, if the file is not well-formed or goes
 * beyond a limit. Entities of a DOCTYPE are never expanded: a file that has one is refused.
 */
export async function readXml(text: string, limits: ImportLimits, log: ImportLog): Promise<XmlElement | undefined> {
  // Not imported above: few programs import register descriptions, and all would load it.
  const { SaxesParser } = await import('saxes');
  const parser = new SaxesParser();
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  let count = 0;
  const places = new PlaceFinder(text, undefined);
  const here = () => ({ line: parser.line, column: Math.max(1, parser.column) });
  const stop = (
    place: { readonly line: number; readonly column: number },
    code: 'IMPORT_XML_SYNTAX' | 'IMPORT_XML_DOCTYPE' | 'IMPORT_TOO_LARGE',
    message: string,
    cure: string,
  ) => {
    log.error(code, place, message, cure);
    throw new StopReading();
  };
  parser.on('error', (error) => {
    const reason = error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, '');
    stop(
      here(),
      'IMPORT_XML_SYNTAX',
      `The XML is not well-formed: ${reason}.`,
      'Is the file complete? Download it again.',
    );
  });
  parser.on('doctype', () => {
    const cure = 'Remove the DOCTYPE; SVD and IP-XACT files need none.';
    stop(
      here(),
      'IMPORT_XML_DOCTYPE',
      'The file has a DOCTYPE, which is not read: it can define entities that expand without end.',
      cure,
    );
  });
  parser.on('opentag', ({ name, attributes }) => {
    const place = places.at(text.lastIndexOf('<', parser.position - 1));
    if (++count > limits.parts) {
      const cure = 'Import a part of the file, such as one peripheral.';
      stop(place, 'IMPORT_TOO_LARGE', `The file has more than ${limits.parts} elements.`, cure);
    }
    if (open.length >= limits.depth) {
      const cure = 'Is this the right file? No register description nests that deep.';
      stop(place, 'IMPORT_TOO_LARGE', `Elements are nested more than ${limits.depth} deep.`, cure);
    }
    const parent = open.at(-1);
    const element: XmlElement = { name, attributes, children: [], parent, text: '', ...place };
    parent?.children.push(element);
    root ??= element;
    open.push(element);
  });
  const addText = (more: string) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += more;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const element = open.pop();
    if (element !== undefined) element.text = element.text.trim();
  });
  try {
    parser.write(text).close();
  } catch (error) {
    if (!(error instanceof StopReading)) throw error;
    return undefined;
  }
  return root;
}
