import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { TableField } from '../analysis/table-fields.js';
import { ColumnHeads } from '../parts/column-heads.js';
import { selectBytes, selection } from '../state/selection.js';
import { loadedSet, tablesWorker } from '../state/workspace.js';

/** The fields of a table that holds no AML, each a link to its bytes. */
export function FieldsPane({ table }: { readonly table: number }): JSX.Element {
  const [fields, setFields] = useState<readonly TableField[]>([]);
  const row = loadedSet.value?.tables[table];
  useEffect(() => {
    let isCurrent = true;
    void tablesWorker.call('fields', table).then((found) => {
      if (isCurrent) setFields(found);
    });
    return () => {
      isCurrent = false;
    };
  }, [table, loadedSet.value]);
  const at = selection.value;
  return (
    <section class="panel fields-panel" aria-label="Fields">
      <div class="panel-head slim">
        <h2>{row?.signature}</h2>
        <span class="mono muted">{row?.file}</span>
      </div>
      <div class="scroll" tabIndex={0} role="region" aria-label="Fields of the table">
        <table class="rows">
          <ColumnHeads names={['Offset', 'Field', 'Value']} />
          <tbody>
            {fields.map(({ name, value, start, end }) => (
              <tr
                key={`${name}${start}`}
                class={at !== undefined && start === at.start && end === at.end ? 'current' : undefined}
              >
                <td class="mono muted">{start === undefined ? '' : `0x${start.toString(16).padStart(3, '0')}`}</td>
                <th scope="row">
                  {start === undefined || end === undefined ? (
                    name
                  ) : (
                    <button type="button" class="link" onClick={() => selectBytes(table, start, end)}>
                      {name}
                    </button>
                  )}
                </th>
                <td class="mono wrap">{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
