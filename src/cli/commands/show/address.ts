import { DiagnosticError, errorAt, formatHex, formatPciAddress, parseInteger } from '../../../base/index.js';
import { toJson } from '../../../base/json.js';
import { registerAddress } from '../../../guest/address.js';
import type { Page, Platform, RegisterLocation } from '../../../vocab/index.js';
import { EXIT } from '../../command.js';
import type { Io } from '../../io.js';
import { hexMeant, readNumber } from '../../read/argument-values.js';
import { type FoundFunction, findFunction, unknownName } from '../../read/find-function.js';
import { usageError } from '../../read/usage-error.js';
import { readPresentWindow } from '../../read/window.js';

interface AddressArgs {
  readonly function: string;
  readonly register: string;
  readonly page: string | undefined;
  readonly base: string | undefined;
  readonly platform: string | undefined;
  readonly buses: string | undefined;
  readonly json: boolean;
}

const LAST_REGISTER = 1023;
const BYTES_PER_REGISTER = 4;

function findRegister(text: string, found: FoundFunction, platform: Platform | undefined): [Page, number] {
  if (platform === undefined) {
    const meant = hexMeant(text);
    const cure = meant === undefined ? '' : ` Did you mean ${meant}?`;
    throw usageError(
      `Register "${text}" is not a number.`,
      `Give its index, or --platform for a file that names it.${cure}`,
    );
  }
  const { registers = [], shared = [] } = found.described ?? {};
  const register = registers.find(({ name }) => name === text);
  if (register) return ['trapped', register.index];
  const run = shared.find(({ name }) => name === text);
  if (run) return ['shared', Math.floor(run.offsetBytes / BYTES_PER_REGISTER)];
  const where = found.described?.name ?? formatPciAddress(found.address);
  throw unknownName(
    `register of ${where} called`,
    text,
    [...registers, ...shared].map(({ name }) => name),
  );
}

function findLocation(args: AddressArgs, platform: Platform | undefined): RegisterLocation {
  const found = findFunction(args.function, platform);
  const page = (args.page ?? 'trapped') as Page;
  if (parseInteger(args.register) !== undefined || /^[-+0-9]/.test(args.register)) {
    const register = readNumber('The register', args.register, 0, LAST_REGISTER);
    return { address: found.address, page, register };
  }
  const [itsPage, register] = findRegister(args.register, found, platform);
  if (args.page !== undefined && page !== itsPage) {
    throw usageError(`${args.register} lies in the ${itsPage} page, and --page is ${page}.`, 'Leave --page out.');
  }
  return { address: found.address, page: itsPage, register };
}

/** `vcfg address`: one hex address, as the guest's driver computes it. */
export async function runAddress(args: AddressArgs, io: Io): Promise<number> {
  const { base, buses, platform } = await readPresentWindow(args, io);
  const location = findLocation(args, platform);
  if (location.address.bus >= buses) {
    const last = (buses - 1).toString(16).padStart(2, '0');
    throw new DiagnosticError([
      errorAt(
        'COMMAND_OUTSIDE_WINDOW',
        {},
        `${formatPciAddress(location.address)} is outside the window: its last bus is ${last}.`,
        'Give the window more buses, or a function on one that it has.',
      ),
    ]);
  }
  const address = registerAddress(base, location);
  const { page, register } = location;
  const data = { address, bdf: formatPciAddress(location.address), page, register };
  io.stdout.write(`${args.json ? toJson(data) : formatHex(address)}\n`);
  return EXIT.done;
}
