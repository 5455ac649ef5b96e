import { describe, expect, it } from 'vitest';
import {
  Bus,
  DiagnosticLog,
  dsmOnValues,
  GuestMemory,
  GuestThread,
  Machine,
  MmioBus,
  openSandbox,
  PciConfigIo,
  PciConfigMmio,
  PciConfiguration,
  PciRoot,
  PciVirtualConfigMmio,
  Ram,
  RegisterMapFunction,
  readDsmCall,
  SharedMemory,
  serveSandbox,
  ThreadHost,
  VfioFunction,
  writeDsmResult,
} from '../../src/device/index.js';
import type { FunctionDescription } from '../../src/vocab/index.js';
import { RecordingDevice } from './bus/recording-device.js';
import { describeFunction, describePlatform, describeRegister, SENSOR } from './sample-platform.js';

/** A value that a caller without types might pass. */
type Loose = ReturnType<typeof JSON.parse>;

const LOG = new DiagnosticLog();
const GPU = describeFunction({ address: { bus: 0, device: 3, function: 0 }, name: 'GPU0', profile: 'vfio' });

const PORT = { postMessage: () => {}, onmessage: null };
const host = (options: object) => () => new ThreadHost(machine().memory, options as Loose);

const machine = () => new Machine(describePlatform([SENSOR, GPU]));
const at = (device: number, fn = 0, bus = 0) => ({ bus, device, function: fn });
const told = (change: object): FunctionDescription => ({ ...SENSOR, address: at(9), name: 'MORE', ...change });
const registers = (...indexes: unknown[]) =>
  told({ registers: indexes.map((index, row) => describeRegister(`REG${row}`, index as number, 'rw')) });
const register = (change: object) => told({ registers: [{ ...describeRegister('REG0', 0, 'rw'), ...change }] });
const header = (change: object) => () =>
  new PciConfiguration({ vendor: 1, device: 2, classCode: 3, headerType: 'device', ...change }, 'test', LOG);

