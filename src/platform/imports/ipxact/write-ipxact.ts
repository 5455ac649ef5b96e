import {
  elementName,
  labelOf,
  type ModelAccess,
  type ModelBlock,
  type ModelField,
  type ModelItem,
  type ModelRegister,
  type RegisterModel,
} from '../model/register-model.js';
import { SVD_READ_EFFECTS, SVD_WRITE_EFFECTS } from '../svd/svd-values.js';
import { accessWord, plainAccess, upper, wordFor, XmlWriter } from '../svd/xml-writer.js';

/** Writes IP-XACT of IEEE 1685-2014, which most tools read. Elements are in the order of its schema. */

const SPACE = 'http://www.accellera.org/XMLSchema/IPXACT/1685-2014';
const ATTRIBUTES =
  ` xmlns:ipxact="${SPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"` +
  ` xsi:schemaLocation="${SPACE} ${SPACE}/index.xsd"`;

const tag = (name: string): string => `ipxact:${name}`;

/** A name without the place of an index: elements are told apart by their numbers alone. */
const withoutIndex = (name: string): string => name.replaceAll('[%s]', '').replaceAll('%s', '').replace(/_+$/, '');

/** A number as SystemVerilog writes it in hex. */
const hex = (value: number | bigint): string => `'h${value.toString(16)}`;

const ones = (bits: number): bigint => (1n << BigInt(bits)) - 1n;

class IpxactWriter {
  readonly #xml = new XmlWriter();

  get text(): string {
    return this.#xml.text;
  }

