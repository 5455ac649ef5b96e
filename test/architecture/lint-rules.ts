import { posix } from 'node:path';
import { describeRoom, type RoomRule } from './rooms.js';

/** One entry of `overrides` in biome.json. */
export interface LintOverride {
  readonly includes: readonly string[];
  readonly linter: {
    readonly rules: {
      readonly style: {
        readonly noRestrictedImports: {
          readonly level: 'error';
          readonly options: { readonly patterns: readonly { group: readonly string[]; message: string }[] };
        };
      };
    };
  };
}

/**
 * The rows as the linter's settings, so that editors show a fault at once. The linter sees specifiers, not
 * files: names that are exported again, imports of types only and circles are found only by the test.
 */
export function lintOverrides(rules: readonly RoomRule[]): LintOverride[] {
  return rules.map((rule) => {
    const { room, rooms, packages = [], nodeBuiltins, exceptFiles = [] } = rule;
    const inner = rules.filter((other) => other.room.startsWith(`${room}/`)).map((other) => other.room);
    const forbidden = rules
      .map((other) => other.room)
      .filter((other) => other !== room && !rooms.includes(other) && !room.startsWith(`${other}/`));
    const outside = forbidden.filter((other) => !inner.includes(other) && !forbidden.includes(posix.dirname(other)));
    const group = [
      '**',
      '!./**',
      '!../**',
      ...packages.flatMap((name) => [`!${name}`, `!${name}/**`]),
      ...(nodeBuiltins ? ['!node:*', '!node:*/**'] : []),
      // The last matching pattern decides, so what is forbidden comes last.
      ...(outside.length > 0 ? [`**/../{${outside.join(',')}}/**`] : []),
      ...inner.filter((other) => forbidden.includes(other)).map((other) => `./${other.slice(room.length + 1)}/**`),
      ...exceptFiles.map((file) => `**/../${file}.js`),
    ];
    return {
      includes: [room.endsWith('.ts') ? `src/${room}` : `src/${room}/**`, ...inner.map((other) => `!src/${other}/**`)],
      linter: {
        rules: {
          style: {
            noRestrictedImports: { level: 'error', options: { patterns: [{ group, message: describeRoom(rule) }] } },
          },
        },
      },
    };
  });
}
