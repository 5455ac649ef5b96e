import { afterEach, expect, test, vi } from 'vitest';
import { generateRegisterReference } from '../../../src/drivers/index.js';
import { mappedFunctions } from '../../../src/drivers/map/mapped-functions.js';
import { acpiPathOf } from '../../../src/platform/index.js';
import { SENS, samplePlatform } from '../sample-platform.js';
import { fixturePlatform } from '../whole-platforms.js';

/** What the map's one sources say here instead of the truth; nothing while a test wants the truth. */
const told = vi.hoisted(
  (): { dsmRegister?: string | undefined; reset?: number | undefined; devicesOn?: number | undefined } => ({}),
);

vi.mock('../../../src/platform/vfio-profile.js', async (original) => {
  const profile = await original<typeof import('../../../src/platform/vfio-profile.js')>();
  const VFIO_DSM = {
    ...profile.VFIO_DSM,
    get register() {
      return told.dsmRegister ?? profile.VFIO_DSM.register;
    },
  };
  return { ...profile, VFIO_DSM };
});
vi.mock('../../../src/drivers/accessors.js', async (original) => {
  const accessors = await original<typeof import('../../../src/drivers/accessors.js')>();
  const fieldReset: typeof accessors.fieldReset = (...of) => told.reset ?? accessors.fieldReset(...of);
  return { ...accessors, fieldReset };
});
vi.mock('../../../src/guest/address.js', async (original) => {
  const guest = await original<typeof import('../../../src/guest/address.js')>();
  const pageOffset: typeof guest.pageOffset = (address, page) =>
    guest.pageOffset({ ...address, device: address.device + (told.devicesOn ?? 0) }, page);
  return { ...guest, pageOffset };
});

afterEach(() => {
  told.dsmRegister = undefined;
  told.reset = undefined;
  told.devicesOn = undefined;
});

test('the register that hands the mailbox over is the one that the profile names', () => {
  const page = () => generateRegisterReference(fixturePlatform('sensor-hub'));
  expect(page()).toContain('then any value to `PDSM`:');
  told.dsmRegister = 'HAND';
  expect(page()).toContain('then any value to `HAND`:');
});

test("a field's reset value is the one that drivers have", () => {
  const page = () => generateRegisterReference(samplePlatform([SENS]));
  expect(page()).toContain('| `RATE` | `0x0000_00f0` | `0x0` |');
  told.reset = 7;
  expect(page()).toContain('| `RATE` | `0x0000_00f0` | `0x7` |');
});

test("a function's path is found by its place in the guest's window", () => {
  for (const name of ['sensor-hub', 'all-buses']) {
    const platform = fixturePlatform(name);
    const mapped = mappedFunctions(platform);
    expect(mapped.map(({ path }) => path)).toEqual(
      platform.functions.map(({ address }) => acpiPathOf(platform, address)),
    );
  }
  const next = { ...SENS, name: 'NEXT', address: { ...SENS.address, device: SENS.address.device + 1 } };
  told.devicesOn = 1;
  expect(mappedFunctions(samplePlatform([SENS, next])).map(({ path }) => path)).toEqual(['\\_SB.PC00.PE28', undefined]);
});
