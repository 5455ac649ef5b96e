import { decodeLatin1, requireBytes } from '../../base/index.js';
import { isAcpidump } from '../acpidump.js';

/** What people hand in for a table. */
export type TextKind = 'acpidump' | 'c' | 'rust' | 'asl' | 'yaml';

/** What a text of each kind is called. */
export const TEXT_NAMES: Readonly<Record<TextKind, string>> = {
  acpidump: 'text from acpidump',
  c: 'C source',
  rust: 'Rust source',
  asl: 'ASL source',
  yaml: 'a text file, such as YAML',
};

/** Bytes that are looked at; a license alone may take a few thousand. */
const LOOKED_AT = 8192;

const COMMENTS = /^(?:\s+|\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*(?:\n|$))+/;

/** Tried in order on what is left behind comments. */
const KINDS: readonly (readonly [kind: TextKind, pattern: RegExp])[] = [
  ['c', /^(?:#(?:if|ifndef|ifdef|define|include|pragma\s+once)\b|(?:static|typedef|struct|extern)\s)/],
  ['rust', /^(?:#!?\[|(?:pub|use|mod|fn|const)\s)/],
  ['asl', /^(?:DefinitionBlock\b|#pragma\b|External\s*\(|Scope\s*\()/],
  ['yaml', /^(?:#|---|%YAML|[A-Za-z_][\w-]*:(?:\s|$)|- |\{|\[)/],
];

/** What a file that holds a text most likely is; undefined for bytes, and for a text that is none of these. */
export function textKindOf(bytes: Uint8Array): TextKind | undefined {
  requireBytes(bytes, 'textKindOf: bytes');
  const start = bytes.subarray(0, LOOKED_AT);
  if (start.includes(0)) return undefined;
  const text = decodeLatin1(start);
  if (isAcpidump(text)) return 'acpidump';
  const code = text.replace(COMMENTS, '');
  // Comments alone, or cut off in the first: such as iasl writes above a disassembly.
  if (code === '' && text.trimStart().startsWith('/')) return 'asl';
  return KINDS.find(([, pattern]) => pattern.test(code))?.[0];
}

/** A key that platforms have at their top level, in YAML or JSON. */
const PLATFORM_KEY = /^[{\s]*["']?(?:functions|vcfg)["']?\s*:/m;

/** Whether a file is a platform, judged by the keys at its beginning. */
export function isPlatformFile(bytes: Uint8Array): boolean {
  return textKindOf(bytes) === 'yaml' && PLATFORM_KEY.test(decodeLatin1(bytes.subarray(0, LOOKED_AT)));
}