/** What is called, and what its message must hold: the value and what is allowed. */
const ADDED: readonly (readonly [string, Loose, RegExp])[] = [
  ['device 40', told({ address: at(40) }), /device is 40; .*from 0 to 31/],
  ['function 9', told({ address: at(9, 9) }), /function is 9; .*from 0 to 7/],
  ['function 8', told({ address: at(9, 8) }), /function is 8; .*from 0 to 7/],
  ['bus 256', told({ address: at(9, 0, 256) }), /bus is 256; .*from 0 to 255/],
  ['bus -1', told({ address: at(9, 0, -1) }), /bus is -1; .*from 0 to 255/],
  ['device NaN', told({ address: at(Number.NaN) }), /device is NaN; .*from 0 to 31/],
  ['device 1.5', told({ address: at(1.5) }), /device is 1.5; .*from 0 to 31/],
  ['an address of text', told({ address: '00:04.0' }), /address is "00:04.0"; .*\{ bus, device, function \}/],
  ['no address', told({ address: undefined }), /address is undefined; /],
  ['no name', told({ name: '' }), /name is ""; .*at least one character/],
  ['index 1024', registers(1024), /MORE\.registers\[0\]\.index is 1024; .*from 0 to 1023/],
  ['index -1', registers(0, -1), /MORE\.registers\[1\]\.index is -1; .*from 0 to 1023/],
  ['index 0.5', registers(0.5), /index is 0.5; /],
  ['an index of text', registers('0'), /index is "0"; .*whole number/],
  ['an index twice', registers(3, 4, 3), /MORE\.registers\[2\]\.index is 3, as is that of MORE\.registers\[0\]/],
  [
    'a name twice',
    told({
      registers: [register({}), register({})]
        .flatMap((each) => each.registers)
        .map((each, index) => ({ ...each, index })),
    }),
    /registers\[1\]\.name is "REG0"/,
  ],
  ['a reset of 33 bits', register({ reset: 2 ** 32 }), /reset is 4294967296; .*from 0 to 4294967295/],
  ['an unknown access', register({ access: 'rww' }), /access is rww; it must be rw, ro, wo, w1c, w1s or rc/],
  [
    'a field past bit 31',
    register({ fields: [{ name: 'FLD0', lowBit: 30, widthBits: 3 }] }),
    /widthBits .* is 3; .*from 1 to 2/,
  ],
  [
    'a field of no bits',
    register({ fields: [{ name: 'FLD0', lowBit: 3, widthBits: 0 }] }),
    /widthBits .* is 0; .*from 1 to 29/,
  ],
  [
    'a field with an unknown access',
    register({ fields: [{ name: 'FLD0', lowBit: 0, widthBits: 1, access: 'rww' }] }),
    /access of field FLD0 .*is rww; it must be rw, ro, wo, w1c, w1s or rc/,
  ],
  [
    'a key past bit 31',
    register({ key: { lowBit: 30, widthBits: 3, value: 0 } }),
    /widthBits of the key .* is 3; .*from 1 to 2/,
  ],
  [
    'a value wider than its key',
    register({ key: { lowBit: 28, widthBits: 4, value: 16 } }),
    /value of the key .* is 16; .*from 0 to 15/,
  ],
  [
    'a write mask past bit 31',
    register({ writeMask: { lowBit: 16, widthBits: 17 } }),
    /widthBits of the writeMask .* is 17; .*from 1 to 16/,
  ],
  [
    'a write mask of more bits than are below it',
    register({ writeMask: { lowBit: 8, widthBits: 9 } }),
    /widthBits of the writeMask .* is 9; .*from 1 to 8/,
  ],
  [
    'a write mask of no bits',
    register({ writeMask: { lowBit: 16, widthBits: 0 } }),
    /widthBits of the writeMask .* is 0; .*from 1 to 16/,
  ],
  ['no list of registers', told({ registers: undefined }), /registers of MORE is undefined; it must be an array/],
  [
    'a run past its page',
    told({ shared: [{ name: 'RUN0', offsetBytes: 4092, lengthBytes: 8 }] }),
    /lengthBytes is 8; .*from 1 to 4/,
  ],
  ['secondary bus 0', told({ bridge: { secondary: 0, subordinate: 1 } }), /secondary is 0; .*from 1 to 255/],
  ['buses backwards', told({ bridge: { secondary: 5, subordinate: 4 } }), /subordinate is 4; .*from 5 to 255/],
  ['vendor of 17 bits', told({ ids: { ...SENSOR.ids, vendor: 0x1_0000 } }), /vendor is 65536; .*0xffff/],
  ['no identity', told({ ids: undefined }), /ids of MORE is undefined; /],
  ['event 256', told({ gpe: 256 }), /gpe is 256; .*from 0 to 255/],
  ['nothing', undefined, /description is undefined; it must be a FunctionDescription/],
];

describe('a function that cannot be', () => {
  for (const [what, description, message] of ADDED) {
    it(`is not added: ${what}`, () => {
      const here = machine();
      const before = here.snapshotText();
      const error = thrownBy(() => here.addFunction(description));
      expect(error).toMatch(message);
      expect(here.snapshotText()).toBe(before);
      expect(thrownBy(() => new RegisterMapFunction(description, LOG))).toMatch(message);
      if (description !== undefined) {
        expect(thrownBy(() => new VfioFunction(description, LOG))).toMatch(message);
        expect(thrownBy(() => new Machine(describePlatform([description])))).toMatch(message);
      }
    });
  }
});