  #leaf(name: string, text: string | undefined): void {
    this.#xml.leaf(tag(name), text);
  }

  #inside(name: string, write: () => void): void {
    this.#xml.inside(tag(name), '', write);
  }

  #names(name: string, label: string | undefined, description: string | undefined): void {
    this.#leaf('name', upper(name));
    this.#leaf('displayName', label);
    this.#leaf('description', description);
  }

  #reset(value: bigint): void {
    this.#inside('resets', () => this.#inside('reset', () => this.#leaf('value', hex(value))));
  }

  #effects({ onWrite, onRead }: ModelAccess, writeConstraint: () => void): void {
    if (onWrite !== undefined) this.#leaf('modifiedWriteValue', wordFor(SVD_WRITE_EFFECTS, onWrite));
    writeConstraint();
    if (onRead !== undefined) this.#leaf('readAction', wordFor(SVD_READ_EFFECTS, onRead));
  }

  #field(field: ModelField, reset: bigint, access: ModelAccess): void {
    const { lowBit, widthBits, least, most } = field;
    this.#inside('field', () => {
      this.#names(field.name, undefined, [field.label, field.description].filter(Boolean).join('. '));
      this.#leaf('bitOffset', String(lowBit));
      this.#reset((reset >> BigInt(lowBit)) & ones(widthBits));
      this.#leaf('bitWidth', String(widthBits));
      if (accessWord(field.access) !== accessWord(access)) this.#leaf('access', accessWord(field.access));
      if (field.values.length > 0) {
        this.#inside('enumeratedValues', () => {
          for (const { name, description, value } of field.values) {
            this.#inside('enumeratedValue', () => {
              this.#names(name, undefined, description);
              this.#leaf('value', String(value));
            });
          }
        });
      }
      this.#effects(field.access, () => {
        if (least === undefined && most === undefined) return;
        this.#inside('writeValueConstraint', () => {
          this.#leaf('minimum', String(least ?? 0n));
          this.#leaf('maximum', String(most ?? ones(widthBits)));
        });
      });
    });
  }

  /** A field that only says what reserved bits hold after reset. */
  #reserved(lowBit: number, reset: bigint): void {
    const rest = reset >> BigInt(lowBit);
    const widthBits = rest.toString(2).length;
    this.#inside('field', () => {
      this.#names(`reserved_${lowBit}`, undefined, undefined);
      this.#leaf('bitOffset', String(lowBit));
      this.#reset(rest & ones(widthBits));
      this.#leaf('bitWidth', String(widthBits));
      this.#leaf('reserved', '1');
    });
  }

  #fields(register: ModelRegister, access: ModelAccess): void {
    const { fields, reset, widthBits } = register;
    for (const field of fields) this.#field(field, reset, access);
    // Runs of bits outside fields that are not zero after reset, each up to the next field.
    const taken = fields.reduce((all, each) => all | (ones(each.widthBits) << BigInt(each.lowBit)), 0n);
    let low = -1;
    for (let bit = 0; bit <= widthBits; bit++) {
      const isFree = bit < widthBits && ((taken >> BigInt(bit)) & 1n) === 0n;
      const isSet = ((reset >> BigInt(bit)) & 1n) === 1n;
      if (isFree && isSet && low < 0) low = bit;
      if (isFree || low < 0) continue;
      this.#reserved(low, reset & ones(bit));
      low = -1;
    }
  }

  #register(register: ModelRegister, name: string, offsetBytes: number, count: number): void {
    const { fields, widthBits, reset } = register;
    const access = plainAccess(register.access, fields);
    this.#inside('register', () => {
      this.#names(name, register.label, register.description);
      if (count > 1) this.#leaf('dim', String(count));
      this.#leaf('addressOffset', hex(offsetBytes));
      this.#leaf('size', String(widthBits));
      this.#leaf('access', accessWord(access));
      if (fields.length > 0) {
        this.#fields(register, access);
        return;
      }
      // The schema requires a field. A register without fields gets one of all its bits.
      this.#inside('field', () => {
        this.#names(name, undefined, undefined);
        this.#leaf('bitOffset', '0');
        this.#reset(reset);
        this.#leaf('bitWidth', String(widthBits));
        this.#leaf('access', accessWord(access));
        this.#effects(access, () => undefined);
      });
    });
  }

  /** Bytes from an item's start to its end; of an array, of one element. */
  #extent(item: ModelItem): number {
    if (item.kind === 'register') return item.widthBits / 8;
    return item.items.reduce((end, inner) => {
      const { count = 1, strideBytes = 0 } = inner.array ?? {};
      return Math.max(end, inner.offsetBytes + (count - 1) * strideBytes + this.#extent(inner));
    }, 0);
  }

  #group(group: Extract<ModelItem, { kind: 'group' }>, name: string, offsetBytes: number, count: number): void {
    this.#inside('registerFile', () => {
      this.#names(name, group.label, group.description);
      if (count > 1) this.#leaf('dim', String(count));
      this.#leaf('addressOffset', hex(offsetBytes));
      // Elements of an array follow one another at this distance.
      const range = count > 1 ? (group.array?.strideBytes ?? 0) : this.#extent(group);
      this.#leaf('range', hex(range));
      for (const inner of group.items) this.#item(inner);
    });
  }

  #item(item: ModelItem): void {
    const { name, array, offsetBytes } = item;
    const write = (own: string, offset: number, count: number) => {
      if (item.kind === 'group') this.#group(item, own, offset, count);
      else this.#register(item, own, offset, count);
    };
    const { count = 1, strideBytes = 0 } = array ?? {};
    // The format has no word for labels, nor for a distance of registers.
    const isPlain = array?.labels === undefined && (item.kind === 'group' || strideBytes === this.#extent(item));
    if (array === undefined) write(name, offsetBytes, 1);
    else if (isPlain && count > 1) write(withoutIndex(name), offsetBytes, count);
    else {
      for (let index = 0; index < count; index++)
        write(elementName(name, labelOf(array, index)), offsetBytes + index * strideBytes, 1);
    }
  }

  #block(block: ModelBlock, bytes: number): void {
    this.#inside('addressBlock', () => {
      this.#names(block.name, undefined, block.description);
      this.#leaf('baseAddress', hex(block.base));
      this.#leaf('range', hex(bytes));
      this.#leaf('width', '32');
      this.#leaf('usage', 'register');
      for (const item of block.items) this.#item(item);
    });
  }

  component({ blocks, description }: RegisterModel, name: string, blockBytes: number): void {
    this.#xml.inside(tag('component'), ATTRIBUTES, () => {
      this.#leaf('vendor', 'acpi-vcfg');
      this.#leaf('library', 'platform');
      this.#leaf('name', name);
      this.#leaf('version', '1.0');
      this.#inside('memoryMaps', () => {
        this.#inside('memoryMap', () => {
          this.#leaf('name', name);
          for (const block of blocks) this.#block(block, blockBytes);
          this.#leaf('addressUnitBits', '8');
        });
      });
      this.#leaf('description', description ?? name);
    });
  }
}

/** An IP-XACT component. `name` is that of the component; `blockBytes` the size of each address block. */
export function writeIpxact(model: RegisterModel, name: string, blockBytes: number): string {
  const writer = new IpxactWriter();
  writer.component(model, name, blockBytes);
  return writer.text;
}
