import type { FieldVerb } from '../accessors.js';

/**
 * The types that the fields of all registers share, in Rust. A field is a name for one of them: rustc checks functions of a
 * type once, and 30,000 fields with functions of their own take it half a minute.
 */

/** What fields of one type have. */
export const FIELD_TYPES = { field: 'Field', element: 'ElementField', wide: 'WideField' } as const;

/** A type for the fields of one register: each gets constants of its own, which those of a shared type cannot have. */
export const OWN_FIELD_TYPES = { field: 'OwnField', element: 'OwnElementField' } as const;

/** Macros that define {@link OWN_FIELD_TYPES} in the module of a register. */
export const OWN_FIELD_MACROS = { field: 'own_field', element: 'own_element_field' } as const;

type FieldKind = keyof typeof OWN_FIELD_TYPES;

/** A type that says what can be done with a field, the verbs, and a clause about it. */
const ACCESS_TYPES: readonly (readonly [name: string, verbs: readonly FieldVerb[], what: string])[] = [
  ['Rw', ['get', 'read', 'set', 'write'], 'keeps what is written'],
  ['Ro', ['get', 'read'], 'ignores writes'],
  ['Wo', ['set', 'write'], 'cannot be read'],
  ['W1c', ['get', 'read', 'clear'], 'is cleared by ones'],
  ['W1s', ['get', 'read', 'raise'], 'is set by ones'],
  ['Rc', ['get'], 'cannot be read or written alone: reading its register clears bits'],
  ['RcRw', ['get', 'set', 'write'], 'can be written alone, in a register of which reading clears bits'],
  ['RcSet', ['get', 'set'], 'can be written with its register alone, of which reading clears bits'],
  ['RcWo', ['set'], 'cannot be read, in a register of which reading clears bits'],
  ['RcW1c', ['get', 'clear'], 'is cleared by ones, in a register of which reading clears bits'],
  ['RcW1s', ['get', 'raise'], 'is set by ones, in a register of which reading clears bits'],
];

const VERBS: readonly FieldVerb[] = ['get', 'read', 'set', 'write', 'clear', 'raise'];

/** The type that stands for a field's verbs. */
export function accessType(verbs: readonly FieldVerb[]): string {
  const wanted = [...verbs].sort().join();
  const row = ACCESS_TYPES.find(([, each]) => [...each].sort().join() === wanted);
  if (row === undefined) throw new Error(`No field has the verbs ${wanted}`);
  return row[0];
}

/** The trait of accesses that have a verb. */
function traitOf(verb: FieldVerb): string {
  return `Can${(verb[0] as string).toUpperCase()}${verb.slice(1)}`;
}

const MOST_BITS = 64;

/** `B0` to `B63`, and what a field is allowed to do. */
const NAMES: readonly string[] = [
  '/// A bit of a register, as a type: `B7` is bit 7.',
  'pub trait Bit {',
  '    const AT: u32;',
  '}',
  '',
  'macro_rules! bits {',
  '    ($($name:ident $at:literal)*) => {$(',
  '        pub enum $name {}',
  '        impl Bit for $name {',
  '            const AT: u32 = $at;',
  '        }',
  '    )*};',
  '}',
  '',
  'bits! {',
  ...Array.from({ length: MOST_BITS / 8 }, (_, row) => {
    return `    ${Array.from({ length: 8 }, (_, at) => `B${row * 8 + at} ${row * 8 + at}`).join(' ')}`;
  }),
  '}',
  '',
  ...VERBS.flatMap((verb) => [`/// Of fields that have \`${verb}\`.`, `pub trait ${traitOf(verb)} {}`]),
  ...ACCESS_TYPES.flatMap(([name, verbs, what]) => [
    '',
    `/// A field that ${what}.`,
    `pub enum ${name} {}`,
    ...verbs.map((verb) => `impl ${traitOf(verb)} for ${name} {}`),
  ]),
];

/** What a register's fields have to know of it. */
const DESCRIBED: readonly string[] = [
  '',
  '/// A register, as a type: how to write one field of it without changing another.',
  'pub trait Described {',
  '    /// Dwords from the start of the page.',
  '    const INDEX: usize;',
  '    const RESET: u32;',
  '    /// Bits that a write of one field carries as they were read.',
  '    const KEPT: u32 = 0;',
  '    /// Bits that are 1 in every write.',
  '    const ONES: u32 = 0;',
  '    /// Bits that are written only if the bit `ENABLE_SHIFT` above is 1.',
  '    const ENABLED: u32 = 0;',
  '    const ENABLE_SHIFT: u32 = 0;',
  '    /// Whether reading the register clears bits of it.',
  '    const READ_CLEARS: bool = false;',
  '}',
  '',
  '/// An array of registers, as a type.',
  'pub trait Elements: Described {',
  '    /// `usize`, or one for each dimension.',
  '    type Index;',
  '    /// Dwords from the start of the page to an element; `None` past the end.',
  '    fn dword(index: Self::Index) -> Option<usize>;',
  '}',
];

