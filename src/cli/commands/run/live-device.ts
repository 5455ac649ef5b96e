import { DiagnosticError } from '../../../base/index.js';
import type { DeviceSwitch } from '../../../live/index.js';
import type { Io } from '../../io.js';
import { report, say } from '../../write/report.js';

/**
 * Serves the device that a file exports, and serves it anew after each change of the file or of what it imports. Throws if the
 * first load fails; if a later one fails, the previous device stays. Returns a function that ends the watch.
 */
export async function serveDevice(file: string, served: DeviceSwitch, io: Io): Promise<() => void> {
  const { loadDeviceFile, watchFiles } = await import('../../../live/node/device-file.js');
  let number = 0;
  /** Loads the file; false if it has changed again meanwhile, which another load is for. */
  const load = async (): Promise<boolean> => {
    const mine = ++number;
    const loaded = await loadDeviceFile(file, (files) => watcher.add(files));
    if (mine !== number) return false;
    served.replace(loaded);
    return true;
  };
  let isServed = false;
  const watcher = watchFiles([file], () => {
    load()
      .then((isNewest) => {
        if (isNewest && isServed) say(io, `${file} was reloaded\r`);
      })
      .catch(async (error: unknown) => {
        if (error instanceof DiagnosticError) await report(io, error.diagnostics);
        else say(io, String(error));
        if (isServed) say(io, 'The guest continues with the previous device.\r');
      });
  });
  try {
    while (!(await load()));
    isServed = true;
    return () => watcher.close();
  } catch (error) {
    watcher.close();
    throw error;
  }
}
