import type { Platform } from '../../vocab/index.js';
import { hasMailbox, MAILBOX } from '../mailbox-layout.js';
import { RUST_MAILBOX_REQUEST } from './mailbox-request.js';
import { RUST_MAILBOX_RESULT } from './mailbox-result.js';

const { types } = MAILBOX;

const TYPES = `
    use super::{Page, REGISTER_BYTES};

    const POWER: usize = ${MAILBOX.power};
    const RING: usize = ${MAILBOX.ring};
    const NOTIFICATION: usize = ${MAILBOX.notification};

    const UUID_START: usize = ${MAILBOX.uuid};
    const REVISION_START: usize = ${MAILBOX.revision};
    const FUNCTION_START: usize = ${MAILBOX.functionIndex};
    const ARGUMENT_START: usize = ${MAILBOX.argument};
    const REQUEST_BYTES: usize = ${MAILBOX.requestBytes};
    const RESULT_START: usize = ${MAILBOX.result};
    const RESULT_BYTES: usize = ${MAILBOX.resultBytes};
    /// A value's type and size.
    const HEAD_BYTES: usize = ${MAILBOX.headBytes};

    const NONE: u32 = ${types.none};
    const INTEGER: u32 = ${types.integer};
    const STRING: u32 = ${types.string};
    const BUFFER: u32 = ${types.buffer};
    const PACKAGE: u32 = ${types.package};

    /// Bytes of the caller's that a call works in.
    pub const BYTES: usize = ${Math.max(MAILBOX.requestBytes, MAILBOX.resultBytes)};
    /// How deeply packages may be nested.
    pub const MOST_NESTED_PACKAGES: usize = ${MAILBOX.depth};

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Error {
        /// The argument takes more bytes than the mailbox has.
        TooLarge,
        /// Packages of the argument are nested deeper than [\`MOST_NESTED_PACKAGES\`].
        TooDeep,
        /// A string of the argument has a character that is not 0x01..=0x7f.
        BadString,
        /// The host could not evaluate the method.
        NoResult,
        /// The host returned bytes that are not a value.
        Malformed,
    }

    /// What \`_DSM\` is called with.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Request<'a> {
        /// As [\`uuid\`] returns it.
        pub uuid: [u8; 16],
        pub revision: u64,
        pub function_index: u64,
        /// An empty package if the method takes no argument.
        pub argument: Argument<'a>,
    }

    /// A value to send.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Argument<'a> {
        Integer(u64),
        String(&'a str),
        Buffer(&'a [u8]),
        Package(&'a [Argument<'a>]),
    }

    /// A value of a result.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Value<'a> {
        Integer(u64),
        /// The bytes before the first NUL. They need not be ASCII: the host wrote them.
        String(&'a [u8]),
        Buffer(&'a [u8]),
        Package(Elements<'a>),
    }

    /// The elements of a package, one after the other.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Elements<'a> {
        bytes: &'a [u8],
        left: usize,
    }

    impl<'a> Iterator for Elements<'a> {
        type Item = Value<'a>;

        fn next(&mut self) -> Option<Value<'a>> {
            if self.left == 0 {
                return None;
            }
            let (value, mut after) = decode(self.bytes)?;
            let mut inside = elements_of(value);
            while inside > 0 {
                let (inner, next) = decode(after)?;
                inside = inside - 1 + elements_of(inner);
                after = next;
            }
            self.left -= 1;
            self.bytes = after;
            Some(value)
        }

        fn size_hint(&self) -> (usize, Option<usize>) {
            (self.left, Some(self.left))
        }
    }

    impl ExactSizeIterator for Elements<'_> {}

    /// The elements between a value and the next value on its own level.
    const fn elements_of(value: Value<'_>) -> usize {
        match value {
            Value::Package(elements) => elements.left,
            _ => 0,
        }
    }
`;

/** The mailbox client, in Rust; nothing if no function of the platform has a mailbox. */
export function rustMailboxLines(platform: Platform): string[] {
  if (!hasMailbox(platform)) return [];
  return [
    '',
    '/// The mailbox of functions with the vfio profile: device-specific methods (`_DSM`), notifications and',
    '/// power, without AML.',
    '///',
    '/// The caller must make sure that a function has one request at a time, and that none is in progress',
    '/// in AML: its `_DSM` uses the same bytes. Nothing is allocated.',
    'pub mod mailbox {',
    // Each part begins with a blank line.
    ...[TYPES, RUST_MAILBOX_REQUEST, RUST_MAILBOX_RESULT].join('').trimEnd().split('\n').slice(1),
    '}',
  ];
}