const CALLS: readonly (readonly [string, () => unknown, RegExp])[] = [
  ['Machine', () => new Machine(undefined as Loose), /platform is undefined; .*readPlatform/],
  ['Machine', () => new Machine({} as Loose), /platform\.vcfg is undefined; /],
  ['removeFunction', () => machine().removeFunction(at(32)), /device is 32; /],
  ['registers', () => machine().registers(at(0, 8)), /function is 8; /],
  ['registers', () => machine().registers('GPU0'), /No RegisterMapFunction is called GPU0; there are SENS\./],
  ['vfio', () => machine().vfio('SENS'), /No VfioFunction is called SENS; there are GPU0\./],
  [
    'registers, whatever a bundler calls the class',
    () => {
      const name = Object.getOwnPropertyDescriptor(RegisterMapFunction, 'name') as PropertyDescriptor;
      try {
        Object.defineProperty(RegisterMapFunction, 'name', { ...name, value: 'a' });
        return machine().registers('GPU0');
      } finally {
        Object.defineProperty(RegisterMapFunction, 'name', name);
      }
    },
    /No RegisterMapFunction is called GPU0/,
  ],
  ['vfio', () => new Machine(describePlatform([])).vfio(at(1)), /at 00:01\.0; the machine has none/],
  ['get', () => machine().registers('SENS').get('CTRX'), /no register CTRX; it has CTRL, STAT/],
  [
    'set',
    () =>
      machine()
        .registers('SENS')
        .set('CTRL', 2 ** 32),
    /value of CTRL is 4294967296; .*-2147483648 to 4294967295/,
  ],
  ['set', () => machine().registers('SENS').set('CTRL', Number.NaN), /value of CTRL is NaN; /],
  [
    'hook',
    () =>
      machine()
        .registers('SENS')
        .hook('CTRL', 5 as Loose),
    /hooks is 5; /,
  ],
  [
    'hook',
    () =>
      machine()
        .registers('SENS')
        .hook('CTRL', { read: 5 as Loose }),
    /hooks\.read is 5; it must be a function/,
  ],
  ['notify', () => machine().vfio('GPU0').notify(-1), /value is -1; .*from 0 to 4294967295/],
  ['notify', () => machine().vfio('GPU0').notify(0.5), /value is 0.5; /],
  ['device', () => new PciRoot().device(at(32)), /device is 32; /],
  ['addDevice', () => new PciRoot().addDevice(at(0, 9), new RecordingDevice(1)), /function is 9; /],
  [
    'addDevice',
    () => new PciRoot().addDevice(at(1), undefined as Loose),
    /device is undefined; it must be a BusDevice/,
  ],
  ['addFunction', () => new PciRoot().addFunction(at(40), new RecordingDevice(1)), /device is 40; /],
  ['removeDevice', () => new PciRoot().removeDevice(at(40)), /device is 40; /],
  ['addBus', () => new PciRoot().addBus(256, 0), /bus is 256; .*from 0 to 255/],
  ['addBus', () => new PciRoot().addBus(1, 0.5), /parent is 0.5; /],
  ['downstreamFunctions', () => new PciRoot().downstreamFunctions(-1), /bus is -1; /],
  ['pathToBus', () => new PciRoot().pathToBus(256), /bus is 256; /],
  ['acpiPath', () => new PciRoot().acpiPath(at(32)), /device is 32; /],
  ['configSpaceRead', () => new PciRoot().configSpaceRead(at(32), 0), /device is 32; /],
  ['configSpaceRead', () => new PciRoot().configSpaceRead(at(1), 1024), /register is 1024; .*from 0 to 1023/],
  ['configSpaceRead', () => new PciRoot().configSpaceRead(at(1), -1), /register is -1; /],
  [
    'configSpaceWrite',
    () => new PciRoot().configSpaceWrite(at(1), 0, 4, new Uint8Array(1)),
    /offset is 4; .*from 0 to 3/,
  ],
  [
    'configSpaceWrite',
    () => new PciRoot().configSpaceWrite(at(1), 0, 0, 5 as Loose),
    /data is 5; it must be a Uint8Array/,
  ],
  ['configSpaceWrite', () => new PciRoot().configSpaceWrite(at(1), 1024, 0, new Uint8Array(1)), /register is 1024; /],
  [
    'virtualConfigSpaceRead',
    () => new PciRoot().virtualConfigSpaceRead(at(1), 2048),
    /register is 2048; .*from 0 to 2047/,
  ],
  ['virtualConfigSpaceWrite', () => new PciRoot().virtualConfigSpaceWrite(at(1), -1, 0), /register is -1; /],
  [
    'PciRoot',
    () => new PciRoot({ configPages: { base: 0n, registerBits: 13, mapper: new GuestMemory(new MmioBus()) } }),
    /registerBits is 13; .*from 8 to 12/,
  ],
  ['enableEcam', () => new PciRoot().hostBridge.enableEcam(5 as Loose), /base is 5; it must be a bigint/],
  ['PciConfiguration', header({ vendor: -1 }), /vendor is -1; .*0xffff/],
  ['PciConfiguration', header({ classCode: 0x100_0000 }), /classCode is 16777216; .*0xffffff/],
  ['PciConfiguration', header({ revision: 256 }), /revision is 256; .*0xff/],
  ['PciConfiguration', header({ subsystem: 1.5 }), /subsystem is 1.5; /],
  ['PciConfiguration', header({ headerType: 'cardbus' }), /headerType is cardbus; it must be device or bridge/],
  ['setRegister', () => header({})().setRegister(64, 0), /register is 64; it must be 0\.\.63/],
  ['setRegister', () => header({})().setRegister(0.5, 0), /register is 0.5; /],
  ['setWritableBits', () => header({})().setWritableBits(-1, 0), /register is -1; /],
  ['Bus.insert', () => new MmioBus().insert(undefined as Loose, 0n, 1n), /device is undefined; /],
  ['Bus.insert', () => new MmioBus().insert(new RecordingDevice(1), 5 as Loose, 1n), /base is 5; it must be a bigint/],
  [
    'Bus.insert',
    () => new MmioBus().insert(new RecordingDevice(1), -1n, 1n),
    /base is -1; it must be 0\.\.0xffffffffffffffff/,
  ],
  [
    'Bus.insert',
    () => new MmioBus().insert(new RecordingDevice(1), 0n, 1n << 64n),
    /lengthBytes is 18446744073709551616; /,
  ],
  ['Bus.remove', () => new MmioBus().remove(0n, undefined as Loose), /lengthBytes is undefined; /],
  ['Bus.read', () => new MmioBus().read(5 as Loose, new Uint8Array(4)), /address is 5; it must be a bigint/],
  ['Bus.read', () => new MmioBus().read(5n, undefined as Loose), /data is undefined; it must be a Uint8Array/],
  ['Bus.write', () => new MmioBus().write(5n, [1] as Loose), /data is 1; it must be a Uint8Array/],
  ['Bus.read32', () => new MmioBus().read32(undefined as Loose), /address is undefined; /],
  ['Bus.write32', () => new MmioBus().write32('0' as Loose, 0), /address is 0; it must be a bigint/],
  ['GuestMemory.read32', () => machine().memory.read32(0 as Loose), /address is 0; it must be a bigint/],
  ['GuestMemory.write32', () => machine().memory.write32(0 as Loose, 0), /address is 0; /],
  ['GuestMemory.read', () => machine().memory.read(0n, 'x' as Loose), /data is x; /],
  [
    'GuestMemory.addRam',
    () => machine().memory.addRam({ base: 0 as Loose, lengthBytes: 4096n }),
    /base is 0; it must be a bigint/,
  ],
  [
    'GuestMemory.addRam',
    () => machine().memory.addRam({ base: 1n << 40n, lengthBytes: 5n }),
    /base is 0x10000000000 and lengthBytes 5; both must be multiples of 4096/,
  ],
  ['GuestMemory.map', () => machine().memory.map(0n, 5 as Loose, true), /memory is 5; it must be a SharedMemory/],
  ['GuestMemory.unmap', () => machine().memory.unmap(5 as Loose), /base is 5; /],
  ['SharedMemory', () => new SharedMemory(100), /lengthBytes is 100; .*multiple of 4096/],
  ['SharedMemory', () => new SharedMemory(undefined as Loose), /lengthBytes is undefined; /],
  ['SharedMemory.read32', () => new SharedMemory(4096).read32(4093), /offsetBytes is 4093; it must be 0\.\.4092/],
  ['SharedMemory.write32', () => new SharedMemory(4096).write32(-1, 0), /offsetBytes is -1; /],
  ['Ram', () => new Ram(5 as Loose), /lengthBytes is 5; it must be a bigint/],
  ['ThreadHost', () => new ThreadHost(undefined as Loose), /memory is undefined; it must be a GuestMemory/],
  ['ThreadHost', host({ log: {} }), /options\.log is an object; it must be a DiagnosticLog/],
  ['ThreadHost', host({ wake: 'call' }), /options\.wake is "call"; it must be wait or message or poll/],
  ['ThreadHost', host({ ramLimitBytes: -1 }), /options\.ramLimitBytes is -1; it must be a number from 0/],
  ['ThreadHost', host({ ramLimitBytes: '1 GiB' }), /options\.ramLimitBytes is "1 GiB"; /],
  ['ThreadHost', host({ answerTimeoutMilliseconds: 0 }), /answerTimeoutMilliseconds is 0; it must be a number from 1/],
  ['ThreadHost', host({ answerTimeoutMilliseconds: Number.NaN }), /answerTimeoutMilliseconds is NaN; /],
  ['connect', () => new ThreadHost(machine().memory).connect(5 as Loose), /port is 5; it must be a MessagePort/],
  ['counts', () => new ThreadHost(machine().memory).counts(7), /id is 7, and no such guest is connected; none is/],
  ['GuestThread', () => new GuestThread(undefined as Loose), /start is undefined; it must be a GuestStart/],
  [
    'GuestThread',
    () => new GuestThread(new ThreadHost(machine().memory).connect(PORT), {} as Loose),
    /port is an object; it must be a MessagePort/,
  ],
  ['serveSandbox', () => serveSandbox(undefined as Loose, PORT), /device is undefined; it must be a BusDevice/],
  ['serveSandbox', () => serveSandbox(new RecordingDevice(1), null as Loose), /port is null; it must be a MessagePort/],
  [
    'serveSandbox',
    () => serveSandbox(new RecordingDevice(1), PORT, 'poll' as Loose),
    /wake is "poll"; it must be wait or message/,
  ],
  ['Machine', () => new Machine(describePlatform([]), 5 as Loose), /options is 5; it must be MachineOptions/],
  [
    'Machine',
    () => new Machine(describePlatform([]), { create: {} as Loose }),
    /options\.create is an object; .*function/,
  ],
  ['Machine', () => new Machine(describePlatform([]), { backend: 1 as Loose }), /options\.backend is 1; .*function/],
  ['Machine', () => new Machine(describePlatform([]), { onReset: 1 as Loose }), /options\.onReset is 1; .*function/],
  [
    'Machine',
    () => new Machine(describePlatform([]), { configPages: 1 as Loose }),
    /configPages is 1; .*true or false/,
  ],
  ['Machine', () => new Machine(describePlatform([GPU]), { backend: () => 5 as Loose }), /backend is 5; /],
  [
    'VfioFunction',
    () => new VfioFunction(GPU, LOG, { evaluateDsm: 5 as Loose }),
    /backend\.evaluateDsm is 5; it must be a function/,
  ],
  ['dsmOnValues', () => dsmOnValues(undefined as Loose), /evaluate is null; it must be a function/],
  ['restoreText', () => machine().restoreText(undefined as Loose), /text is undefined; it must be a string of JSON/],
  ['PciRoot', () => new PciRoot({ mmioBus: 5 as Loose }), /options\.mmioBus is 5; it must be a Bus/],
  ['PciRoot', () => new PciRoot({ sharedPages: 5 as Loose }), /options\.sharedPages is 5; it must be \{ base/],
  ['PciConfigIo', () => new PciConfigIo(undefined as Loose), /root is undefined; it must be a PciRoot/],
  ['PciConfigMmio', () => new PciConfigMmio(undefined as Loose), /root is undefined; /],
  ['PciVirtualConfigMmio', () => new PciVirtualConfigMmio([] as Loose), /root is an array; /],
  ['Bus', () => new Bus('ports' as Loose), /type is "ports"; it must be mmio or io/],
  ['MmioBus', () => new MmioBus({} as Loose), /log is an object; it must be a DiagnosticLog/],
  ['GuestMemory', () => new GuestMemory(undefined as Loose), /bus is undefined; it must be a Bus/],
  ['GuestMemory.addRam', () => machine().memory.addRam(undefined as Loose), /range is undefined; it must be \{ base/],
  [
    'GuestMemory.write32',
    () => machine().memory.write32(0n, 1n as Loose),
    /value is 1 \(bigint\); it must be a number/,
  ],
  ['Bus.write32', () => new MmioBus().write32(0n, '1' as Loose), /value is 1 \(string\); it must be a number/],
  [
    'virtualConfigSpaceWrite',
    () => new PciRoot().virtualConfigSpaceWrite(at(1), 0, undefined as Loose),
    /value is undefined \(undefined\); /,
  ],
  ['DiagnosticLog', () => new DiagnosticLog(-1), /keepPerCode is -1; /],
  ['readDsmCall', () => readDsmCall(new Uint8Array(5)), /page has 5 bytes; it must have 4096/],
  ['writeDsmResult', () => writeDsmResult(new Uint8Array(4096), 5 as Loose), /result contains 5; it must be a bigint/],
  ['dsmOnValues', () => dsmOnValues(() => ({}) as Loose)(new Uint8Array(4096)), /result contains an object; /],
];

describe('a bad call', () => {
  for (const [index, [what, call, message]] of CALLS.entries())
    it(`says value and range: ${what} (${index})`, () => expect(thrownBy(call)).toMatch(message));

  it('of openSandbox says value and range', async () => {
    const open = (port: Loose, log: Loose, options: Loose) => expect(openSandbox(port, log, options)).rejects;
    await open(PORT, LOG, { messageBytes: -1 }).toThrow(/options\.messageBytes is -1; .*from 1 to 1073741824/);
    await open(PORT, LOG, { messageBytes: 2 ** 31 }).toThrow(/options\.messageBytes is 2147483648; /);
    await open(PORT, LOG, { startTimeoutMilliseconds: '5' }).toThrow(/startTimeoutMilliseconds is "5"; .*from 1/);
    await open(PORT, LOG, 5).toThrow(/options is 5; it must be SandboxOptions/);
    await open({}, LOG, {}).toThrow(/port is an object; it must be a MessagePort/);
    await open(PORT, {}, {}).toThrow(/log is an object; it must be a DiagnosticLog/);
  });

  it('leaves a bus as it was', () => {
    const bus = new Bus('mmio');
    thrownBy(() => bus.insert(new RecordingDevice(1), 0n, -1n));
    expect([bus.ranges, bus.counts]).toEqual([[], { reads: 0, writes: 0, misses: 0, drops: 0 }]);
  });
});

/** The message of the TypeError or RangeError that a call throws. */
function thrownBy(call: () => unknown): string {
  try {
    call();
  } catch (thrown) {
    if (thrown instanceof TypeError || thrown instanceof RangeError) return thrown.message;
    throw thrown;
  }
  throw new Error('nothing was thrown');
}

describe('a device with words of registers that the root cannot access', () => {
  it.each<[unknown, RegExp]>([
    [null, /registerWords\(\) is null; it must be PooledWords/],
    [{ chunk: [0], start: 0 }, /registerWords\(\)\.chunk is .*; it must be a Uint32Array/],
    [{ chunk: new Uint32Array(4), start: 4 }, /start is 4; it must be an integer from 0 to 3/],
    [{ chunk: new Uint32Array(4), start: -1 }, /start is -1; /],
    [{ chunk: new Uint32Array(4), start: 0.5 }, /start is 0\.5; /],
  ])('is not added: %j', (words, message) => {
    const here = machine();
    const before = here.snapshotText();
    const device = new RegisterMapFunction(SENSOR, here.log);
    device.registerWords = () => words as Loose;
    expect(thrownBy(() => here.root.addFunction(at(9), device))).toMatch(message);
    expect(here.snapshotText()).toBe(before);
    expect(here.root.device(at(9))).toBeUndefined();
  });
});
