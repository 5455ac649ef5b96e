import type { ImportLog } from './model/import-log.js';
import type { ImportLimits } from './model/limits.js';
import type { RegisterModel } from './model/register-model.js';
import { placeOfElement } from './svd/derived.js';
import { readDevice } from './svd/read-svd.js';
import { readXml } from './svd/xml-tree.js';

/** Formats that are XML. */
export type XmlFormat = 'svd' | 'ipxact';

const OUTERMOST: Readonly<Record<XmlFormat, string>> = { svd: 'device', ipxact: 'component' };

/**
 * The registers of a file in XML, and which format it is in: the given one, or the one that its outermost element belongs to.
 * Undefined, with an error in the log, if it cannot be read.
 */
export async function readXmlModel(
  text: string,
  wanted: XmlFormat | undefined,
  limits: ImportLimits,
  log: ImportLog,
): Promise<{ readonly model: RegisterModel; readonly format: XmlFormat } | undefined> {
  const root = await readXml(text, limits, log);
  if (root === undefined) return undefined;
  const { localName, svdOfComponent } = await import('./ipxact/svd-tree.js');
  const name = localName(root.name);
  const format = wanted ?? (name === OUTERMOST.ipxact ? 'ipxact' : 'svd');
  if (name !== OUTERMOST[format]) {
    const expected = wanted === undefined ? Object.values(OUTERMOST) : [OUTERMOST[wanted]];
    const message = `The outermost element is <${root.name.slice(0, 40)}>, not ${expected.map((each) => `<${each}>`).join(' or ')}.`;
    log.error('IMPORT_NOT_SVD', placeOfElement(root), message, 'Give a CMSIS-SVD file or an IP-XACT component.');
    return undefined;
  }
  const model = readDevice(format === 'svd' ? root : svdOfComponent(root, log), limits, log);
  return model && { model, format };
}
