import { MAILBOX } from '../mailbox-layout.js';

/** How a request is sent and its result read in Rust, and what else such a function's trapped page does. */
export const RUST_MAILBOX_RESULT = `
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

    /// Has the host evaluate the function's \`_DSM\`, which it does during the write of the ring
    /// register, and returns the result with every length checked. If the request is invalid, the
    /// function is not accessed. All of the result is read before any of it is checked, so that the
    /// host cannot change it in between.
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
        trapped.write32(RING * DWORD, ${MAILBOX.ringValue});
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
        trapped.write32(POWER * REGISTER_BYTES as usize, ${MAILBOX.lowPower});
    }

    pub fn leave_low_power<P: Page + ?Sized>(trapped: &P) {
        trapped.write32(POWER * REGISTER_BYTES as usize, ${MAILBOX.fullPower});
    }
`;
