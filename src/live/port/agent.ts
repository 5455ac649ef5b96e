import { liveError } from './events.js';

/**
 * The agent: a shell script that is the guest's first process, and its host's side. They speak over the second serial port, a line a
 * message, so that the console stays the kernel's and the user's. Requests and answers:
 *
 *     ping ID                  ok ID
 *     put ID BASE64            ok ID                 appends to /live/put
 *     keep ID PATH             ok ID                 makes /live/put that file, executable
 *     run ID SECONDS           done ID CODE BYTES    runs /live/put, then BASE64 lines up to an empty one
 *     evaluate ID REQUEST      ok ID ANSWER          asks the kernel module
 *                              !shell                by itself: the shell at the console has ended
 */
export const AGENT_SCRIPT = `#!/bin/busybox sh
export PATH=/bin:/sbin HOME=/ TERM=linux
/bin/busybox mkdir -p /bin /sbin /proc /sys /dev /live /tmp
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t debugfs debug /sys/kernel/debug
exec 0</dev/ttyS0 1>/dev/ttyS0 2>&1
dmesg -n 3
hostname vcfg
[ -f /vcfg_live.ko ] && insmod /vcfg_live.ko \${vcfg_high:+high=$vcfg_high low=$vcfg_low length=$vcfg_length}
stty -F /dev/ttyS1 raw -echo
agent() {
  exec 3<>/dev/ttyS1
  echo ready >&3
  while read -r verb id rest <&3; do
    case $verb in
      ping) echo "ok $id" >&3 ;;
      put) echo "$rest" | base64 -d >>/live/put; echo "ok $id" >&3 ;;
      keep) mv /live/put "$rest"; chmod 755 "$rest"; echo "ok $id" >&3 ;;
      evaluate)
        echo "$rest" >/proc/vcfg_evaluate
        read -r answer </proc/vcfg_evaluate
        echo "ok $id $answer" >&3
        ;;
      run)
        mv /live/put /live/script
        timeout -s KILL "$rest" sh /live/script >/live/output 2>&1 </dev/null
        code=$?
        echo "done $id $code $(stat -c %s /live/output)" >&3
        base64 /live/output >&3
        echo >&3
        rm -f /live/output
        ;;
    esac
  done
}
agent &
while :; do
  setsid cttyhack sh -i 2>/dev/null
  echo '!shell' >/dev/ttyS1
  sleep 1
done
`;

/** What a command in the guest printed, both outputs in one, and how it ended. */
export interface LiveRun {
  readonly output: string;
  readonly exitCode: number;
}

/** Bytes to and from the agent's serial port. */
export interface AgentPort {
  send(bytes: Uint8Array): void;
}

/** Characters of a line that the agent's terminal surely takes. */
const CHUNK_CHARACTERS = 2048;
const MOST_OUTPUT_BYTES = 64 << 20;
const SHELL_ENDED = '!shell';

interface Waiting {
  readonly id: string;
  readonly resolve: (answer: readonly string[]) => void;
  readonly reject: (error: Error) => void;
}

/** The host's side of the agent: one request at a time. */
export class AgentClient {
  readonly #port: AgentPort;
  readonly #shellEnded: () => void;
  readonly #decoder = new TextDecoder();
  #line = '';
  #number = 0;
  #waiting: Waiting | undefined;
  /** Lines of an output, while it comes. */
  #output: { readonly head: readonly string[]; readonly lines: string[]; characters: number } | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #ended: Error | undefined;
  #ready: () => void = () => {};
  readonly ready: Promise<void>;

  constructor(port: AgentPort, shellEnded: () => void = () => {}) {
    this.#port = port;
    this.#shellEnded = shellEnded;
    this.ready = new Promise((resolve) => {
      this.#ready = resolve;
    });
  }

