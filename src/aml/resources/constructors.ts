import { DiagnosticError, errorAt, formatHex, requireObject } from '../../base/index.js';
import { compiledOf } from './compiled-table.js';
import type { Descriptor, DescriptorInput, DescriptorKind, ResourceDescriptor } from './descriptor.js';
import { encodeResources } from './encode-resources.js';
import type { FlagPart, ResourceField } from './field.js';
import type { Properties } from './field-codecs.js';

const EMPTY = new Uint8Array(0);

/** `max - min + 1` in the type of the two. Throws a DiagnosticError for ends in the wrong order. */
function span({ kind, min, max }: Properties): number | bigint {
  if ((max as bigint) < (min as bigint)) {
    const message = `${kind} begins at ${formatHex(min as number)} and ends at ${formatHex(max as number)}.`;
    throw new DiagnosticError([errorAt('AML_VALUE_RANGE', { path: `${kind}.min` }, message, 'Swap min and max.')]);
  }
  return typeof min === 'bigint' ? (max as bigint) - min + 1n : (max as number) - (min as number) + 1;
}

function defaultOf(kind: DescriptorKind, leaf: ResourceField | FlagPart, input: Properties): unknown {
  if (!('default' in leaf)) return undefined;
  if (leaf.default === 'span') return span({ ...input, kind });
  if (leaf.default === 'empty') return EMPTY;
  return 'keywords' in leaf ? (leaf.keywords?.[leaf.default as number] ?? leaf.default) : leaf.default;
}

function fill(kind: DescriptorKind, input: Properties): ResourceDescriptor {
  const descriptor: Properties = { kind };
  for (const { field } of compiledOf(kind)?.fields ?? []) {
    const leaves = 'parts' in field ? field.parts : [field];
    for (const leaf of leaves) {
      if ('name' in leaf) descriptor[leaf.name] = input[leaf.name] ?? defaultOf(kind, leaf, input);
    }
  }
  const filled = { ...descriptor, ...definedOf(input) } as unknown as ResourceDescriptor;
  encodeResources([filled]);
  return filled;
}

/** The properties that are not undefined. */
function definedOf(input: Properties): Properties {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

/** What a constructor takes: its argument is optional if every value has a default. */
type Given<Kind extends DescriptorKind> =
  Record<never, never> extends DescriptorInput<Kind> ? [input?: DescriptorInput<Kind>] : [input: DescriptorInput<Kind>];

/** Each constructor throws a DiagnosticError for a value that its descriptor cannot hold. */
const constructorOf =
  <Kind extends DescriptorKind>(kind: Kind) =>
  (...[input]: Given<Kind>): Descriptor<Kind> => {
    if (input !== undefined) requireObject(input, `The input of ${kind}`);
    return fill(kind, (input ?? {}) as Properties) as Descriptor<Kind>;
  };

export const irq = constructorOf('IRQ');
export const irqNoFlags = constructorOf('IRQNoFlags');
export const dma = constructorOf('DMA');
export const startDependentFn = constructorOf('StartDependentFn');
export const startDependentFnNoPri = constructorOf('StartDependentFnNoPri');
export const endDependentFn = constructorOf('EndDependentFn');
export const io = constructorOf('IO');
export const fixedIo = constructorOf('FixedIO');
export const fixedDma = constructorOf('FixedDMA');
export const vendorShort = constructorOf('VendorShort');
export const endTag = constructorOf('EndTag');

export const memory24 = constructorOf('Memory24');
export const register = constructorOf('Register');
export const vendorLong = constructorOf('VendorLong');
export const memory32 = constructorOf('Memory32');
export const memory32Fixed = constructorOf('Memory32Fixed');
export const dwordMemory = constructorOf('DWordMemory');
export const dwordIo = constructorOf('DWordIO');
export const dwordSpace = constructorOf('DWordSpace');
export const wordIo = constructorOf('WordIO');
export const wordBusNumber = constructorOf('WordBusNumber');
export const wordSpace = constructorOf('WordSpace');
export const interrupt = constructorOf('Interrupt');
export const qwordMemory = constructorOf('QWordMemory');
export const qwordIo = constructorOf('QWordIO');
export const qwordSpace = constructorOf('QWordSpace');
export const extendedMemory = constructorOf('ExtendedMemory');
export const extendedIo = constructorOf('ExtendedIO');
export const extendedSpace = constructorOf('ExtendedSpace');
export const gpioInt = constructorOf('GpioInt');
export const gpioIo = constructorOf('GpioIo');
export const pinFunction = constructorOf('PinFunction');
export const i2cSerialBus = constructorOf('I2CSerialBus');
export const i2cSerialBusV2 = constructorOf('I2CSerialBusV2');
export const spiSerialBus = constructorOf('SPISerialBus');
export const spiSerialBusV2 = constructorOf('SPISerialBusV2');
export const uartSerialBus = constructorOf('UARTSerialBus');
export const uartSerialBusV2 = constructorOf('UARTSerialBusV2');
export const csi2Bus = constructorOf('CSI2Bus');
export const pinConfig = constructorOf('PinConfig');
export const pinGroup = constructorOf('PinGroup');
export const pinGroupFunction = constructorOf('PinGroupFunction');
export const pinGroupConfig = constructorOf('PinGroupConfig');
export const clockInput = constructorOf('ClockInput');
