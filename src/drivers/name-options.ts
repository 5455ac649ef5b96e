/** Names that a user chooses for the whole of a generated driver, and which of them a language can have. */

/** Keywords of C++ up to C++23, which no namespace can be named. */
const CPP_KEYWORDS = new Set(
  (
    'alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t char32_t class compl concept ' +
    'const consteval constexpr constinit const_cast continue co_await co_return co_yield decltype default delete do double ' +
    'dynamic_cast else enum explicit export extern false float for friend goto if inline int long mutable namespace new ' +
    'noexcept not not_eq nullptr operator or or_eq private protected public register reinterpret_cast requires return short ' +
    'signed sizeof static static_assert static_cast struct switch template this thread_local throw true try typedef typeid ' +
    'typename union unsigned using virtual void volatile wchar_t while xor xor_eq std posix'
  ).split(' '),
);

/** Keywords of every edition of Rust, which no module can be named. */
export const RUST_KEYWORDS: ReadonlySet<string> = new Set(
  (
    'abstract as async await become box break const continue crate do dyn else enum extern false final fn for gen if impl ' +
    'in let loop macro match mod move mut override priv pub ref return self static struct super trait true try type ' +
    'typeof unsafe unsized use virtual where while yield'
  ).split(' '),
);

/** A choice of names: which texts are allowed, what is wrong with another, and an example. */
interface NameRule {
  readonly isAllowed: (text: string) => boolean;
  readonly needed: string;
}

const PREFIX = /^[A-Z][A-Z0-9_]*$/;
const IDENTIFIER = /^[A-Za-z][A-Za-z0-9_]*$/;
/** C++ reserves identifiers with two underscores in a row. C++17 §5.10 */
const NAMESPACE_PART = /^[A-Za-z](?:_?[A-Za-z0-9])*$/;
const RUST_MODULE = /^[a-z][a-z0-9_]*$/;
const MOST_CHARACTERS = 64;

export const NAME_RULES = {
  prefix: {
    isAllowed: (text) => PREFIX.test(text) && text.length <= MOST_CHARACTERS,
    needed: `up to ${MOST_CHARACTERS} capital letters, digits and _, beginning with a letter, such as HUB`,
  },
  includeGuard: {
    isAllowed: (text) => IDENTIFIER.test(text),
    needed: 'a C identifier, such as HUB_H',
  },
  namespace: {
    isAllowed: (text) =>
      text.length <= MOST_CHARACTERS &&
      text.split('::').every((part) => NAMESPACE_PART.test(part) && !CPP_KEYWORDS.has(part)),
    needed: 'names joined with ::, none of them reserved in C++, such as acme::hub',
  },
  rustModule: {
    isAllowed: (text) => RUST_MODULE.test(text) && text.length <= MOST_CHARACTERS && !RUST_KEYWORDS.has(text),
    needed: 'small letters, digits and _, and not a keyword of Rust, such as hub',
  },
} as const satisfies Readonly<Record<string, NameRule>>;

/** Throws a TypeError for a name that the language cannot have. */
export function requireName(option: keyof typeof NAME_RULES, text: unknown, name: string = option): void {
  const { isAllowed, needed } = NAME_RULES[option];
  if (typeof text !== 'string' || !isAllowed(text)) {
    throw new TypeError(`${name} is ${typeof text === 'string' ? `"${text}"` : typeof text}; needed: ${needed}`);
  }
}
