import { z } from 'zod';

const message = z.strictObject({ text: z.string().min(1), markdown: z.string().min(1).optional() });
const level = z.enum(['none', 'note', 'warning', 'error']);
/** RFC 3986: what a relative or absolute reference may hold, each % followed by two hex digits. */
const uri = z.string().regex(/^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/);

const textRegion = z.strictObject({
  startLine: z.number().int().min(1),
  startColumn: z.number().int().min(1).optional(),
});
const byteRegion = z.strictObject({ byteOffset: z.number().int().min(0), byteLength: z.number().int().min(0) });

const location = z.strictObject({
  id: z.number().int().min(0).optional(),
  message: message.optional(),
  physicalLocation: z
    .strictObject({ artifactLocation: z.strictObject({ uri }), region: z.union([textRegion, byteRegion]).optional() })
    .optional(),
  logicalLocations: z
    .array(z.strictObject({ name: z.string().min(1), fullyQualifiedName: z.string().min(1) }))
    .min(1)
    .optional(),
});

const rule = z.strictObject({
  id: z.string().min(1),
  shortDescription: message,
  fullDescription: message,
  help: message,
  defaultConfiguration: z.strictObject({ level }),
  properties: z.strictObject({ tags: z.array(z.string()).min(1) }),
});

const result = z.strictObject({
  ruleId: z.string().min(1),
  ruleIndex: z.number().int().min(0),
  level,
  message,
  locations: z.array(location).length(1),
  relatedLocations: z.array(location).min(1).optional(),
  partialFingerprints: z.record(z.string(), z.string()),
  properties: z.record(z.string(), z.unknown()).optional(),
});

/**
 * What the OASIS schema of SARIF 2.1.0 demands of the properties that a log of ours has: their types and ranges, that
 * there is no other property, and which of them go together. Its own text is no dependency of this project.
 */
export const SARIF_LOG = z.strictObject({
  $schema: z.literal('https://json.schemastore.org/sarif-2.1.0.json'),
  version: z.literal('2.1.0'),
  runs: z
    .array(
      z.strictObject({
        tool: z.strictObject({
          driver: z.strictObject({
            name: z.string().min(1),
            semanticVersion: z.string().regex(/^\d+\.\d+\.\d+/),
            rules: z.array(rule).refine((rules) => new Set(rules.map(({ id }) => id)).size === rules.length),
          }),
        }),
        columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
        results: z.array(result),
      }),
    )
    .length(1),
});
