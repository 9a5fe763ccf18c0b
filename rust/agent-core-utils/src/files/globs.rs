//! The patterns of `.gitignore`, which globs are too.
//!
//! The rules are those of git: gitignore(5), and `wildmatch.c` for sets and `**`.

use std::fmt::Write;

use regex_automata::meta::{Config, Regex};
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};

use super::error::Error;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// What a whole path or name is compared with.
enum Form {
    /// It matches nothing.
    Nothing,
    /// It has to be equal.
    Equal(Vec<u8>),
    /// It has to end so.
    Ending(Vec<u8>),
    /// It has to match.
    Expression(Box<Regex>),
}

/// A pattern of names.
pub struct Glob {
    form: Form,
    /// Whether it is of a path relative to where it is from, and not of a name alone.
    anchored: bool,
    /// Whether it matches folders alone.
    folders: bool,
}

impl Glob {
    /// Reads a pattern.
    ///
    /// # Errors
    /// There is no memory for it.
    pub fn new(text: &[u8]) -> Result<Self, Error> {
        let (text, folders) = text.strip_suffix(b"/").map_or((text, false), |text| (text, true));
        let anchored = text.contains(&b'/');
        let text = text.strip_prefix(b"/").unwrap_or(text);
        let is_special = |byte: &u8| b"*?[\\".contains(byte);
        let form = match text {
            [] => Form::Nothing,
            _ if !text.iter().any(is_special) => Form::Equal(text.to_vec()),
            [b'*', rest @ ..] if !anchored && !rest.iter().any(is_special) => {
                Form::Ending(rest.to_vec())
            }
            _ => translated(text).map_or(Ok(Form::Nothing), |written| compiled(&written))?,
        };
        Ok(Self { form, anchored, folders })
    }

    /// Whether it matches a path, of which `name` is the last part.
    #[must_use]
    pub fn matches(&self, path: &[u8], name: &[u8], is_folder: bool) -> bool {
        if self.folders && !is_folder {
            return false;
        }
        let subject = if self.anchored { path } else { name };
        match &self.form {
            Form::Nothing => false,
            Form::Equal(text) => subject == text,
            Form::Ending(end) => subject.ends_with(end),
            Form::Expression(regex) => regex.is_match(Input::new(subject).anchored(Anchored::Yes)),
        }
    }
}

/// A line of an ignore file.
pub(super) struct Rule {
    pub(super) glob: Glob,
    /// False for a line that begins with `!`.
    pub(super) ignores: bool,
}

/// The rules of an ignore file, in their order.
pub(super) fn read_rules(content: &[u8]) -> Result<Vec<Rule>, Error> {
    let content = content.strip_prefix(BOM).unwrap_or(content);
    let mut rules = Vec::new();
    for line in content.split(|byte| *byte == b'\n') {
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let text = trimmed(&line[..memchr::memchr(0, line).unwrap_or(line.len())]);
        let (text, ignores) = text.strip_prefix(b"!").map_or((text, true), |text| (text, false));
        rules.push(Rule { glob: Glob::new(text)?, ignores });
    }
    Ok(rules)
}

/// A line without the spaces at its end; those after a `\` stay.
fn trimmed(line: &[u8]) -> &[u8] {
    let mut spaces = None;
    let mut bytes = line.iter().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b' ' => spaces = spaces.or(Some(at)),
            b'\\' => {
                if bytes.next().is_none() {
                    return line;
                }
                spaces = None;
            }
            _ => spaces = None,
        }
    }
    &line[..spaces.unwrap_or(line.len())]
}

fn compiled(written: &str) -> Result<Form, Error> {
    let config = Config::new().nfa_size_limit(None).utf8_empty(false);
    let syntax = syntax::Config::new().unicode(false).utf8(false).dot_matches_new_line(true);
    let whole = format!("(?:{written})\\z");
    let built = Regex::builder().configure(config).syntax(syntax).build(&whole);
    Ok(Form::Expression(Box::new(built.map_err(|_| Error::Memory)?)))
}