/** The end of a function that changes a field of a value. */
const CHANGED: readonly string[] = [
  '        debug_assert!(',
  '            field <= Self::MASK >> Self::SHIFT,',
  '            "assertion failed: field <= MASK >> SHIFT"',
  '        );',
  '        (value & !Self::MASK) | ((field << Self::SHIFT) & Self::MASK)',
  '    }',
];

/** The arithmetic of fields, which is that of all three kinds. */
const FIELD: readonly string[] = [
  '',
  '/// The bits `H` down to `L` of the register `R`, with the access `A`.',
  'pub struct Field<R, A, H, L>(::core::marker::PhantomData<(R, A, H, L)>);',
  '',
  'impl<R: Described, A, H: Bit, L: Bit> Field<R, A, H, L> {',
  '    pub const MASK: u32 = (u32::MAX >> (31 + L::AT - H::AT)) << L::AT;',
  '    pub const SHIFT: u32 = L::AT;',
  '    pub const RESET: u32 = (R::RESET & Self::MASK) >> Self::SHIFT;',
  '    const ONES: u32 = R::ONES | ((Self::MASK & R::ENABLED) << R::ENABLE_SHIFT);',
  '    /// 0 if a write need not read the register.',
  '    const KEPT: u32 = if R::READ_CLEARS || Self::MASK == u32::MAX {',
  '        if R::KEPT & !Self::MASK == 0 {',
  '            0',
  '        } else {',
  '            R::KEPT',
  '        }',
  '    } else {',
  '        R::KEPT',
  '    };',
  '    const PLACE: usize = R::INDEX * REGISTER_BYTES as usize;',
  '',
  "    /// A register's value with the field changed.",
  '    const fn changed(value: u32, field: u32) -> u32 {',
  ...CHANGED,
  '',
  '    /// What a write of the field carries besides it.',
  '    fn others<P: Page + ?Sized>(trapped: &P, place: usize) -> u32 {',
  '        if Self::KEPT == 0 {',
  '            Self::ONES',
  '        } else {',
  '            (trapped.read32(place) & Self::KEPT) | Self::ONES',
  '        }',
  '    }',
  '',
  '    fn write_at<P: Page + ?Sized>(trapped: &P, place: usize, field: u32) {',
  '        let others = Self::others(trapped, place);',
  '        trapped.write32(place, Self::changed(others, field));',
  '    }',
  '',
  '    fn write_ones_at<P: Page + ?Sized>(trapped: &P, place: usize) {',
  '        trapped.write32(place, Self::others(trapped, place) | Self::MASK);',
  '    }',
  '}',
];

/** A field of 64 bits has bits in both dwords, and is accessed with its register. */
const WIDE_FIELD: readonly string[] = [
  '',
  '/// The bits `H` down to `L` of a register of 64 bits.',
  'pub struct WideField<H, L>(::core::marker::PhantomData<(H, L)>);',
  '',
  'impl<H: Bit, L: Bit> WideField<H, L> {',
  '    pub const MASK: u64 = (u64::MAX >> (63 + L::AT - H::AT)) << L::AT;',
  '    pub const SHIFT: u32 = L::AT;',
  '',
  '    pub const fn get(value: u64) -> u64 {',
  '        (value & Self::MASK) >> Self::SHIFT',
  '    }',
  '',
  '    pub const fn set(value: u64, field: u64) -> u64 {',
  ...CHANGED,
  '}',
];

/** How a type of fields is written. */
interface Shape {
  readonly name: string;
  readonly isElement: boolean;
  /** The type that does what the verbs do, for the fields of one register; undefined if this one does it. */
  readonly of?: string;
}

/** The parameters and result of a verb, on one line or, where the types' names are long, on several. */
function signature(verb: FieldVerb, { isElement, of }: Shape, last: string | undefined, result?: string): string[] {
  const index = `index: <${of === undefined ? 'R' : 'Register'} as Elements>::Index`;
  const parameters = ['trapped: &P', ...(isElement ? [index] : []), ...(last === undefined ? [] : [last])];
  const head = `    pub fn ${verb}<P: Page + ?Sized>(`;
  if (!isElement) return [`${head}${parameters.join(', ')})${result === undefined ? '' : ` -> ${result}`} {`];
  const end = `) -> Option<${result ?? '()'}> {`;
  const whole = `${head}${parameters.join(', ')}${end}`;
  if (of === undefined && whole.length <= 100) return [whole];
  return [head, ...parameters.map((each) => `        ${each},`), `    ${end}`];
}

/** What a verb does: the same of another type, or an access at the field's place. */
function body(verb: FieldVerb, { isElement, of }: Shape, call: string, isValue: boolean): string[] {
  const write = verb === 'write' ? ', field' : '';
  if (of !== undefined) {
    const semicolon = isElement || isValue ? '' : ';';
    return [`        ${of}::<Register, A, H, L>::${verb}(trapped${isElement ? ', index' : ''}${write})${semicolon}`];
  }
  if (!isElement) return [`        ${call}${isValue ? '' : ';'}`];
  const place = '        let place = R::dword(index)? * REGISTER_BYTES as usize;';
  return isValue ? [place, `        Some(${call})`] : [place, `        ${call};`, '        Some(())'];
}

