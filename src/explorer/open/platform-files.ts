import { DiagnosticError, errorAt } from '../../base/index.js';
import { type PlatformResult, readPlatform } from '../../platform/index.js';
import { type IncludedFile, isPlatformText, type PlatformFile } from '../state/session.js';

/** A platform in several files: which of those that are open belong to it. Read in a worker. */

const nameOf = (path: string) => path.split(/[\\/]/).at(-1);

/** The file that a platform includes by a path. Files that were dropped one by one have no folder: their names decide. */
function fileAt(path: string, files: readonly IncludedFile[]): IncludedFile {
  const alike = files.filter(({ file }) => nameOf(file) === nameOf(path));
  const found = files.find(({ file }) => file === path) ?? (alike.length === 1 ? alike[0] : undefined);
  if (found !== undefined) return found;
  const [message, cure] =
    alike.length === 0
      ? ['It is not open in this page.', 'Drop it here, or drop the folder that holds it and the platform file.']
      : [`${alike.length} open files have this name.`, 'Drop the folder that holds them and the platform file.'];
  throw new DiagnosticError([errorAt('PLATFORM_INCLUDE_UNREAD', { file: path }, message, cure)]);
}

/** Reads an open platform with the files that it includes. `onInclude` is told which those are. */
export function readOpenPlatform(
  { file, text, includes = [] }: PlatformFile,
  onInclude: (included: IncludedFile) => void = () => {},
): PlatformResult {
  const others = includes.filter((each) => each.file !== file);
  return readPlatform(text, {
    file,
    readInclude: (path) => {
      const found = fileAt(path, others);
      onInclude(found);
      return found.text;
    },
  });
}

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

function withIncludes(root: IncludedFile, files: readonly IncludedFile[]): PlatformFile {
  const includes = new Set<IncludedFile>();
  readOpenPlatform({ ...root, includes: files }, (included) => includes.add(included));
  return { file: root.file, text: root.text, ...(includes.size > 0 && { includes: [...includes] }) };
}

/**
 * Which platform is open after these files: a new one, with those of the files that it includes, or the one that was open
 * before, if they are files that it includes.
 */
export function gatherPlatform({ texts, open }: GatherQuestion): Gathered {
  const names = new Set(texts.map(({ file }) => file));
  const earlier = open?.includes?.filter(({ file }) => !names.has(file)) ?? [];
  const namesOf = ({ includes = [] }: PlatformFile) => includes.flatMap(({ file }) => (names.has(file) ? [file] : []));
  const extended = open && !names.has(open.file) ? withIncludes(open, [...texts, ...earlier]) : undefined;
  const wanted = new Set(extended && namesOf(extended));
  const candidates = texts.filter(({ file, text }) => isPlatformText(text) && !wanted.has(file));
  if (extended !== undefined && candidates.length === 0) return { platform: extended, parts: [...wanted] };
  const whole = candidates.map((each) => withIncludes(each, [...texts, ...(each.file === open?.file ? earlier : [])]));
  const included = new Set(whole.flatMap(namesOf));
  const root = whole.find(({ file }) => !included.has(file)) ?? whole[0];
  return root === undefined ? { platform: open, parts: [] } : { platform: root, parts: [root.file, ...namesOf(root)] };
}
