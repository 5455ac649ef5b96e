/** One room of src and what its files may import. */
export interface RoomRule {
  /** Folder below src, or a file: the package's own entry. A room inside another room's folder is named by its path. */
  readonly room: string;
  /** Rooms that it may import, apart from its own. */
  readonly rooms: readonly string[];
  /** Files of those rooms that it must not import, nor any name that they export; paths below src, without extension. */
  readonly exceptFiles?: readonly string[];
  /** npm packages it may import. */
  readonly packages?: readonly string[];
  /** Whether it may import Node.js built-ins, which browsers do not have. */
  readonly nodeBuiltins?: true;
  /** Whether it may import files of the user, with names known only at run time. */
  readonly userFiles?: true;
  /** Rooms from which it may import only types. */
  readonly typesOnlyFrom?: readonly string[];
  /** The reason, which the message gives after the list of what is allowed. */
  readonly why: string;
}

const GROUND = ['vocab', 'base'];
/** Both sides and what they are made of. */
const SIDES = ['tables', 'aml', 'asl', 'interpreter', 'platform', 'device', 'firmware', 'guest', 'drivers'];
/** What is inside live: the emulator, and what starts programs. */
const LIVE = ['live/port', 'live/v86', 'live/browser', 'live/qemu', 'live/node'];
const PORTABLE = 'It runs in browsers too, on as little as possible.';
const HOST = 'Device, firmware and guest are computed independently, so that comparing them proves something.';

/** The floors, bottom first. A folder of src without a row is a fault; a row without a folder is a room not yet built. */
export const ROOMS: readonly RoomRule[] = [
  { room: 'vocab', rooms: [], why: 'It names shapes, and compiles to nothing.' },
  { room: 'base', rooms: ['vocab'], why: PORTABLE },
  { room: 'tables', rooms: GROUND, why: 'Tables do not know AML.' },
  { room: 'aml', rooms: GROUND, why: 'AML does not know the tables that carry it.' },
  { room: 'asl', rooms: [...GROUND, 'aml'], why: PORTABLE },
  { room: 'interpreter', rooms: [...GROUND, 'aml'], why: PORTABLE },
  { room: 'platform', rooms: GROUND, packages: ['saxes', 'yaml', 'zod'], why: PORTABLE },
  { room: 'device', rooms: [...GROUND, 'platform'], why: HOST },
  { room: 'firmware', rooms: [...GROUND, 'aml', 'asl', 'tables', 'platform'], why: HOST },
  {
    room: 'guest',
    rooms: ['vocab'],
    typesOnlyFrom: ['vocab'],
    why: 'The guest shares types with the host and no code, so that a misreading on one side shows.',
  },
  {
    room: 'drivers',
    rooms: [...GROUND, 'aml', 'platform', 'guest'],
    exceptFiles: ['platform/config-address'],
    why: "It may read the description, not the host's way of writing addresses: the guest has its own.",
  },
  {
    room: 'check',
    rooms: [...GROUND, ...SIDES],
    why: PORTABLE,
  },
  {
    room: 'live/port',
    rooms: [...GROUND, 'tables', 'aml', 'interpreter', 'platform', 'device', 'firmware'],
    why: 'It runs in browsers too: what starts programs is in live/node and live/qemu.',
  },
  {
    room: 'live/v86',
    rooms: [...GROUND, 'platform', 'device', 'live/port'],
    packages: ['v86'],
    why: 'It runs in browsers too.',
  },
  {
    room: 'live/browser',
    rooms: [...GROUND, 'device', 'live/port', 'live/v86'],
    why: 'It is an entry of its own, in which nothing needs Node.js.',
  },
  {
    room: 'live/qemu',
    rooms: [...GROUND, 'platform', 'device', 'live/port'],
    nodeBuiltins: true,
    why: 'It starts one program, and serves it.',
  },
  {
    room: 'live/node',
    rooms: [...GROUND, ...SIDES, 'check', 'live/port', 'live/v86', 'live/browser', 'live/qemu'],
    nodeBuiltins: true,
    userFiles: true,
    why: 'It has the files and programs that guests are made of.',
  },
  {
    room: 'live',
    rooms: [...GROUND, ...SIDES, 'check', ...LIVE],
    why: 'It runs in browsers too: what needs Node.js is imported when it is used.',
  },
  {
    room: 'cli',
    rooms: [...GROUND, ...SIDES, 'check', 'live', ...LIVE],
    packages: ['picocolors', 'yargs'],
    nodeBuiltins: true,
    why: 'Other packages belong to the rooms that it calls.',
  },
  {
    room: 'explorer',
    rooms: [...GROUND, ...SIDES, 'check', 'live/browser', 'live'],
    packages: [
      'preact',
      '@preact/signals',
      '@codemirror/autocomplete',
      '@codemirror/commands',
      '@codemirror/language',
      '@codemirror/lint',
      '@codemirror/search',
      '@codemirror/state',
      '@codemirror/view',
      '@xterm/addon-fit',
      '@xterm/xterm',
    ],
    userFiles: true,
    why: 'It is a page in a browser, bundled when the package is built.',
  },
  { room: 'index.ts', rooms: [...GROUND, ...SIDES, 'check'], why: "It is the package's own entry, for browsers too." },
];

/** What a room may import, as the sentence for the message. */
export function describeRoom(rule: RoomRule): string {
  const allowed = [...rule.rooms, ...(rule.packages ?? []), ...(rule.nodeBuiltins ? ['node: built-ins'] : [])];
  const types = rule.typesOnlyFrom?.length ? ` (types only from ${rule.typesOnlyFrom.join(', ')})` : '';
  const except = rule.exceptFiles?.length ? `, never ${rule.exceptFiles.join(', ')}` : '';
  return `${rule.room} may import ${allowed.join(', ') || 'nothing'}${types}${except}. ${rule.why}`;
}

/** The rule for a path below src: the innermost room that holds it. */
export function roomOf(path: string, rules: readonly RoomRule[]): RoomRule | undefined {
  return rules
    .filter(({ room }) => path === room || path.startsWith(`${room}/`))
    .sort((a, b) => b.room.length - a.room.length)
    .at(0);
}
