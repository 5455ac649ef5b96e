import { type Figure, judgedTime, megabytesPerSecond } from './figure.js';

/** A row and, if an earlier run has the same, how many times as long it takes now. */
export interface ComparedFigure extends Figure {
  readonly earlier?: number;
}

const SCALES = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
  [1, 'ns'],
] as const;

/** Three digits that say something: `0.42`, `4.21`, `42.1`, `421`. */
function digits(value: number): string {
  return value.toFixed(value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2);
}

function timeText(nanoseconds: number): string {
  const [scale, name] = SCALES.find(([least]) => nanoseconds >= least) ?? ([1, 'ns'] as const);
  return `${digits(nanoseconds / scale)} ${name}`;
}

/** How far the quartiles lie from the median, in percent of it. */
function spreadText({ value: { median, low, high } }: Figure): string {
  const percent = (part: number) => (median === 0 ? 0 : Math.round((100 * Math.abs(part - median)) / median));
  return `-${percent(low)} +${percent(high)} %`;
}

function cells(figure: ComparedFigure): string[] {
  const { name, unit, value, cpu, bytes, beside, earlier, target } = figure;
  return [
    name,
    unit === 'B' ? `${digits(value.median)} B` : timeText(value.median),
    spreadText(figure),
    cpu === undefined ? '' : timeText(cpu),
    bytes === undefined ? '' : String(bytes),
    bytes === undefined ? '' : `${digits(megabytesPerSecond(bytes, judgedTime(figure)))} MB/s`,
    beside === undefined ? '' : `${digits(beside.ratio)} × ${beside.peer}`,
    earlier === undefined ? '' : `${digits(earlier)} ×`,
    target === undefined ? '' : `${target.text}: ${target.met ? 'met' : 'MISSED'}`,
  ];
}

const HEAD = ['', 'clock', 'quartiles', 'cpu', 'bytes', 'rate', 'beside', 'earlier', 'target'];

/** Rows as a table of text, names to the left, numbers to the right, columns that nothing stands in left out. */
export function tableOf(figures: readonly ComparedFigure[]): string {
  const rows = [HEAD, ...figures.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  const used = HEAD.map((_, column) => rows.slice(1).some((row) => row[column] !== ''));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        (column === 0 || column === HEAD.length - 1 ? cell.padEnd : cell.padStart).call(cell, widths[column] as number),
      )
      .filter((_, column) => used[column])
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}