/// The regular expression of a pattern; None for one that is broken or matches nothing.
fn translated(text: &[u8]) -> Option<String> {
    let mut written = String::new();
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'*' => {
                let stop = at + text[at..].iter().take_while(|byte| **byte == b'*').count();
                let bounded = (at == 0 || text[at - 1] == b'/')
                    && text.get(stop).is_none_or(|after| *after == b'/');
                if stop - at == 1 || !bounded {
                    written.push_str("[^/]*");
                    at = stop;
                } else if stop == text.len() {
                    written.push_str(".*");
                    at = stop;
                } else {
                    written.push_str("(?:.*/)?");
                    at = stop + 1;
                }
            }
            b'?' => {
                written.push_str("[^/]");
                at += 1;
            }
            b'[' => {
                let (members, stop) = set(text, at + 1)?;
                written.push('[');
                for member in (0..=u8::MAX).filter(|byte| members[usize::from(*byte)]) {
                    put(&mut written, member)?;
                }
                written.push(']');
                at = stop;
            }
            _ => {
                let (byte, stop) = escaped(text, at)?;
                put(&mut written, byte)?;
                at = stop;
            }
        }
    }
    Some(written)
}

fn put(written: &mut String, byte: u8) -> Option<()> {
    write!(written, "\\x{byte:02x}").ok()
}

/// The members of a set, the first of which is at `at`, and where it ends; None if it is broken or
/// has no members.
fn set(text: &[u8], mut at: usize) -> Option<([bool; 256], usize)> {
    let mut members = [false; 256];
    let negated = matches!(text.get(at), Some(b'!' | b'^'));
    at += usize::from(negated);
    let mut before = 0; // the member that a range may begin with
    let mut first = true;
    while first || text.get(at) != Some(&b']') {
        first = false;
        if text.get(at) == Some(&b'-')
            && before != 0
            && text.get(at + 1).is_some_and(|after| *after != b']')
        {
            let (last, stop) = escaped(text, at + 1)?;
            (before..=last).for_each(|byte| members[usize::from(byte)] = true);
            (before, at) = (0, stop);
        } else if let Member::Class(holds, stop) = member(text, at)? {
            (0..=u8::MAX)
                .filter(|byte| holds(*byte))
                .for_each(|byte| members[usize::from(byte)] = true);
            (before, at) = (0, stop);
        } else {
            (before, at) = escaped(text, at)?;
            members[usize::from(before)] = true;
        }
    }
    if negated {
        for is_member in &mut members {
            *is_member = !*is_member;
        }
    }
    members[usize::from(b'/')] = false;
    members.contains(&true).then_some((members, at + 1))
}

/// The byte at `at`, after a `\` if there is one, and where the next is.
fn escaped(text: &[u8], at: usize) -> Option<(u8, usize)> {
    let at = at + usize::from(text.get(at) == Some(&b'\\'));
    text.get(at).map(|byte| (*byte, at + 1))
}

type Class = fn(u8) -> bool;

/// What stands in a set.
enum Member {
    /// A class, and where the next member is.
    Class(Class, usize),
    /// A byte.
    Byte,
}

/// What stands at `at`, which may be a class, `[:alpha:]`; None if that is broken.
fn member(text: &[u8], at: usize) -> Option<Member> {
    if !text.get(at..).is_some_and(|rest| rest.starts_with(b"[:")) {
        return Some(Member::Byte);
    }
    let stop = at + 2 + memchr::memchr(b']', &text[at + 2..])?;
    if stop == at + 2 || text[stop - 1] != b':' {
        return Some(Member::Byte);
    }
    let holds: Class = match &text[at + 2..stop - 1] {
        b"alnum" => |byte| byte.is_ascii_alphanumeric(),
        b"alpha" => |byte| byte.is_ascii_alphabetic(),
        b"blank" => |byte| matches!(byte, b' ' | b'\t'),
        b"cntrl" => |byte| byte.is_ascii_control(),
        b"digit" => |byte| byte.is_ascii_digit(),
        b"graph" => |byte| byte.is_ascii_graphic(),
        b"lower" => |byte| byte.is_ascii_lowercase(),
        b"print" => |byte| byte.is_ascii_graphic() || byte == b' ',
        b"punct" => |byte| byte.is_ascii_punctuation(),
        b"space" => |byte| byte.is_ascii_whitespace() || byte == 0x0b,
        b"upper" => |byte| byte.is_ascii_uppercase(),
        b"xdigit" => |byte| byte.is_ascii_hexdigit(),
        _ => return None,
    };
    Some(Member::Class(holds, stop + 1))
}
