import { decodeLatin1 as latin1 } from '../base/index.js';

/**
 * The parsers that binary-parser makes of the lists of fields beside each table: made by test/tables/make-parsers.ts, and
 * held to those lists by a test. VCFG_WRITE_PARSERS=1 npx vitest run test/tables/parsers.test.ts writes them.
 */

const withoutNuls = (bytes: Uint8Array) => latin1(bytes).replace(/\0+$/, '');

export function parseSdtHeader(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    signature: latin1(bytes.subarray(0, 4)),
    length: view.getUint32(4, true),
    revision: view.getUint8(8),
    checksum: view.getUint8(9),
    oemId: latin1(bytes.subarray(10, 16)),
    oemTableId: latin1(bytes.subarray(16, 24)),
    oemRevision: view.getUint32(24, true),
    creatorId: latin1(bytes.subarray(28, 32)),
    creatorRevision: view.getUint32(32, true),
  };
}

export function parseAddress(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    space: view.getUint8(0),
    bitWidth: view.getUint8(1),
    bitOffset: view.getUint8(2),
    accessSize: view.getUint8(3),
    address: view.getBigUint64(4, true),
  };
}

export function parseFacs(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    length: view.getUint32(0, true),
    hardwareSignature: view.getUint32(4, true),
    wakingVector: view.getUint32(8, true),
    globalLock: view.getUint32(12, true),
    flags: view.getUint32(16, true),
    xWakingVector: view.getBigUint64(20, true),
    version: view.getUint8(28),
  };
}

export function parseFadt(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    firmwareCtrl: view.getUint32(0, true),
    dsdt: view.getUint32(4, true),
    model: view.getUint8(8),
    preferredPmProfile: view.getUint8(9),
    sciInterrupt: view.getUint16(10, true),
    smiCommand: view.getUint32(12, true),
    acpiEnable: view.getUint8(16),
    acpiDisable: view.getUint8(17),
    s4BiosRequest: view.getUint8(18),
    pStateControl: view.getUint8(19),
    pm1aEventBlock: view.getUint32(20, true),
    pm1bEventBlock: view.getUint32(24, true),
    pm1aControlBlock: view.getUint32(28, true),
    pm1bControlBlock: view.getUint32(32, true),
    pm2ControlBlock: view.getUint32(36, true),
    pmTimerBlock: view.getUint32(40, true),
    gpe0Block: view.getUint32(44, true),
    gpe1Block: view.getUint32(48, true),
    pm1EventLength: view.getUint8(52),
    pm1ControlLength: view.getUint8(53),
    pm2ControlLength: view.getUint8(54),
    pmTimerLength: view.getUint8(55),
    gpe0BlockLength: view.getUint8(56),
    gpe1BlockLength: view.getUint8(57),
    gpe1Base: view.getUint8(58),
    cstControl: view.getUint8(59),
    c2Latency: view.getUint16(60, true),
    c3Latency: view.getUint16(62, true),
    flushSize: view.getUint16(64, true),
    flushStride: view.getUint16(66, true),
    dutyOffset: view.getUint8(68),
    dutyWidth: view.getUint8(69),
    dayAlarm: view.getUint8(70),
    monthAlarm: view.getUint8(71),
    century: view.getUint8(72),
    bootArchitecture: view.getUint16(73, true),
    reserved: view.getUint8(75),
    flags: view.getUint32(76, true),
    resetRegister: parseAddress(bytes.subarray(80, 92)),
    resetValue: view.getUint8(92),
    armBootArchitecture: view.getUint16(93, true),
    minorRevision: view.getUint8(95),
    xFirmwareCtrl: view.getBigUint64(96, true),
    xDsdt: view.getBigUint64(104, true),
    xPm1aEventBlock: parseAddress(bytes.subarray(112, 124)),
    xPm1bEventBlock: parseAddress(bytes.subarray(124, 136)),
    xPm1aControlBlock: parseAddress(bytes.subarray(136, 148)),
    xPm1bControlBlock: parseAddress(bytes.subarray(148, 160)),
    xPm2ControlBlock: parseAddress(bytes.subarray(160, 172)),
    xPmTimerBlock: parseAddress(bytes.subarray(172, 184)),
    xGpe0Block: parseAddress(bytes.subarray(184, 196)),
    xGpe1Block: parseAddress(bytes.subarray(196, 208)),
    sleepControl: parseAddress(bytes.subarray(208, 220)),
    sleepStatus: parseAddress(bytes.subarray(220, 232)),
    hypervisorId: withoutNuls(bytes.subarray(232, 240)),
  };
}

export function parseMadt(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    localApicAddress: view.getUint32(0, true),
    flags: view.getUint32(4, true),
  };
}

export function parseMcfgAllocation(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    base: view.getBigUint64(0, true),
    segment: view.getUint16(8, true),
    firstBus: view.getUint8(10),
    lastBus: view.getUint8(11),
    reserved: view.getUint32(12, true),
  };
}

export function parseRsdpTail(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    revision: view.getUint8(0),
    rsdt: view.getUint32(1, true),
    length: view.getUint32(5, true),
    xsdt: view.getBigUint64(9, true),
    extendedChecksum: view.getUint8(17),
    reserved: view.getUint8(18),
    reserved2: view.getUint16(19, true),
  };
}

export function parseLocalApic(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    processorUid: view.getUint8(0),
    apicId: view.getUint8(1),
    flags: view.getUint32(2, true),
  };
}

export function parseIoApic(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    ioApicId: view.getUint8(0),
    reserved: view.getUint8(1),
    address: view.getUint32(2, true),
    firstGsi: view.getUint32(6, true),
  };
}

export function parseInterruptSourceOverride(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    bus: view.getUint8(0),
    source: view.getUint8(1),
    gsi: view.getUint32(2, true),
    flags: view.getUint16(6, true),
  };
}

export function parseNmiSource(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    flags: view.getUint16(0, true),
    gsi: view.getUint32(2, true),
  };
}

export function parseLocalApicNmi(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    processorUid: view.getUint8(0),
    flags: view.getUint16(1, true),
    lint: view.getUint8(3),
  };
}

export function parseLocalApicAddressOverride(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    reserved: view.getUint16(0, true),
    address: view.getBigUint64(2, true),
  };
}

export function parseLocalX2apic(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    reserved: view.getUint16(0, true),
    x2apicId: view.getUint32(2, true),
    flags: view.getUint32(6, true),
    processorUid: view.getUint32(10, true),
  };
}

export function parseLocalX2apicNmi(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    flags: view.getUint16(0, true),
    processorUid: view.getUint32(2, true),
    lint: view.getUint8(6),
    reserved: view.getUint8(7),
    reserved2: view.getUint16(8, true),
  };
}
