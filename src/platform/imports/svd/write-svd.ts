import { formatHex } from '../../../base/index.js';
import type { ModelAccess, ModelBlock, ModelField, ModelItem, RegisterModel } from '../model/register-model.js';
import { SVD_READ_EFFECTS, SVD_WRITE_EFFECTS } from './svd-values.js';
import { accessWord, plainAccess, upper, wordFor, XmlWriter } from './xml-writer.js';

/** Writes CMSIS-SVD. Elements are in the order of the schema. CMSIS-SVD 1.3 */

function writeEffects(xml: XmlWriter, { onWrite }: ModelAccess): void {
  if (onWrite !== undefined) xml.leaf('modifiedWriteValues', wordFor(SVD_WRITE_EFFECTS, onWrite));
}

function writeReadAction(xml: XmlWriter, { onRead }: ModelAccess): void {
  if (onRead !== undefined) xml.leaf('readAction', wordFor(SVD_READ_EFFECTS, onRead));
}

function writeField(xml: XmlWriter, field: ModelField, access: ModelAccess): void {
  xml.inside('field', '', () => {
    xml.leaf('name', upper(field.name));
    xml.leaf('description', [field.label, field.description].filter(Boolean).join('. '));
    xml.leaf('bitRange', `[${field.lowBit + field.widthBits - 1}:${field.lowBit}]`);
    if (accessWord(field.access) !== accessWord(access)) xml.leaf('access', accessWord(field.access));
    writeEffects(xml, field.access);
    const { least, most } = field;
    if (least !== undefined || most !== undefined) {
      xml.inside('writeConstraint', '', () => {
        xml.inside('range', '', () => {
          xml.leaf('minimum', String(least ?? 0n));
          xml.leaf('maximum', String(most ?? (1n << BigInt(field.widthBits)) - 1n));
        });
      });
    }
    writeReadAction(xml, field.access);
    if (field.values.length === 0) return;
    xml.inside('enumeratedValues', '', () => {
      for (const { name, description, value } of field.values) {
        xml.inside('enumeratedValue', '', () => {
          xml.leaf('name', name.toUpperCase());
          xml.leaf('description', description);
          xml.leaf('value', String(value));
        });
      }
    });
  });
}

function writeArray(xml: XmlWriter, { array }: ModelItem): void {
  if (array === undefined) return;
  xml.leaf('dim', String(array.count));
  xml.leaf('dimIncrement', formatHex(array.strideBytes));
  if (array.labels !== undefined) xml.leaf('dimIndex', array.labels.join(','));
}

function writeItem(xml: XmlWriter, item: ModelItem): void {
  const name = item.array === undefined || item.name.includes('%s') ? item.name : `${item.name}%s`;
  if (item.kind === 'group') {
    xml.inside('cluster', '', () => {
      writeArray(xml, item);
      xml.leaf('name', upper(name));
      xml.leaf('description', item.description ?? item.label ?? item.name);
      xml.leaf('addressOffset', formatHex(item.offsetBytes));
      for (const inner of item.items) writeItem(xml, inner);
    });
    return;
  }
  const access = plainAccess(item.access, item.fields);
  xml.inside('register', '', () => {
    writeArray(xml, item);
    xml.leaf('name', upper(name));
    xml.leaf('displayName', item.label);
    xml.leaf('description', item.description);
    xml.leaf('addressOffset', formatHex(item.offsetBytes));
    if (item.widthBits !== 32) xml.leaf('size', String(item.widthBits));
    xml.leaf('access', accessWord(access));
    if (item.reset !== 0n) xml.leaf('resetValue', formatHex(item.reset));
    if (item.widthBits > 32) xml.leaf('resetMask', formatHex((1n << BigInt(item.widthBits)) - 1n));
    writeEffects(xml, access);
    writeReadAction(xml, access);
    if (item.fields.length === 0) return;
    xml.inside('fields', '', () => {
      for (const field of item.fields) writeField(xml, field, access);
    });
  });
}

function writeBlock(xml: XmlWriter, block: ModelBlock, size: bigint): void {
  const derived = block.sameAs === undefined ? '' : ` derivedFrom="${upper(block.sameAs)}"`;
  xml.inside('peripheral', derived, () => {
    xml.leaf('name', upper(block.name));
    xml.leaf('description', block.description);
    xml.leaf('baseAddress', formatHex(block.base));
    xml.inside('addressBlock', '', () => {
      xml.leaf('offset', '0x0');
      xml.leaf('size', formatHex(size));
      xml.leaf('usage', 'registers');
    });
    if (block.sameAs !== undefined) return;
    xml.inside('registers', '', () => {
      for (const item of block.items) writeItem(xml, item);
    });
  });
}

/** A CMSIS-SVD file. `name` is that of the device; `blockBytes` the size of each peripheral. */
export function writeSvd(model: RegisterModel, name: string, blockBytes: number): string {
  const xml = new XmlWriter();
  const attributes =
    ' schemaVersion="1.3" xmlns:xs="http://www.w3.org/2001/XMLSchema-instance" xs:noNamespaceSchemaLocation="CMSIS-SVD.xsd"';
  xml.inside('device', attributes, () => {
    xml.leaf('name', upper(name));
    xml.leaf('version', '1.0');
    xml.leaf('description', model.description ?? name);
    xml.leaf('addressUnitBits', '8');
    xml.leaf('width', '32');
    xml.leaf('size', '32');
    xml.leaf('access', 'read-write');
    xml.leaf('resetValue', '0x0');
    xml.leaf('resetMask', '0xffffffff');
    xml.inside('peripherals', '', () => {
      for (const block of model.blocks) writeBlock(xml, block, BigInt(blockBytes));
    });
  });
  return xml.text;
}
