import { toHex } from '../../../src/base/index.js';
import {
  type BusAccessInfo,
  BusDeviceBase,
  type ConfigWriteResult,
  type DeviceId,
  NO_CHANGE,
} from '../../../src/device/index.js';

/** Notes every access, and answers reads with its number in every byte. */
export class RecordingDevice extends BusDeviceBase {
  readonly number: number;
  readonly calls: string[] = [];
  drops = 0;

  constructor(number: number) {
    super();
    this.number = number;
  }

  override debugLabel(): string {
    return `device ${this.number}`;
  }

  override deviceId(): DeviceId {
    return { kind: 'platform', name: 'recording' };
  }

  override read({ offset, address, id }: BusAccessInfo, data: Uint8Array): void {
    this.calls.push(`read ${offset.toString(16)} ${address.toString(16)} ${data.length} by ${id}`);
    data.fill(this.number);
  }

  override write({ offset, address, id }: BusAccessInfo, data: Uint8Array): void {
    this.calls.push(`write ${offset.toString(16)} ${address.toString(16)} ${toHex(data)} by ${id}`);
  }
}

/** Notes writes of its configuration space too. */
export class RecordingFunction extends RecordingDevice {
  override configRegisterWrite(register: number, offset: number, data: Uint8Array): ConfigWriteResult {
    this.calls.push(`config write ${register}+${offset} ${toHex(data)}`);
    return NO_CHANGE;
  }
}
