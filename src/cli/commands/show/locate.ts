import { DiagnosticError, errorAt, formatHex, formatPciAddress, parseInteger } from '../../../base/index.js';
import { toJson } from '../../../base/json.js';
import { type LocatedRegister, locate, windowLengthBytes } from '../../../guest/address.js';
import type { FunctionDescription, Platform } from '../../../vocab/index.js';
import { EXIT } from '../../command.js';
import type { Io } from '../../io.js';
import { hexMeant, readAddress } from '../../read/argument-values.js';
import { readPresentWindow, type Window } from '../../read/window.js';

interface LocateArgs {
  readonly address: string;
  readonly base: string | undefined;
  readonly platform: string | undefined;
  readonly buses: string | undefined;
  readonly json: boolean;
}

const REGISTERS_PER_PAGE = 1024;
const BYTES_PER_REGISTER = 4;

function describedAt(platform: Platform | undefined, bdf: string): FunctionDescription | undefined {
  return platform?.functions.find(({ address }) => formatPciAddress(address) === bdf);
}

/** Name of the register, or of the run of shared bytes, that an address lies in. */
function nameAt(described: FunctionDescription | undefined, found: LocatedRegister): string | undefined {
  if (found.page === 'trapped') return described?.registers.find(({ index }) => index === found.register)?.name;
  const at = found.register * BYTES_PER_REGISTER + found.byte;
  return described?.shared.find(({ offsetBytes, lengthBytes }) => at >= offsetBytes && at < offsetBytes + lengthBytes)
    ?.name;
}

function requireInside(address: bigint, text: string, { base, buses }: Window): void {
  const end = base + BigInt(windowLengthBytes(buses));
  const isInside = (each: bigint | undefined) => each !== undefined && each >= base && each < end;
  if (isInside(address)) return;
  const meant = hexMeant(text);
  const range = `${formatHex(base)}..${formatHex(end - 1n)}`;
  throw new DiagnosticError([
    errorAt(
      'COMMAND_OUTSIDE_WINDOW',
      {},
      `${formatHex(address)} is outside the window ${range} of ${buses} buses.`,
      meant !== undefined && isInside(parseInteger(meant))
        ? `Did you mean ${meant}?`
        : 'Is the base the value of \\VCFG on that machine?',
    ),
  ]);
}

/** `vcfg locate`: which function, page and register lie at an address. */
export async function runLocate(args: LocateArgs, io: Io): Promise<number> {
  const address = readAddress('The address', args.address);
  const window = await readPresentWindow(args, io);
  requireInside(address, args.address, window);
  const found = locate(window.base, address, { buses: window.buses });
  const { page, register, byte } = found;
  const bdf = formatPciAddress(found.address);
  const described = describedAt(window.platform, bdf);
  const name = nameAt(described, found);
  if (args.json) {
    const data = {
      bdf,
      page,
      register,
      index: page === 'trapped' ? register : REGISTERS_PER_PAGE + register,
      offset: Number(address - window.base),
      byte,
      ...(described && { function: described.name }),
      ...(name !== undefined && { name }),
    };
    io.stdout.write(`${toJson(data)}\n`);
    return EXIT.done;
  }
  const names = [described?.name, name].filter((each) => each !== undefined).join('.');
  const place = `${bdf} ${page} register ${register}${byte === 0 ? '' : ` byte ${byte}`}`;
  io.stdout.write(names === '' ? `${place}\n` : `${place} (${names})\n`);
  return EXIT.done;
}
