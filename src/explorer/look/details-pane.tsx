import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { formatHex } from '../../base/index.js';
import type { ObjectDetails } from '../analysis/describe-object.js';
import type { TreeNode } from '../analysis/namespace-tree.js';
import type { Reference } from '../analysis/references.js';
import type { ShownResource } from '../analysis/resource-text.js';
import { counted } from '../parts/hex-text.js';
import { ObjectBadge } from '../parts/object-badge.js';
import { address, hashOf } from '../state/address.js';
import { selection, wordsForBytes, wordsForNode } from '../state/selection.js';
import { loadedSet, nodeAt, nodesByPath, tablesWorker } from '../state/workspace.js';

const EMPTY: ObjectDetails = { resources: [], users: [], uses: [], moreUsers: 0 };

function useDetails(path: string | undefined): ObjectDetails {
  const [details, setDetails] = useState(EMPTY);
  const set = loadedSet.value;
  useEffect(() => {
    setDetails(EMPTY);
    if (path === undefined) return undefined;
    let isCurrent = true;
    void tablesWorker
      .call('describe', path)
      .then((found) => {
        if (isCurrent) setDetails(found);
      })
      .catch(() => {});
    return () => {
      isCurrent = false;
    };
  }, [path, set]);
  return details;
}

function Resource({ kind, range, values }: ShownResource): JSX.Element {
  return (
    <li>
      <details>
        <summary>
          <b>{kind}</b> <span class="mono">{range}</span>
        </summary>
        <dl>
          {values.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd class="mono">{value}</dd>
            </div>
          ))}
        </dl>
      </details>
    </li>
  );
}

function PathLink({ path }: { readonly path: string }): JSX.Element {
  const node = nodeAt(path);
  if (node === undefined || node.table < 0)
    return (
      <a class="mono" href={hashOf({ pane: 'look', words: { path } })} title="No open table declares it">
        {path} <span class="muted small">not in these tables</span>
      </a>
    );
  return (
    <a class="mono" href={hashOf({ pane: 'look', words: wordsForNode(node) })}>
      <ObjectBadge type={node.type} />
      {path}
    </a>
  );
}

interface ReferenceListProps {
  readonly title: string;
  readonly references: readonly Reference[];
  readonly side: 'from' | 'to';
  readonly more?: number;
}

