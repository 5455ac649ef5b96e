import type * as z from 'zod/mini';
import { functionSchema, type PlatformInput, platformSchema } from '../schema/schema.js';

type Issue = z.core.$ZodIssue;

export interface ParsedStructure {
  /** Undefined if there are issues. */
  readonly input: PlatformInput | undefined;
  readonly issues: readonly Issue[];
  /** There were too many issues, so the remaining functions were not read. */
  readonly stopped: boolean;
}

/** The number of findings for an issue. */
function weight(issue: Issue): number {
  return issue.code === 'unrecognized_keys' ? issue.keys.length : 1;
}

/** Parses a value by the schema, function by function, and stops after more than `most` issues. */
export function parseStructure(value: unknown, most: number): ParsedStructure {
  const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
  const { functions, ...others } = (isMapping ? value : {}) as Record<string, unknown>;
  if (!Array.isArray(functions)) {
    const { data, error } = platformSchema.safeParse(value);
    return { input: data, issues: error?.issues ?? [], stopped: false };
  }
  const { data, error } = platformSchema.safeParse(others);
  const issues = [...(error?.issues ?? [])];
  const read: NonNullable<PlatformInput['functions']> = [];
  let count = issues.reduce((sum, issue) => sum + weight(issue), 0);
  for (const [index, each] of functions.entries()) {
    if (count > most) return { input: undefined, issues, stopped: true };
    const result = functionSchema.safeParse(each);
    if (result.success) read.push(result.data);
    else {
      for (const issue of result.error.issues) {
        issues.push({ ...issue, path: ['functions', index, ...issue.path] });
        count += weight(issue);
      }
    }
  }
  const input = data && issues.length === 0 ? { ...data, functions: read } : undefined;
  return { input, issues, stopped: false };
}
