import { DiagnosticError, errorAt } from '../../base/index.js';
import { type PlatformResult, readPlatform } from '../../platform/index.js';
import { type IncludedFile, isPlatformText, type PlatformFile } from '../state/session.js';

/** A platform in several files: which of those that are open belong to it. Read in a worker. */

const nameOf = (path: string) => path.split(/[\\/]/).at(-1);

/** The files that a path may mean. Files that were dropped one by one have no folder: their names decide. */
function filesAt(path: string, files: readonly IncludedFile[]): readonly IncludedFile[] {
  const exact = files.find(({ file, alsoAt }) => file === path || alsoAt?.includes(path));
  return exact === undefined ? files.filter(({ file }) => nameOf(file) === nameOf(path)) : [exact];
}

/** The error for a path that means no file, or more than one. */
function notOne(path: string, found: number): DiagnosticError {
  const [message, cure] =
    found === 0
      ? ['It is not open in this page.', 'Drop it here, or drop the folder that holds it and the platform file.']
      : [`${found} open files have this name.`, 'Drop the folder that holds them and the platform file.'];
  return new DiagnosticError([errorAt('PLATFORM_INCLUDE_UNREAD', { file: path }, message, cure)]);
}

/** Reads an open platform with the files that it includes. `onInclude` is told which those are, or may be. */
export function readOpenPlatform(
  { file, text, includes = [] }: PlatformFile,
  onInclude: (included: IncludedFile) => void = () => {},
): PlatformResult {
  const others = includes.filter((each) => each.file !== file);
  return readPlatform(text, {
    file,
    readInclude: (path) => {
      const found = filesAt(path, others);
      for (const each of found) onInclude(each);
      const [one] = found;
      if (one === undefined || found.length > 1) throw notOne(path, found.length);
      return one.text;
    },
    // Two paths may lead to one open file, which is then read once. The command does the same with links.
    identifyFile: (path) => {
      const found = path === file ? [] : filesAt(path, others);
      return found.length === 1 ? found[0]?.file : undefined;
    },
  });
}

/** Whether a text may have the key `include`, which can also be quoted, with escapes. */
const mayInclude = (text: string): boolean => /include|\\/.test(text);

export interface GatherQuestion {
  /** Files just opened that are platforms, or may be part of one. */
  readonly texts: readonly IncludedFile[];
  readonly open: PlatformFile | undefined;
}

export interface Gathered {
  readonly platform: PlatformFile | undefined;
  /** Those of the texts that are part of it, by name. */
  readonly parts: readonly string[];
}

/** Called with each platform that was read and the result, so that it is not read again. */
type KeepReading = (platform: PlatformFile, reading: PlatformResult) => void;

function withIncludes(root: IncludedFile, files: readonly IncludedFile[], keep: KeepReading): PlatformFile {
  const { file, text } = root;
  // Reading a large platform takes seconds, so one without includes is not read here, but when its findings are wanted.
  if (!mayInclude(text)) return { file, text };
  const includes = new Set<IncludedFile>();
  const reading = readOpenPlatform({ file, text, includes: files }, (included) => includes.add(included));
  const platform = { file, text, ...(includes.size > 0 && { includes: [...includes] }) };
  keep(platform, reading);
  return platform;
}

/**
 * Which platform is open after these files: a new one, with those of the files that it includes, or the one that was open
 * before, if they are files that it includes.
 */
export function gatherPlatform({ texts, open }: GatherQuestion, keep: KeepReading = () => {}): Gathered {
  const names = new Set(texts.map(({ file }) => file));
  const earlier = open?.includes?.filter(({ file }) => !names.has(file)) ?? [];
  const namesOf = ({ includes = [] }: PlatformFile) => includes.flatMap(({ file }) => (names.has(file) ? [file] : []));
  const extended = open && !names.has(open.file) ? withIncludes(open, [...texts, ...earlier], keep) : undefined;
  const wanted = new Set(extended && namesOf(extended));
  const candidates = texts.filter(({ file, text }) => isPlatformText(text) && !wanted.has(file));
  if (extended !== undefined && candidates.length === 0) return { platform: extended, parts: [...wanted] };
  const whole = candidates.map((each) =>
    withIncludes(each, [...texts, ...(each.file === open?.file ? earlier : [])], keep),
  );
  const included = new Set(whole.flatMap(namesOf));
  const root = whole.find(({ file }) => !included.has(file)) ?? whole[0];
  return root === undefined ? { platform: open, parts: [] } : { platform: root, parts: [root.file, ...namesOf(root)] };
}
