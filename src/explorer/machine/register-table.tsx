import type { JSX } from 'preact';
import { ColumnHeads } from '../parts/column-heads.js';
import type { FunctionState, RegisterState } from './machine-state.js';

export const keyOf = (owner: Pick<FunctionState, 'name'>, register: Pick<RegisterState, 'name'>) =>
  `${owner.name}.${register.name}`;

export const hex8 = (value: number) => `0x${value.toString(16).padStart(8, '0')}`;

interface RegisterTableProps {
  readonly owner: FunctionState;
  /** A number for each register that was touched, by `SENS.CTRL`: its row flashes whenever the number changes. */
  readonly touches: Readonly<Record<string, number>>;
  /** Heads of the columns that {@link cells} fills. */
  readonly heads: readonly string[];
  readonly cells: (owner: FunctionState, register: RegisterState) => JSX.Element;
}

/** The registers of a function and what they hold. */
export function RegisterTable({ owner, touches, heads, cells }: RegisterTableProps): JSX.Element {
  return (
    <section class="scroll registers" tabIndex={0} aria-label={`Registers of ${owner.name}`}>
      <table class="rows">
        <ColumnHeads names={['Index', 'Register', 'Access', 'Holds', ...heads]} />
        <tbody>
          {owner.registers.map((register) => {
            const { index, name, label, access, value } = register;
            const touch = touches[keyOf(owner, register)];
            return (
              <tr key={name}>
                <td class="mono muted">{index}</td>
                <th scope="row">
                  <b class="mono">{name}</b> <span class="muted">{label}</span>
                </th>
                <td class="mono muted">{access}</td>
                {/* Another key makes another element, whose animation starts again. */}
                <td key={touch} class={`mono value-cell${touch === undefined ? '' : ' flash'}`}>
                  {value === undefined ? '' : hex8(value)}
                </td>
                {cells(owner, register)}
              </tr>
            );
          })}
        </tbody>
      </table>
      {owner.registers.length === 0 && <p class="muted">It has no registers.</p>}
    </section>
  );
}

interface FunctionChoiceProps {
  readonly id: string;
  readonly functions: readonly FunctionState[];
  readonly chosen: string;
  readonly onChoose: (name: string) => void;
}

export function FunctionChoice({ id, functions, chosen, onChoose }: FunctionChoiceProps): JSX.Element {
  return (
    <span class="field">
      <label for={id}>Function</label>
      <select id={id} value={chosen} onChange={(event) => onChoose(event.currentTarget.value)}>
        {functions.map(({ name, bdf, label }) => (
          <option key={name} value={name}>
            {bdf} {name} {label ?? ''}
          </option>
        ))}
      </select>
    </span>
  );
}
