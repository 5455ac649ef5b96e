import type { JSX } from 'preact';
import { selection } from '../state/selection.js';
import { loadedSet, platformFile, waitingFor } from '../state/workspace.js';

/** One line at the bottom: what is open, what is selected, what is going on. */
export function StatusBar(): JSX.Element {
  const set = loadedSet.value;
  const at = selection.value;
  const size = set?.tables.reduce((sum, { bytes }) => sum + bytes.length, 0) ?? 0;
  return (
    <footer class="status">
      <span>
        {set === undefined
          ? 'No tables open'
          : `${set.tables.length} ${set.tables.length === 1 ? 'table' : 'tables'}, ${size.toLocaleString('en')} bytes, ${set.tree.integerBits}-bit integers`}
      </span>
      {set?.tree.vcfg !== undefined && <span class="mono">VCFG 0x{set.tree.vcfg.toString(16)}</span>}
      {platformFile.value !== undefined && <span class="mono">{platformFile.value.file}</span>}
      <span class="spacer" />
      {at !== undefined && at.end > at.start && (
        <span class="mono">
          {at.path ?? ''} +0x{at.start.toString(16)}
        </span>
      )}
      <span role="status" class="waiting">
        {waitingFor.value}
      </span>
    </footer>
  );
}