/** The functions of a verb. */
function verbLines(verb: FieldVerb, shape: Shape): string[] {
  const { isElement, of } = shape;
  const field = isElement ? 'Field::<R, A, H, L>' : 'Self';
  const place = isElement ? 'place' : 'Self::PLACE';
  const ones = (what: string) => [
    `    /// Writes ones to the field, which ${what} its bits, and leaves the others as they are.`,
    ...signature(verb, shape, undefined),
    ...body(verb, shape, `${field}::write_ones_at(trapped, ${place})`, false),
    '    }',
  ];
  const rows: Readonly<Record<FieldVerb, readonly string[]>> = {
    get: [
      "    /// The field of a register's value.",
      '    pub const fn get(value: u32) -> u32 {',
      '        (value & Self::MASK) >> Self::SHIFT',
      '    }',
    ],
    read: [
      '    /// Reads the register, for this field alone.',
      ...signature(verb, shape, undefined, 'u32'),
      ...body(verb, shape, `(trapped.read32(${place}) & Self::MASK) >> Self::SHIFT`, true),
      '    }',
    ],
    set: [
      "    /// A register's value with the field changed. A value too wide for the field is cut, or panics",
      '    /// if debug assertions are on.',
      ...(of === undefined
        ? ['    pub const fn set(value: u32, field: u32) -> u32 {']
        : ['    pub const fn set(', '        value: u32,', '        field: u32,', '    ) -> u32 {']),
      of === undefined
        ? `        ${field}::changed(value, field)`
        : '        Field::<Register, A, H, L>::changed(value, field)',
      '    }',
    ],
    write: [
      '    /// Writes the field. Reads the register first, if other fields of it can be kept only so; those',
      '    /// that cannot be read are written as 0.',
      ...signature(verb, shape, 'field: u32'),
      ...body(verb, shape, `${field}::write_at(trapped, ${place}, field)`, false),
      '    }',
    ],
    clear: ones('clear'),
    raise: ones('set'),
  };
  return [...rows[verb]];
}

/** A type of fields: its constants, unless it is `Field` itself, and its verbs, which depend on the access. */
function typeLines(shape: Shape): string[] {
  const { name, isElement, of } = shape;
  const isOwn = of !== undefined;
  const bound = isOwn ? '' : isElement ? 'R: Elements, ' : 'R: Described, ';
  const parameters = isOwn ? 'A, H, L' : 'R, A, H, L';
  const field = `Field::<${isOwn ? 'Register' : 'R'}, A, H, L>`;
  const head =
    name === FIELD_TYPES.field
      ? []
      : [
          `pub struct ${name}<${parameters}>(::core::marker::PhantomData<(${parameters})>);`,
          '',
          `impl<${bound}A, H: Bit, L: Bit> ${name}<${parameters}> {`,
          `    pub const MASK: u32 = ${field}::MASK;`,
          `    pub const SHIFT: u32 = ${field}::SHIFT;`,
          `    pub const RESET: u32 = ${field}::RESET;`,
          '}',
        ];
  return [
    ...head,
    ...VERBS.flatMap((verb) => [
      '',
      `impl<${bound}A: ${traitOf(verb)}, H: Bit, L: Bit> ${name}<${parameters}> {`,
      ...verbLines(verb, shape),
      '}',
    ]),
  ];
}

/** In the module of a register, any of these can be the name of a field. */
const PRIMITIVES = /(?<![\w:])(?:u32|u64|usize)(?![\w:])/g;

function macroLines(kind: FieldKind): string[] {
  const shape = { name: OWN_FIELD_TYPES[kind], isElement: kind === 'element', of: FIELD_TYPES[kind] };
  const lines = ['/// A field of this register that has named values.', ...typeLines(shape)].map((line) =>
    line.replaceAll(PRIMITIVES, '::core::primitive::$&'),
  );
  return [
    '',
    `macro_rules! ${OWN_FIELD_MACROS[kind]} {`,
    '    () => {',
    ...lines.map((line) => (line === '' ? '' : `        ${line}`)),
    '    };',
    '}',
  ];
}

/** Which of these types the registers of a platform need. */
export interface NeededTypes {
  readonly isWide: boolean;
  readonly isArray: boolean;
  /** For the fields of one register, which have named values. */
  readonly isOwn: boolean;
}

/** The types of fields, in Rust. */
export function rustFieldTypeLines({ isWide, isArray, isOwn }: NeededTypes): string[] {
  return [
    '',
    ...NAMES,
    ...DESCRIBED,
    ...FIELD,
    ...typeLines({ name: FIELD_TYPES.field, isElement: false }),
    ...(isWide ? WIDE_FIELD : []),
    ...(isArray
      ? [
          '',
          '/// The bits `H` down to `L` of each element of the array `R`, with the access `A`.',
          ...typeLines({ name: FIELD_TYPES.element, isElement: true }),
        ]
      : []),
    ...(isOwn ? macroLines('field') : []),
    ...(isOwn && isArray ? macroLines('element') : []),
  ];
}