function ReferenceList({ title, references, side, more = 0 }: ReferenceListProps): JSX.Element | null {
  if (references.length === 0) return null;
  return (
    <section class="detail">
      <h3>
        {title} <span class="count">{references.length + more}</span>
      </h3>
      <ul class="links">
        {references.map((each) => (
          <li key={each[side]}>
            <PathLink path={each[side]} />
            {side === 'from' && (
              <a
                class="mono muted small"
                href={hashOf({ pane: 'look', words: wordsForBytes(each.table, each.start, each.end) })}
                aria-label={`${each.from} at 0x${each.start.toString(16)}`}
              >
                +0x{each.start.toString(16)}
              </a>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The fields of a region, by their places in it. */
function fieldsOf(region: TreeNode): readonly TreeNode[] {
  const nodes = loadedSet.value?.tree.nodes ?? [];
  return nodes.filter(({ type, value }) => type === 'FieldUnit' && value?.startsWith(`${region.path}, `)).slice(0, 500);
}

function Facts({ node }: { readonly node: TreeNode }): JSX.Element {
  const file = loadedSet.value?.tables[node.table]?.file;
  const isRun = node.type === 'Method';
  return (
    <dl class="facts">
      <div>
        <dt>Type</dt>
        <dd>{node.type}</dd>
      </div>
      {node.value !== undefined && (
        <div>
          <dt>{isRun ? 'Takes' : node.type === 'FieldUnit' ? 'In' : 'Value'}</dt>
          <dd class="mono wrap">{node.value}</dd>
        </div>
      )}
      {node.address !== undefined && (
        <div>
          <dt>Address</dt>
          <dd class="mono">
            {node.space === 'SystemMemory' ? (
              <a href={hashOf({ pane: 'map', words: { address: formatHex(node.address) } })}>
                {formatHex(node.address)}
              </a>
            ) : (
              formatHex(node.address)
            )}{' '}
            <span class="muted">{node.space}</span>
          </dd>
        </div>
      )}
      {node.hid !== undefined && (
        <div>
          <dt>_HID</dt>
          <dd class="mono">{node.hid}</dd>
        </div>
      )}
      <div>
        <dt>Declared in</dt>
        <dd class="mono">
          {file} +0x{node.start.toString(16)}, {counted(node.end - node.start, 'byte')}
        </dd>
      </div>
      {node.type !== 'Scope' && node.type !== 'Device' && node.type !== 'OperationRegion' && (
        <div>
          <dt>Run</dt>
          <dd>
            <a href={hashOf({ pane: 'run', words: { path: node.path } })}>Evaluate it</a>
          </dd>
        </div>
      )}
    </dl>
  );
}

/** Names that the tables use and none of them declares: they are of another table, or made by a method. */
function useMissing(): readonly string[] {
  const [missing, setMissing] = useState<readonly string[]>([]);
  const set = loadedSet.value;
  useEffect(() => {
    setMissing([]);
    void tablesWorker
      .call('missing', undefined as never)
      .then((found) => {
        if (loadedSet.peek() === set) setMissing(found);
      })
      .catch(() => {});
  }, [set]);
  return missing;
}

/** Most names that are listed before anything is selected. */
const MOST_MISSING = 200;

function NothingSelected(): JSX.Element {
  const missing = useMissing();
  return (
    <section class="panel details-panel" aria-label="Details">
      <div class="panel-head slim">
        <h2>Details</h2>
      </div>
      <div class="scroll" tabIndex={0} role="region" aria-label="Details of the tables">
        <p class="empty">Select an object in the tree, a line of ASL or a byte.</p>
        {missing.length > 0 && (
          <section class="detail">
            <h3>
              Used, but in none of these tables <span class="count">{missing.length}</span>
            </h3>
            <ul class="links">
              {missing.slice(0, MOST_MISSING).map((path) => (
                <li key={path}>
                  <PathLink path={path} />
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
    </section>
  );
}

/** A name that is used and that no open table declares. */
function MissingObject({ path, details }: { readonly path: string; readonly details: ObjectDetails }): JSX.Element {
  return (
    <section class="panel details-panel" aria-label="Details">
      <div class="panel-head slim">
        <h2 class="mono path">{path}</h2>
      </div>
      <div class="scroll" tabIndex={0} role="region" aria-label="Details of the object">
        <p class="empty">No open table declares it. Open the table that does beside these.</p>
        <ReferenceList title="Used by" references={details.users} side="from" more={details.moreUsers} />
      </div>
    </section>
  );
}

/** What is known of the selected object: its kind, resources, callers and callees, addresses. */
export function DetailsPane(): JSX.Element {
  const path = selection.value?.path;
  const index = path === undefined ? undefined : nodesByPath.value.get(path);
  const node = index === undefined ? undefined : loadedSet.value?.tree.nodes[index];
  const { path: named } = address.value.words;
  const absent = named !== undefined && nodeAt(named) === undefined ? named : undefined;
  const details = useDetails(absent ?? node?.path);
  if (absent !== undefined && details.users.length > 0) return <MissingObject path={absent} details={details} />;
  if (node === undefined) return <NothingSelected />;
  const isMethod = node.type === 'Method';
  const fields = node.type === 'OperationRegion' ? fieldsOf(node) : [];
  return (
    <section class="panel details-panel" aria-label="Details">
      <div class="panel-head slim">
        <h2 class="mono path">
          <ObjectBadge type={node.type} />
          {node.path}
        </h2>
      </div>
      <div class="scroll" tabIndex={0} role="region" aria-label="Details of the object">
        <Facts node={node} />
        {details.resources.length > 0 && (
          <section class="detail">
            <h3>
              Resources <span class="count">{details.resources.length}</span>
            </h3>
            <ul class="resources">
              {details.resources.map((each, at) => (
                <Resource key={at} {...each} />
              ))}
            </ul>
          </section>
        )}
        {fields.length > 0 && (
          <section class="detail">
            <h3>
              Fields <span class="count">{fields.length}</span>
            </h3>
            <ul class="links">
              {fields.map((each) => (
                <li key={each.path}>
                  <PathLink path={each.path} />
                  <span class="mono muted small">{each.value?.split(', ')[1]}</span>
                </li>
              ))}
            </ul>
          </section>
        )}
        <ReferenceList
          title={isMethod ? 'Called by' : 'Used by'}
          references={details.users}
          side="from"
          more={details.moreUsers}
        />
        <ReferenceList title={isMethod ? 'Calls and uses' : 'Uses'} references={details.uses} side="to" />
      </div>
    </section>
  );
}
