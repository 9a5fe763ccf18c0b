//! The dialect of regular expressions, written in the words that all engines share.
//!
//! What comes out consists of bytes `\xHH`, sets of them, `(?:`, `|`, quantifiers, `(?m:^)`,
//! `(?m:$)`, `\b` and `\B`. No set holds a line feed, so that no match crosses lines.

use std::fmt::Write;

use super::error::Error;

const MAX_REPEAT: u32 = 255;

/// Groups within each other.
const DEEPEST: usize = 50;

type Set = [bool; 256];

/// The expression of a text, all of whose characters match themselves.
pub(super) fn literal(text: &str, ignore_case: bool) -> String {
    let mut written = String::new();
    for character in text.chars() {
        put_character(&mut written, character, ignore_case);
    }
    written
}

/// The expression of a text in the dialect.
///
/// # Errors
/// The dialect has no such expression.
pub(super) fn translated(text: &str, ignore_case: bool) -> Result<String, Error> {
    Reader { text: text.chars().collect(), at: 0, ignore_case, written: String::new() }.expression()
}

fn put_character(written: &mut String, character: char, ignore_case: bool) {
    if character.is_ascii() {
        put_set(written, set_of(|byte| char::from(byte) == character), ignore_case);
        return;
    }
    let mut bytes = [0; 4];
    written.push_str("(?:");
    for byte in character.encode_utf8(&mut bytes).bytes() {
        put_byte(written, byte);
    }
    written.push(')');
}

fn put_byte(written: &mut String, byte: u8) {
    // Writing to a string does not fail.
    let _written = write!(written, "\\x{byte:02x}");
}

fn set_of(holds: impl Fn(u8) -> bool) -> Set {
    let mut set = [false; 256];
    (0..=u8::MAX).for_each(|byte| set[usize::from(byte)] = holds(byte));
    set
}

/// The other letter of the same name, for each that is in a set.
fn fold(set: &mut Set) {
    for byte in (0..=u8::MAX).filter(u8::is_ascii_lowercase) {
        let (small, capital) = (usize::from(byte), usize::from(byte.to_ascii_uppercase()));
        let either = set[small] || set[capital];
        (set[small], set[capital]) = (either, either);
    }
}

/// Writes the expression of one byte of a set.
fn put_set(written: &mut String, mut set: Set, ignore_case: bool) {
    if ignore_case {
        fold(&mut set);
    }
    set[usize::from(b'\n')] = false;
    let mut members = (0..=u8::MAX).filter(|byte| set[usize::from(*byte)]);
    let (Some(first), second) = (members.next(), members.next()) else {
        written.push_str("[^\\x00-\\xff]");
        return;
    };
    if second.is_none() {
        put_byte(written, first);
        return;
    }
    written.push('[');
    let mut low = None;
    for byte in 0..=u8::MAX {
        if !set[usize::from(byte)] {
            continue;
        }
        let start = *low.get_or_insert(byte);
        if byte == u8::MAX || !set[usize::from(byte) + 1] {
            put_byte(written, start);
            written.push('-');
            put_byte(written, byte);
            low = None;
        }
    }
    written.push(']');
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | 0x0b | 0x0c | b'\r' | b' ')
}

/// Reads an expression from its beginning to its end.
struct Reader {
    text: Vec<char>,
    at: usize,
    ignore_case: bool,
    written: String,
}

impl Reader {
    fn expression(mut self) -> Result<String, Error> {
        let mut depth = 0;
        while let Some(character) = self.peek(0) {
            match character {
                '|' => {
                    self.at += 1;
                    self.written.push('|');
                }
                '(' => {
                    depth += 1;
                    if depth > DEEPEST {
                        return self.refuse("groups are too deep");
                    }
                    let marked = self.peek(1) == Some('?') && self.peek(2) == Some(':');
                    self.at += if marked { 3 } else { 1 };
                    self.written.push_str("(?:");
                }
                ')' => {
                    let Some(less) = depth.checked_sub(1) else {
                        return self.refuse("no group is open");
                    };
                    depth = less;
                    self.at += 1;
                    self.refuse_quantifier()?;
                    self.written.push(')');
                }
                _ => self.piece(character)?,
            }
        }
        if depth > 0 {
            return self.refuse("a group is not closed");
        }
        Ok(self.written)
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.text.get(self.at + ahead).copied()
    }

    /// Reads an edge, or what matches a character with its quantifier.
    fn piece(&mut self, character: char) -> Result<(), Error> {
        let edge = match (character, self.peek(1)) {
            ('^', _) => Some(("(?m:^)", 1)),
            ('$', _) => Some(("(?m:$)", 1)),
            ('\\', Some('b')) => Some(("\\b", 2)),
            ('\\', Some('B')) => Some(("\\B", 2)),
            _ => None,
        };
        if let Some((written, length)) = edge {
            self.at += length;
            self.refuse_quantifier()?;
            self.written.push_str(written);
            return Ok(());
        }
        self.atom(character)?;
        self.quantifier()
    }

    fn atom(&mut self, character: char) -> Result<(), Error> {
        match character {
            '[' => return self.class(),
            '\\' => {
                let set = self.escape()?;
                put_set(&mut self.written, set, self.ignore_case);
                return Ok(());
            }
            '*' | '+' | '?' | '{' | '}' | ']' => {
                return self.refuse(&format!("{character} has to be escaped here"));
            }
            '.' => put_set(&mut self.written, [true; 256], false),
            _ => put_character(&mut self.written, character, self.ignore_case),
        }
        self.at += 1;
        Ok(())
    }

