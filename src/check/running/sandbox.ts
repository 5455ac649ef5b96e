import { EvaluationError, type InterpreterLimits } from '../../interpreter/index.js';

/** Limits of what is run to prove fields and methods: a few statements each. */
export const PROOF_LIMITS: Partial<InterpreterLimits> = { steps: 2_000_000, bytes: 1 << 24, loopMilliseconds: 1000 };

/** Why an evaluation failed, as a sentence. Throws anything that is not a failure of AML. */
export function failureText(error: unknown): string {
  if (!(error instanceof EvaluationError)) throw error;
  const [finding] = error.diagnostics;
  return `${finding?.message ?? 'nothing else is known.'} (${error.code})`;
}
