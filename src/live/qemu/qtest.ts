import type { Socket } from 'node:net';
import { liveError } from '../port/events.js';

const DEADLINE_MILLISECONDS = 20_000;

/** QEMU's own access to guest memory, a line a command: `writel 0x… 0x…`, answered by `OK`. */
export class Qtest {
  readonly #socket: Socket;
  readonly #waiting: { readonly resolve: (line: string) => void; readonly reject: (error: Error) => void }[] = [];
  #text = '';

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text) => this.#take(String(text)));
    const end = () => {
      for (const { reject } of this.#waiting.splice(0))
        reject(liveError('LIVE_CLOSED', 'QEMU ended.', 'Boot another guest.'));
    };
    socket.on('error', end).on('close', end);
  }

  #take(text: string): void {
    this.#text += text;
    for (let end = this.#text.indexOf('\n'); end >= 0; end = this.#text.indexOf('\n')) {
      const line = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 1);
      // Interrupts are told, too.
      if (!line.startsWith('IRQ')) this.#waiting.shift()?.resolve(line);
    }
  }

  #ask(command: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(liveError('LIVE_SILENT', `QEMU does not answer ${command}.`, 'Close the guest.')),
        DEADLINE_MILLISECONDS,
      );
      const settle =
        <T>(done: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          done(value);
        };
      this.#waiting.push({ resolve: settle(resolve), reject: settle(reject) });
      this.#socket.write(`${command}\n`);
    });
  }

  async read32(address: number): Promise<number> {
    return (
      Number(/^OK (0x[0-9a-f]+)/i.exec(await this.#ask(`readl 0x${address.toString(16)}`))?.[1] ?? Number.NaN) >>> 0
    );
  }

  async write32(address: number, value: number): Promise<void> {
    await this.#ask(`writel 0x${address.toString(16)} 0x${(value >>> 0).toString(16)}`);
  }
}
