import type { CDPSession, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { openTextFile, showPane, useExplorer } from './browser.js';
import { largeDsdt, platformText } from './large-inputs.js';

/**
 * How fast the page is. Each prints its figures, which docs/performance.md has, and fails only if something was
 * not measured: how long things take depends on what else the machine does.
 */

const tabOf = useExplorer();

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

async function busySeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (name: string) => metrics.find((each) => each.name === name)?.value ?? 0;
  return of('ScriptDuration') + of('LayoutDuration') + of('RecalcStyleDuration');
}

/** Scrolls a part by an eighth of its length in 120 frames. Returns the frames' times and the milliseconds of work in each. */
async function scroll(page: Page, part: string): Promise<{ frame: number; work: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const before = await busySeconds(session);
  const times = await page.locator(part).evaluate(async (element) => {
    const found: number[] = [];
    const step = element.scrollHeight / 8 / 120;
    let last = await new Promise<number>(requestAnimationFrame);
    for (let count = 0; count < 120; count++) {
      element.scrollTop += step;
      const now = await new Promise<number>(requestAnimationFrame);
      found.push(now - last);
      last = now;
    }
    return found;
  });
  const work = ((await busySeconds(session)) - before) / 120;
  await session.detach();
  return { frame: median(times), work: work * 1000 };
}

/** In the page, before its own scripts: calls `onGenerated` when a worker has answered with what it generated. */
function noteAnswers(): void {
  const Native = Worker;
  globalThis.Worker = class extends Native {
    constructor(address: string | URL, options?: WorkerOptions) {
      super(address, options);
      this.addEventListener('message', ({ data }) => {
        if (data?.value?.artefact !== undefined)
          (globalThis as { onGenerated?: (() => void) | undefined }).onGenerated?.();
      });
    }
  };
}

/** In the page: makes `generated` the milliseconds from the next key until what was generated after it is drawn. */
function watchGenerated(): void {
  const page = globalThis as { onGenerated?: (() => void) | undefined; generated?: Promise<number> };
  page.generated = new Promise((resolve) => {
    let pressed: number | undefined;
    const note = ({ timeStamp }: KeyboardEvent) => {
      pressed = timeStamp;
    };
    addEventListener('keydown', note, { capture: true, once: true });
    page.onGenerated = () => {
      const from = pressed;
      if (from === undefined) return;
      page.onGenerated = undefined;
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - from)));
    };
  });
}

const expectMeasured = (figures: readonly number[]) =>
  expect(figures.filter((each) => !(Number.isFinite(each) && each > 0))).toEqual([]);

describe('figures of the page', () => {
  it('from the start to the first paint', async () => {
    const { page } = tabOf();
    const paints: number[] = [];
    for (let times = 0; times < 3; times++) {
      await page.reload();
      await page.getByRole('heading', { name: 'Look into firmware' }).waitFor();
      paints.push(
        await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN),
      );
    }
    console.log(`first paint: ${paints.map(Math.round).join(', ')} ms`);
    expectMeasured(paints);
  });

  it('showing a DSDT of 3 MB, and scrolling its bytes', async () => {
    const { page } = tabOf();
    const dsdt = largeDsdt(3_000_000);
    const start = performance.now();
    await page.setInputFiles('#open-files', { name: 'dsdt.aml', mimeType: '', buffer: Buffer.from(dsdt) });
    await page.locator('.cm-line').first().waitFor();
    await page.locator('.hex-row').first().waitFor();
    console.log(`${dsdt.length} bytes shown after ${Math.round(performance.now() - start)} ms`);
    for (const part of ['.hex', '.tree']) {
      const { frame, work } = await scroll(page, part);
      console.log(`${part}: ${frame.toFixed(1)} ms a frame, ${work.toFixed(1)} ms of it work`);
      expectMeasured([frame, work]);
    }
  });

  it('from the last key until what is generated is drawn, for 32 functions', async () => {
    const { page } = tabOf();
    await page.addInitScript(noteAnswers);
    await page.reload();
    await openTextFile(page, 'many.yaml', platformText(32));
    await page.getByText('32 functions').waitFor();
    const delays: Record<string, number> = {};
    const quickest: Record<string, number> = {};
    for (const artefact of ['DSDT', 'C', 'Rust', 'Changes']) {
      await page.getByRole('button', { name: artefact, exact: true }).click();
      await page.waitForTimeout(1000);
      await page
        .locator('.cm-line', { hasText: /name: N003/ })
        .first()
        .click();
      await page.keyboard.press('End');
      const found: number[] = [];
      for (let times = 0; times < 10; times++) {
        await page.evaluate(watchGenerated);
        // N003 becomes N00, and N003 again.
        await page.keyboard.press(times % 2 === 0 ? 'Backspace' : '3');
        found.push((await page.evaluate('generated')) as number);
        await page.waitForTimeout(200);
      }
      delays[artefact] = median(found);
      quickest[artefact] = Math.min(...found);
    }
    for (const [artefact, delay] of Object.entries(delays))
      console.log(`${artefact}: ${Math.round(delay)} ms after the key, at best ${Math.round(quickest[artefact] ?? 0)}`);
    expectMeasured([...Object.values(delays), ...Object.values(quickest)]);
  });

  it('a platform of 4000 functions in each pane', async () => {
    const { page } = tabOf();
    const start = performance.now();
    const since = () => Math.round(performance.now() - start);
    await openTextFile(page, 'large.yaml', platformText(4000));
    await page.getByText('4,000 functions').waitFor();
    const times: Record<string, number> = { Platform: since() };
    await showPane(page, 'Map');
    await page.getByLabel('Buses').waitFor();
    times.Map = since();
    await showPane(page, 'Machine');
    await page.getByLabel('Function').waitFor();
    times.Machine = since();
    await page
      .getByLabel(/^Value for/)
      .first()
      .fill('0x5');
    await page
      .getByRole('button', { name: /^Write/ })
      .first()
      .click();
    await page.getByText('0x00000005').first().waitFor();
    times.written = since();
    console.log(`4000 functions, milliseconds from opening: ${JSON.stringify(times)}`);
  });
});
