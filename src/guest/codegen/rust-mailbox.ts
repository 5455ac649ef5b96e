import type { Platform } from '../../vocab/index.js';
import { hasMailbox, MAILBOX, UUID_DIGITS } from './mailbox-layout.js';

const { types, elementMultiple: multiple } = MAILBOX;

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
    /// How deep packages may lie in packages.
    pub const MOST_NESTED_PACKAGES: usize = ${MAILBOX.depth};

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Error {
        /// The argument takes more bytes than the mailbox has.
        TooLarge,
        /// Packages of the argument lie over [\`MOST_NESTED_PACKAGES\`] deep.
        TooDeep,
        /// A string of the argument has a character that is not 0x01..=0x7f.
        BadString,
        /// The host could not evaluate the method.
        NoResult,
        /// The host left bytes that are no value.
        Malformed,
    }

    /// What \`_DSM\` is called with.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Request<'a> {
        /// As [\`uuid\`] gives it.
        pub uuid: [u8; 16],
        pub revision: u64,
        pub function_index: u64,
        /// An empty package where the method takes none.
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
        /// What stands before the first NUL. Need not be ASCII: the host wrote it.
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

    /// Elements that follow a value before the next value beside it.
    const fn elements_of(value: Value<'_>) -> usize {
        match value {
            Value::Package(elements) => elements.left,
            _ => 0,
        }
    }
`;

const REQUEST = `
    const fn digit(character: u8) -> u8 {
        match character {
            b'0'..=b'9' => character - b'0',
            b'a'..=b'f' => character - b'a' + 10,
            b'A'..=b'F' => character - b'A' + 10,
            _ => 16,
        }
    }

    /// The 16 bytes that \`ToUUID\` makes of a text such as \`e5c937d0-3553-4d7a-9117-ea4d19c3434d\`;
    /// \`None\` if it is no such text.
    pub const fn uuid(text: &str) -> Option<[u8; 16]> {
        const PLACES: [usize; 16] = [${UUID_DIGITS.join(', ')}];
        let text = text.as_bytes();
        if text.len() != 36
            || text[8] != b'-'
            || text[13] != b'-'
            || text[18] != b'-'
            || text[23] != b'-'
        {
            return None;
        }
        let mut bytes = [0; 16];
        let mut at = 0;
        while at < 16 {
            let high = digit(text[PLACES[at]]);
            let low = digit(text[PLACES[at] + 1]);
            if high > 15 || low > 15 {
                return None;
            }
            bytes[at] = high * 16 + low;
            at += 1;
        }
        Some(bytes)
    }

    /// Writes a value's head and data at \`start\`; the byte after them.
    fn store(
        bytes: &mut [u8],
        start: usize,
        kind: u32,
        size: usize,
        data: &[u8],
    ) -> Result<usize, Error> {
        let end = start + HEAD_BYTES + data.len();
        let room = bytes.get_mut(start..end).ok_or(Error::TooLarge)?;
        room[..4].copy_from_slice(&kind.to_le_bytes());
        room[4..HEAD_BYTES].copy_from_slice(&(size as u32).to_le_bytes());
        room[HEAD_BYTES..].copy_from_slice(data);
        Ok(end)
    }

    /// Writes a value at \`start\`, below \`depth\` packages; the byte after it.
    fn encode(
        bytes: &mut [u8],
        start: usize,
        argument: &Argument<'_>,
        depth: usize,
    ) -> Result<usize, Error> {
        match argument {
            Argument::Integer(value) => store(bytes, start, INTEGER, 8, &value.to_le_bytes()),
            Argument::String(text) if text.bytes().any(|byte| byte == 0 || byte > 0x7f) => {
                Err(Error::BadString)
            }
            Argument::String(text) => store(bytes, start, STRING, text.len(), text.as_bytes()),
            Argument::Buffer(data) => store(bytes, start, BUFFER, data.len(), data),
            Argument::Package(_) if depth == MOST_NESTED_PACKAGES => Err(Error::TooDeep),
            Argument::Package(elements) => {
                let mut end = store(bytes, start, PACKAGE, elements.len(), &[])?;
                for element in elements.iter() {
                    end = encode(bytes, end, element, depth + 1)?;
                    end = (end + ${multiple - 1}) / ${multiple} * ${multiple};
                }
                Ok(end)
            }
        }
    }

    /// What a call leaves in the mailbox before the host is told.
    fn encode_request(bytes: &mut [u8], request: &Request<'_>) -> Result<(), Error> {
        bytes.fill(0);
        bytes[UUID_START..UUID_START + 16].copy_from_slice(&request.uuid);
        bytes[REVISION_START..REVISION_START + 8].copy_from_slice(&request.revision.to_le_bytes());
        bytes[FUNCTION_START..FUNCTION_START + 8]
            .copy_from_slice(&request.function_index.to_le_bytes());
        encode(bytes, ARGUMENT_START, &request.argument, 0).map(|_| ())
    }
