import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Platform } from '../../vocab/index.js';
import { StoppedError, WorkerPort } from '../workers/calls.js';
import type { CheckCalls, ProofNews } from '../workers/check-worker.js';

/** The proof of the window: guest and host arithmetic compared on every address, in a worker. */

type Proof =
  | { readonly state: 'running'; readonly done: number; readonly total: number }
  | { readonly state: 'agree'; readonly checked: number; readonly key: string }
  | { readonly state: 'differ'; readonly message: string };

const worker = new WorkerPort<CheckCalls>('./check-worker.js');
const proof = signal<Proof | undefined>(undefined);

const keyOf = ({ vcfg }: Platform) => `${vcfg.base} ${vcfg.buses}`;

async function prove(platform: Platform): Promise<void> {
  proof.value = { state: 'running', done: 0, total: 1 };
  try {
    const { checked, diagnostics } = await worker.call('prove', platform.vcfg, (news) => {
      const { done, total } = news as ProofNews;
      proof.value = { state: 'running', done, total };
    });
    const [first] = diagnostics;
    proof.value =
      first === undefined
        ? { state: 'agree', checked, key: keyOf(platform) }
        : { state: 'differ', message: first.message };
  } catch (error) {
    proof.value = error instanceof StoppedError ? undefined : { state: 'differ', message: String(error) };
  }
}

export function ProofBadge({ platform }: { readonly platform: Platform | undefined }): JSX.Element | null {
  if (platform === undefined) return null;
  const now = proof.value;
  if (now?.state === 'running') {
    return (
      <span class="proof">
        <progress max={now.total} value={now.done} aria-label="Addresses compared" />
        <span class="mono small">{now.done.toLocaleString('en')}</span>
        <button type="button" class="quiet" onClick={() => worker.stop()}>
          Stop
        </button>
      </span>
    );
  }
  if (now?.state === 'agree' && now.key === keyOf(platform)) {
    return (
      <span class="proof agree" role="status">
        ✓ {now.checked.toLocaleString('en')} addresses agree
      </span>
    );
  }
  if (now?.state === 'differ') {
    return (
      <span class="proof differ" role="status">
        {now.message}
      </span>
    );
  }
  return (
    <button type="button" class="proof" onClick={() => void prove(platform)}>
      Prove every address
    </button>
  );
}
