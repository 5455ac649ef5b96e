import type { JSX } from 'preact';
import type { Diagnostic, Place, Severity } from '../../vocab/index.js';

const SIGNS: Readonly<Record<Severity, string>> = { error: '●', warning: '▲', note: '◆' };

export function SeverityMark({ severity }: { readonly severity: Severity }): JSX.Element {
  return (
    <span class={`severity ${severity}`}>
      <span aria-hidden="true">{SIGNS[severity]}</span>
      <span class="unseen">{severity}: </span>
    </span>
  );
}

/** A place in few words: file, then offset or line, then the object. */
export function placeText({ file, line, column, offsetBytes, path }: Place): string {
  const where =
    offsetBytes !== undefined
      ? `+0x${offsetBytes.toString(16).padStart(4, '0')}`
      : line === undefined
        ? ''
        : `:${line}${column === undefined ? '' : `:${column}`}`;
  return `${file ?? ''}${where}${path === undefined || path === '' ? '' : ` ${path}`}`.trim();
}

/** A sentence in which `words` between backticks are code. */
export function Sentence({ text }: { readonly text: string }): JSX.Element {
  const parts = text.split(/`([^`]+)`/);
  return <>{parts.map((part, index) => (index % 2 === 0 ? part : <code key={index}>{part}</code>))}</>;
}

interface ListProps {
  readonly diagnostics: readonly Diagnostic[];
  /** What a place links to; undefined where it links to nothing. */
  readonly linkOf?: (place: Place) => string | undefined;
}

/** Findings as a short list, each with its cure. */
export function DiagnosticList({ diagnostics, linkOf }: ListProps): JSX.Element {
  return (
    <ul class="diagnostics">
      {diagnostics.map((each, index) => (
        <li key={index}>
          <SeverityMark severity={each.severity} />
          <div>
            <p class="place">
              {linkOf?.(each.place) === undefined ? (
                placeText(each.place)
              ) : (
                <a href={linkOf(each.place)}>{placeText(each.place)}</a>
              )}
            </p>
            <p>
              <Sentence text={each.message} />
            </p>
            <p class="cure">
              <Sentence text={each.cure} /> <code>{each.code}</code>
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}