`;

const RESULT = `
    fn load(bytes: &[u8], at: usize) -> Option<u32> {
        let mut dword = [0; 4];
        dword.copy_from_slice(bytes.get(at..at + 4)?);
        Some(u32::from_le_bytes(dword))
    }

    /// The value at the start of \`bytes\` and what follows it, or, of a package, its head.
    fn decode(bytes: &[u8]) -> Option<(Value<'_>, &[u8])> {
        let kind = load(bytes, 0)?;
        let size = load(bytes, 4)? as usize;
        let data = &bytes[HEAD_BYTES..];
        if kind == PACKAGE {
            if size > data.len() / HEAD_BYTES {
                return None;
            }
            let elements = Elements {
                bytes: data,
                left: size,
            };
            return Some((Value::Package(elements), data));
        }
        let own = data.get(..size)?;
        let value = match kind {
            INTEGER if size >= 1 && size <= 8 => {
                let shifted = |value, byte: &u8| value << 8 | u64::from(*byte);
                Value::Integer(own.iter().rev().fold(0, shifted))
            }
            STRING => Value::String(own.split(|byte| *byte == 0).next().unwrap_or(own)),
            BUFFER => Value::Buffer(own),
            _ => return None,
        };
        Some((value, &data[size..]))
    }

    /// Whether everything in the value at the start of \`bytes\` is a value, no deeper than allowed.
    fn is_whole(bytes: &[u8]) -> bool {
        let mut left = [0; MOST_NESTED_PACKAGES + 1];
        left[0] = 1;
        let mut depth = 0;
        let mut rest = bytes;
        loop {
            while left[depth] == 0 {
                if depth == 0 {
                    return true;
                }
                depth -= 1;
            }
            left[depth] -= 1;
            let (value, after) = match decode(rest) {
                Some(decoded) => decoded,
                None => return false,
            };
            rest = after;
            if let Value::Package(elements) = value {
                if depth == MOST_NESTED_PACKAGES {
                    return false;
                }
                depth += 1;
                left[depth] = elements.left;
            }
        }
    }

    /// Has the host evaluate the function's \`_DSM\`, in the write that hands the request over, and gives
    /// what it returned, every length in it checked. If the request is at fault, the function is not
    /// touched. All of the result is read before any of it is believed, so that the host cannot change
    /// it in between.
    pub fn evaluate_dsm<'a, T: Page + ?Sized, S: Page + ?Sized>(
        trapped: &T,
        shared: &S,
        request: &Request<'_>,
        bytes: &'a mut [u8; BYTES],
    ) -> Result<Value<'a>, Error> {
        const DWORD: usize = REGISTER_BYTES as usize;
        encode_request(&mut bytes[..REQUEST_BYTES], request)?;
        for at in (0..REQUEST_BYTES).step_by(DWORD) {
            shared.write32(at, load(bytes, at).unwrap_or(0));
        }
        trapped.write32(RING * DWORD, 1);
        for at in (0..RESULT_BYTES).step_by(DWORD) {
            bytes[at..at + DWORD].copy_from_slice(&shared.read32(RESULT_START + at).to_le_bytes());
        }
        let result = &bytes[..RESULT_BYTES];
        if load(result, 0) == Some(NONE) {
            return Err(Error::NoResult);
        }
        if !is_whole(result) {
            return Err(Error::Malformed);
        }
        match decode(result) {
            Some((value, _)) => Ok(value),
            None => Err(Error::Malformed),
        }
    }

    /// Takes the oldest notification off the function's queue; \`None\` if there is none.
    pub fn pop_notification<P: Page + ?Sized>(trapped: &P) -> Option<u32> {
        match trapped.read32(NOTIFICATION * REGISTER_BYTES as usize) {
            0 => None,
            value => Some(value),
        }
    }

    pub fn enter_low_power<P: Page + ?Sized>(trapped: &P) {
        trapped.write32(POWER * REGISTER_BYTES as usize, 0);
    }

    pub fn leave_low_power<P: Page + ?Sized>(trapped: &P) {
        trapped.write32(POWER * REGISTER_BYTES as usize, 1);
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
    '/// The caller sees to it that a function has one request at a time, and that none is under way in',
    '/// AML: its `_DSM` uses the same bytes. Nothing is allocated.',
    'pub mod mailbox {',
    // Each part begins with a blank line.
    ...[TYPES, REQUEST, RESULT].join('').trimEnd().split('\n').slice(1),
    '}',
  ];
}
