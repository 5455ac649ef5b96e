import { toJson } from '../../../base/json.js';
import { EXIT } from '../../command.js';
import type { Io } from '../../io.js';
import { counted, report } from '../../write/report.js';
import { loadNamespace } from './evaluate.js';

interface RunArgs {
  readonly table: readonly string[];
  readonly platform: string | undefined;
  readonly json: boolean;
}

/** `vcfg run`: loads tables and starts their devices as an OS does; what it would have logged. */
export async function runRun(args: RunArgs, io: Io): Promise<number> {
  const log: string[] = [];
  const acpi = await loadNamespace(args.table, { platform: args.platform }, io, {
    host: {
      notify: (path, value) => log.push(`Notify (${path}, 0x${value.toString(16)})`),
      debug: (text) => log.push(`Debug: ${text}`),
      fatal: (type, code, argument) => log.push(`Fatal (${type}, ${code}, 0x${argument.toString(16)})`),
    },
  });
  const started = acpi.initialize();
  const { diagnostics } = acpi;
  const objects = [...acpi.walk()].length;
  if (args.json) {
    io.stdout.write(
      `${toJson({ tables: acpi.tables.map(({ file, signature }) => ({ file, signature })), objects, ...started, log, diagnostics }, 2)}\n`,
    );
  } else {
    await report(io, diagnostics);
    const lines = [
      ...log,
      ...started.methods.map((path) => `ran ${path}`),
      ...started.absent.map((path) => `not present: ${path}`),
      `${counted(acpi.tables.length, 'table')}, ${counted(objects, 'object')}, ${counted(started.present.length, 'device')} present, ${started.absent.length} not`,
    ];
    io.stdout.write(`${lines.join('\n')}\n`);
  }
  return diagnostics.some(({ severity }) => severity === 'error') ? EXIT.findings : EXIT.done;
}
