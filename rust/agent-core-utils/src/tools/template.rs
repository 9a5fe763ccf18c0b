//! Templates of argument lists: what stands in braces is given at each call.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

/// What an argument may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A whole number of 64 bits.
    Int,
    /// A text that is not empty.
    Path,
}

/// Why a template is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A brace stands alone.
    #[error("argv[{0}] has a brace that begins or ends no placeholder")]
    Brace(usize),
    /// A placeholder has two kinds.
    #[error("argv[{0}] has {1} of another kind than before")]
    Kind(usize, String),
    /// The program is a placeholder.
    #[error("argv[0] must not have a placeholder: it is the program")]
    Program,
}

/// Where an argument is put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholder {
    /// The name of the argument.
    pub name: String,
    /// What it may be.
    pub kind: Kind,
    /// Whether it begins an element before which nothing ends the options.
    pub begins: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(Vec<u8>),
    Argument(Placeholder),
}

/// The argument list of a tool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    elements: Vec<Vec<Part>>,
    names: Vec<(String, Kind)>,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(argv: &[OsString]) -> Result<Self, TemplateError> {
        let mut template = Self::default();
        let mut ended = false;
        for (index, element) in argv.iter().enumerate() {
            let bytes = element.as_encoded_bytes();
            let parts = template.parts(index, bytes, ended)?;
            template.elements.push(parts);
            ended |= bytes == b"--";
        }
        let program = template.elements.first();
        if program.is_some_and(|parts| parts.iter().any(|part| matches!(part, Part::Argument(_)))) {
            return Err(TemplateError::Program);
        }
        Ok(template)
    }

    fn parts(
        &mut self,
        index: usize,
        element: &[u8],
        ended: bool,
    ) -> Result<Vec<Part>, TemplateError> {
        let mut parts = vec![];
        let mut rest = element;
        while !rest.is_empty() {
            let plain = rest.iter().position(|byte| b"{}".contains(byte)).unwrap_or(rest.len());
            let (text, after) = rest.split_at(plain);
            if !text.is_empty() {
                parts.push(Part::Text(text.to_vec()));
            } else if after.starts_with(b"{{") || after.starts_with(b"}}") {
                parts.push(Part::Text(after[..1].to_vec()));
                rest = &after[2..];
                continue;
            } else {
                let begins = !ended && rest.len() == element.len();
                let (name, kind, length) = placeholder(after).ok_or(TemplateError::Brace(index))?;
                match self.names.iter().find(|(known, _)| *known == name) {
                    Some((_, known)) if *known != kind => {
                        return Err(TemplateError::Kind(index, name));
                    }
                    Some(_) => {}
                    None => self.names.push((name.clone(), kind)),
                }
                parts.push(Part::Argument(Placeholder { name, kind, begins }));
                rest = &after[length..];
                continue;
            }
            rest = after;
        }
        Ok(parts)
    }

    /// The names of the arguments, in the order in which they first occur.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|(name, _)| name.as_str())
    }

    /// Makes the argument list, of what `text` gives for each placeholder.
    ///
    /// # Errors
    /// The first one that `text` gives.
    pub fn fill<E>(
        &self,
        mut text: impl FnMut(&Placeholder) -> Result<OsString, E>,
    ) -> Result<Vec<OsString>, E> {
        let mut argv = Vec::with_capacity(self.elements.len());
        for parts in &self.elements {
            let mut element = vec![];
            for part in parts {
                match part {
                    Part::Text(text) => element.extend_from_slice(text),
                    Part::Argument(each) => element.extend_from_slice(&text(each)?.into_vec()),
                }
            }
            argv.push(OsString::from_vec(element));
        }
        Ok(argv)
    }
}

/// Whether a text is small letters, digits and `_`, a letter first.
#[must_use]
pub fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The placeholder that a text begins with: its name, its kind and its length.
fn placeholder(text: &[u8]) -> Option<(String, Kind, usize)> {
    let end = text.iter().position(|&byte| byte == b'}')?;
    let inside = str::from_utf8(text.get(1..end)?).ok()?;
    let (name, kind) = inside.split_once(':').unwrap_or((inside, "text"));
    let kind = match kind {
        "text" => Kind::Text,
        "int" => Kind::Int,
        "path" => Kind::Path,
        _ => return None,
    };
    (text.starts_with(b"{") && is_name(name)).then(|| (name.to_owned(), kind, end + 1))
}