  /** Takes bytes that came from the guest. */
  receive(bytes: Uint8Array): void {
    this.#line += this.#decoder.decode(bytes, { stream: true });
    for (let end = this.#line.indexOf('\n'); end >= 0; end = this.#line.indexOf('\n')) {
      const line = this.#line.slice(0, end).replace(/\r$/, '');
      this.#line = this.#line.slice(end + 1);
      if (line.endsWith(SHELL_ENDED)) {
        // It may have come in the middle of another line: base64 and words have no such character.
        this.#line = line.slice(0, -SHELL_ENDED.length) + this.#line;
        this.#shellEnded();
      } else this.#take(line);
    }
    if (this.#line.length > MOST_OUTPUT_BYTES) this.#line = '';
  }

  #take(line: string): void {
    const output = this.#output;
    if (output !== undefined) {
      if (line !== '') {
        output.characters += line.length;
        if (output.characters <= MOST_OUTPUT_BYTES * 1.4) output.lines.push(line);
        return;
      }
      this.#output = undefined;
      this.#answer([...output.head, output.lines.join('')]);
      return;
    }
    const words = line.split(' ');
    if (words[0] === 'ready') this.#ready();
    else if (words[0] === 'done') this.#output = { head: words, lines: [], characters: 0 };
    else if (words[0] === 'ok') this.#answer(words);
  }

  #answer(words: readonly string[]): void {
    const waiting = this.#waiting;
    if (waiting === undefined || words[1] !== waiting.id) return;
    this.#waiting = undefined;
    waiting.resolve(words);
  }

  /** Ends all waiting, now and later: the guest is gone. */
  end(error: Error): void {
    this.#ended ??= error;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(error);
  }

  #ask(verb: string, rest: string, milliseconds: number): Promise<readonly string[]> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const id = (++this.#number).toString(16);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting = undefined;
        const message = `The guest has not answered for ${milliseconds / 1000} s.`;
        reject(liveError('LIVE_SILENT', message, 'It may hang, or a command may still be running: close the guest.'));
      }, milliseconds);
      const settle =
        <T>(done: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          done(value);
        };
      this.#waiting = { id, resolve: settle(resolve), reject: settle(reject) };
      this.#port.send(new TextEncoder().encode(`${verb} ${id} ${rest}\n`));
    });
  }

  /** Does one thing after all that were asked for before. */
  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(task, task);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Whether the agent answers. */
  ping(milliseconds: number): Promise<void> {
    return this.#inTurn(async () => void (await this.#ask('ping', '', milliseconds)));
  }

  async #put(contents: Uint8Array): Promise<void> {
    const text = encodeBase64(contents);
    // An empty file, too, is made.
    for (let at = 0; at === 0 || at < text.length; at += CHUNK_CHARACTERS)
      await this.#ask('put', text.slice(at, at + CHUNK_CHARACTERS), 60_000);
  }

  /** Asks the kernel module, whose request and answer are words: see `evaluation.ts`. */
  async evaluate(request: string, milliseconds: number): Promise<string> {
    if (request.length > CHUNK_CHARACTERS) {
      const script = `cat >/proc/vcfg_evaluate <<'END'\n${request}\nEND\ncat /proc/vcfg_evaluate\n`;
      return (await this.run(script, milliseconds)).output;
    }
    return this.#inTurn(async () => {
      const words = await this.#ask('evaluate', request, milliseconds);
      return words.slice(2).join(' ');
    });
  }

  /** Writes a file in the guest. Its folder must exist. */
  writeFile(path: string, contents: Uint8Array): Promise<void> {
    if (!/^\/[^\s]*$/.test(path)) throw new RangeError(`path is ${path}; it must be absolute, without blanks.`);
    return this.#inTurn(async () => {
      await this.#put(contents);
      await this.#ask('keep', path, 60_000);
    });
  }

  /** Runs a shell script in the guest. */
  run(script: string, milliseconds: number): Promise<LiveRun> {
    return this.#inTurn(async () => {
      await this.#put(new TextEncoder().encode(script));
      const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
      // The guest ends the command itself; the rest is for one that hangs.
      const [, , code = '', bytes = '', text = ''] = await this.#ask('run', String(seconds), milliseconds + GRACE);
      const output = decodeBase64(text);
      if (output.length !== Number(bytes))
        throw liveError(
          'LIVE_OUTPUT',
          `The command printed ${bytes} bytes, of which ${output.length} arrived.`,
          `Redirect it to a file; at most ${MOST_OUTPUT_BYTES >> 20} MiB can be printed.`,
        );
      return { output: new TextDecoder().decode(output), exitCode: Number(code) };
    });
  }
}

/** Time for a guest that was asked to end a command, in milliseconds. */
const GRACE = 15_000;

function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function decodeBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
