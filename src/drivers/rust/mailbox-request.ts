import { MAILBOX, UUID_DIGITS } from '../mailbox-layout.js';

const { elementMultiple: multiple } = MAILBOX;

/** The code that encodes a request, in Rust. */
export const RUST_MAILBOX_REQUEST = `
    const fn digit(character: u8) -> u8 {
        match character {
            b'0'..=b'9' => character - b'0',
            b'a'..=b'f' => character - b'a' + 10,
            b'A'..=b'F' => character - b'A' + 10,
            _ => 16,
        }
    }

    /// The 16 bytes that \`ToUUID\` makes of a text such as \`e5c937d0-3553-4d7a-9117-ea4d19c3434d\`;
    /// \`None\` if the text is not a UUID.
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

    /// Writes a value's head and data at \`start\`; returns the offset after them.
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

    /// Writes a value at \`start\`, inside \`depth\` packages; returns the offset after it.
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

    /// Writes the bytes of a request.
    fn encode_request(bytes: &mut [u8], request: &Request<'_>) -> Result<(), Error> {
        bytes.fill(0);
        bytes[UUID_START..UUID_START + 16].copy_from_slice(&request.uuid);
        bytes[REVISION_START..REVISION_START + 8].copy_from_slice(&request.revision.to_le_bytes());
        bytes[FUNCTION_START..FUNCTION_START + 8]
            .copy_from_slice(&request.function_index.to_le_bytes());
        encode(bytes, ARGUMENT_START, &request.argument, 0).map(|_| ())
    }
`;
