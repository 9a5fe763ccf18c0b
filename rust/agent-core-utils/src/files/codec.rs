//! The encodings of files, in which all texts are UTF-8 here.

use std::borrow::Cow;

use super::error::Error;

/// An encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// ASCII.
    Ascii,
    /// ISO-8859-1.
    Latin1,
    /// UTF-8.
    Utf8,
}

/// What is done where a text cannot be decoded or encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repair {
    /// It is an error.
    Strict,
    /// What cannot be is left out.
    Ignore,
    /// Something else is put in its place.
    Replace,
}

/// How files become texts, and texts files.
#[derive(Clone, Copy, Debug)]
pub struct Codec {
    /// How files are decoded.
    pub from: Encoding,
    /// How they are encoded.
    pub to: Encoding,
    /// What is done where that cannot be.
    pub repair: Repair,
}

/// The replacement character.
const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();

type Text<'content> = Result<Option<Cow<'content, [u8]>>, Error>;

/// The text of a file; None if it is none.
pub(super) fn decoded(content: &[u8], codec: Codec) -> Text<'_> {
    if content.is_ascii() {
        return Ok(Some(Cow::Borrowed(content)));
    }
    let mut text = Vec::new();
    match codec.from {
        Encoding::Latin1 => {
            text.try_reserve_exact(2 * content.len())?;
            for byte in content {
                text.extend_from_slice(char::from(*byte).encode_utf8(&mut [0; 2]).as_bytes());
            }
        }
        Encoding::Ascii => {
            if codec.repair == Repair::Strict {
                return Ok(None);
            }
            text.try_reserve_exact(3 * content.len())?;
            for byte in content {
                match (byte.is_ascii(), codec.repair) {
                    (true, _) => text.push(*byte),
                    (false, Repair::Replace) => text.extend_from_slice(REPLACEMENT),
                    (false, Repair::Strict | Repair::Ignore) => {}
                }
            }
        }
        Encoding::Utf8 => {
            if std::str::from_utf8(content).is_ok() {
                return Ok(Some(Cow::Borrowed(content)));
            }
            if codec.repair == Repair::Strict {
                return Ok(None);
            }
            text.try_reserve_exact(3 * content.len())?;
            for chunk in content.utf8_chunks() {
                text.extend_from_slice(chunk.valid().as_bytes());
                if !chunk.invalid().is_empty() && codec.repair == Repair::Replace {
                    text.extend_from_slice(REPLACEMENT);
                }
            }
        }
    }
    Ok(Some(Cow::Owned(text)))
}

/// The bytes of a file that holds a text, which is UTF-8; None if there are none.
pub(super) fn encoded(text: &[u8], codec: Codec) -> Text<'_> {
    let last = match codec.to {
        Encoding::Utf8 => return Ok(Some(Cow::Borrowed(text))),
        Encoding::Ascii => 0x7f,
        Encoding::Latin1 => 0xff,
    };
    if text.is_ascii() {
        return Ok(Some(Cow::Borrowed(text)));
    }
    let mut content = Vec::new();
    content.try_reserve_exact(text.len())?;
    for character in text.utf8_chunks().flat_map(|chunk| chunk.valid().chars()) {
        match (u8::try_from(u32::from(character)), codec.repair) {
            (Ok(byte), _) if byte <= last => content.push(byte),
            (_, Repair::Strict) => return Ok(None),
            (_, Repair::Ignore) => {}
            (_, Repair::Replace) => content.push(b'?'),
        }
    }
    Ok(Some(Cow::Owned(content)))
}
