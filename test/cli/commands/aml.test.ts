import { expect, it } from 'vitest';
import { vcfg } from '../fake-io.js';

it('vcfg aml gives its bytes as JSON', async () => {
  const { code, stdout } = await vcfg(['aml', '--base', '0x1_4000_0000', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ base: '0x140000000', bytes: 14, hex: '08564346470e0000004001000000' });
  expect(await vcfg(['aml', '--base', '0', '--json', '-o', '-'])).toMatchObject({ code: 2, codes: ['COMMAND_USAGE'] });
});