    /// What an escape matches, of which the `\` is next.
    fn escape(&mut self) -> Result<Set, Error> {
        let set = match self.peek(1) {
            Some('d') => set_of(|byte| byte.is_ascii_digit()),
            Some('D') => set_of(|byte| !byte.is_ascii_digit()),
            Some('s') => set_of(is_space),
            Some('S') => set_of(|byte| !is_space(byte)),
            Some('w') => set_of(is_word),
            Some('W') => set_of(|byte| !is_word(byte)),
            Some('t') => set_of(|byte| byte == b'\t'),
            Some('v') => set_of(|byte| byte == 0x0b),
            Some('f') => set_of(|byte| byte == 0x0c),
            Some('r') => set_of(|byte| byte == b'\r'),
            Some('x') => {
                let digit = |ahead| self.peek(ahead).and_then(|digit| digit.to_digit(16));
                let (Some(high), Some(low)) = (digit(2), digit(3)) else {
                    return self.refuse("no such escape");
                };
                self.at += 4;
                return Ok(set_of(|byte| u32::from(byte) == high * 16 + low));
            }
            Some(character) if character.is_ascii() && !character.is_ascii_alphanumeric() => {
                set_of(|byte| char::from(byte) == character)
            }
            _ => return self.refuse("no such escape"),
        };
        self.at += 2;
        Ok(without_line_feed(set))
    }

    fn class(&mut self) -> Result<(), Error> {
        let start = self.at;
        self.at += 1;
        let negated = self.peek(0) == Some('^');
        self.at += usize::from(negated);
        let mut members = [false; 256];
        let mut first = true;
        while first || self.peek(0) != Some(']') {
            first = false;
            if self.peek(0).is_none() {
                self.at = start;
                return self.refuse("a set is not closed");
            }
            let more = self.members()?;
            members.iter_mut().zip(more).for_each(|(member, more)| *member |= more);
        }
        self.at += 1;
        if negated {
            if self.ignore_case {
                fold(&mut members);
            }
            for member in &mut members {
                *member = !*member;
            }
        }
        put_set(&mut self.written, members, self.ignore_case && !negated);
        Ok(())
    }

    /// The members of a set that are next: a character, an escape or a range.
    fn members(&mut self) -> Result<Set, Error> {
        let start = self.at;
        let low = self.member()?;
        if self.peek(0) != Some('-') || matches!(self.peek(1), None | Some(']')) {
            return Ok(low);
        }
        self.at += 1;
        let high = self.member()?;
        match (only(&low), only(&high)) {
            (Some(low), Some(high)) if low <= high => {
                Ok(set_of(|byte| (low..=high).contains(&usize::from(byte))))
            }
            _ => {
                self.at = start;
                self.refuse("no such range")
            }
        }
    }

    fn member(&mut self) -> Result<Set, Error> {
        match self.peek(0) {
            Some('\\') => self.escape(),
            Some(character) if character.is_ascii() && character != '[' => {
                self.at += 1;
                Ok(set_of(|byte| char::from(byte) == character))
            }
            _ => self.refuse("a set holds characters of ASCII and escapes"),
        }
    }

    /// Reads the quantifier that is next, if one is.
    fn quantifier(&mut self) -> Result<(), Error> {
        match self.peek(0) {
            Some(mark @ ('*' | '+' | '?')) => {
                self.at += 1;
                self.written.push(mark);
            }
            Some('{') => self.counts()?,
            _ => return Ok(()),
        }
        if self.peek(0) == Some('?') {
            self.at += 1;
            self.written.push('?');
        }
        self.refuse_quantifier()
    }

    /// Reads `{m}`, `{m,}` or `{m,n}`, which is next.
    fn counts(&mut self) -> Result<(), Error> {
        let inside = self.text[self.at + 1..].iter().take_while(|character| **character != '}');
        let inside: String = inside.collect();
        let length = inside.chars().count();
        let closed = self.peek(length + 1).is_some();
        let (low, high) = match inside.split_once(',') {
            None => (number(&inside), Some(None)),
            Some((low, "")) => (number(low), Some(None)),
            Some((low, high)) => (number(low), number(high).map(Some)),
        };
        let comma = if inside.contains(',') { "," } else { "" };
        match (low, high) {
            (Some(low), Some(high)) if closed && high.is_none_or(|high| low <= high) => {
                let high = high.map_or_else(String::new, |high| high.to_string());
                // Writing to a string does not fail.
                let _written = write!(self.written, "{{{low}{comma}{high}}}");
                self.at += length + 2;
                Ok(())
            }
            _ => self.refuse("no such quantifier"),
        }
    }

    fn refuse_quantifier(&self) -> Result<(), Error> {
        if matches!(self.peek(0), Some('*' | '+' | '?' | '{')) {
            return self.refuse("nothing that repeats stands before it");
        }
        Ok(())
    }

    fn refuse<T>(&self, reason: &str) -> Result<T, Error> {
        Err(Error::Expression { at: self.at, reason: reason.to_owned() })
    }
}

fn without_line_feed(mut set: Set) -> Set {
    set[usize::from(b'\n')] = false;
    set
}

/// The only member of a set, if it has one alone.
fn only(set: &Set) -> Option<usize> {
    let mut members = (0..set.len()).filter(|byte| set[*byte]);
    members.next().filter(|_| members.next().is_none())
}

/// A number from 0 to the largest that may stand in a quantifier.
fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let short = (digits && text.len() <= 3).then_some(text)?;
    short.parse().ok().filter(|number| *number <= MAX_REPEAT)
}
