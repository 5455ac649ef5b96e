import { decodeAml, type PrintOptions, printAsl } from '../aml/index.js';
import { requireTable, SDT_HEADER_BYTES } from '../tables/index.js';

const trimmed = (text: string) => text.replace(/[ \0]+$/, '');

/** A generated table as ASL, which `iasl -oa` compiles to the same bytes. */
export function tableAsl(bytes: Uint8Array, form: PrintOptions['form'] = 'block'): string {
  const { header } = requireTable(bytes);
  const { terms, namespace } = decodeAml(bytes, { offset: SDT_HEADER_BYTES });
  return printAsl(terms, {
    namespace,
    form,
    // A DSDT has all names that it uses, so that there is nothing for iasl to tolerate.
    externals: header.signature === 'DSDT' ? 'declare' : 'comment',
    header: { ...header, oemId: trimmed(header.oemId), oemTableId: trimmed(header.oemTableId) },
  }).text;
}
