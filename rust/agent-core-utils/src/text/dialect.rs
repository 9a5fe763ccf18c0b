//! Parser of the regular-expression dialect, with the reference's error messages.

use regex_syntax::hir::{Hir, Look, Repetition};

use super::sets::Set;
use super::tables::{Kind, Tables};
use super::{Chars, Error, Steps};

const MAX_PATTERN: usize = 1000;
const MAX_SIZE: usize = 1000;
const MAX_STATES: usize = 10_000;
const MAX_REPEAT: u32 = 100;
const MAX_DEPTH: usize = 20;

/// The states of `\w`, and of the other sets with a name.
const WORD: usize = 80;
const NAMED: usize = 25;
/// The states of any other set with characters beyond ASCII that are not listed one by one.
const MANY: usize = 10;

/// A part of a pattern.
struct Piece {
    matcher: Hir,
    /// The fewest characters that it matches.
    least: usize,
    /// The number of characters and sets in it, each repetition counted.
    size: usize,
    /// The states that an engine needs for them.
    states: usize,
    /// Whether it has no repetition, alternative or anchor, so that it may be repeated.
    plain: bool,
}

impl Piece {
    fn one(set: &Set, states: usize) -> Self {
        Self { matcher: set.matcher(), least: 1, size: 1, states, plain: true }
    }

    fn anchor(look: Look) -> Self {
        Self { matcher: Hir::look(look), least: 0, size: 0, states: 0, plain: false }
    }
}

/// The syntax tree of a pattern, and the states that an engine needs for it.
pub(super) fn read(
    tables: &Tables,
    pattern: Chars<'_>,
    steps: &mut Steps<'_>,
) -> Result<(Hir, usize), Error> {
    let length = pattern.len();
    if length > MAX_PATTERN {
        let message = format!("a pattern may have {MAX_PATTERN} characters, not {length}");
        return Err(Error::Pattern(message));
    }
    let codes = pattern.codes(steps);
    let mut reader = Reader { tables, pattern: &codes, at: 0 };
    let piece = reader.choice(MAX_DEPTH)?;
    if reader.at < length {
        return Err(refusal("there is no ( for this )", reader.at));
    }
    if piece.least == 0 {
        let message = "a pattern that can match nothing would match everywhere";
        return Err(Error::Pattern(message.to_owned()));
    }
    if piece.size > MAX_SIZE {
        let size = piece.size;
        let message =
            format!("a pattern may come to {MAX_SIZE} characters written out, not {size}");
        return Err(Error::Pattern(message));
    }
    if piece.states > MAX_STATES {
        let states = piece.states;
        let message = format!("a pattern may come to {MAX_STATES} states, not {states}");
        return Err(Error::Pattern(message));
    }
    Ok((piece.matcher, piece.states))
}

fn refusal(reason: &str, at: usize) -> Error {
    Error::Pattern(format!("{reason}, at {at}"))
}

/// A member of a set, or an escape.
enum Member {
    Character(u32),
    /// A set with a name, and its states.
    Set(Set, usize),
}

impl Member {
    /// The characters, and the states for them.
    fn set(self) -> (Set, usize) {
        match self {
            Self::Character(code) => (Set::of(code), 1),
            Self::Set(set, states) => (set, states),
        }
    }
}

/// Parses a pattern from left to right.
struct Reader<'pattern> {
    tables: &'pattern Tables,
    pattern: &'pattern [u32],
    at: usize,
}

impl Reader<'_> {
    /// Reads alternatives up to the end or to a closing parenthesis.
    fn choice(&mut self, depth: usize) -> Result<Piece, Error> {
        let mut piece = self.sequence(depth)?;
        let mut options = vec![];
        while self.take('|') {
            let option = self.sequence(depth)?;
            piece.least = piece.least.min(option.least);
            piece.size += option.size;
            piece.states += option.states;
            piece.plain = false;
            options.push(option.matcher);
        }
        options.insert(0, piece.matcher);
        piece.matcher = Hir::alternation(options);
        Ok(piece)
    }

    fn sequence(&mut self, depth: usize) -> Result<Piece, Error> {
        let mut whole = Piece { matcher: Hir::empty(), least: 0, size: 0, states: 0, plain: true };
        let mut parts = vec![];
        while !matches!(self.next(), None | Some('|' | ')')) {
            let part = self.repeated(depth)?;
            whole.least += part.least;
            whole.size += part.size;
            whole.states += part.states;
            whole.plain &= part.plain;
            parts.push(part.matcher);
        }
        whole.matcher = Hir::concat(parts);
        Ok(whole)
    }

    fn repeated(&mut self, depth: usize) -> Result<Piece, Error> {
        let begin = self.at;
        let piece = self.atom(depth)?;
        let Some((min, max)) = self.repeat()? else {
            return Ok(piece);
        };
        if !piece.plain || piece.least == 0 {
            let reason = "what is repeated must be a character, a set or a plain group";
            return Err(refusal(reason, begin));
        }
        let greedy = !self.take('?');
        let written = min.max(max.unwrap_or(1)) as usize;
        let repetition = Repetition { min, max, greedy, sub: Box::new(piece.matcher) };
        Ok(Piece {
            matcher: Hir::repetition(repetition),
            least: piece.least * min as usize,
            size: piece.size * written,
            states: piece.states * written,
            plain: false,
        })
    }

    /// Reads a repetition, if there is one.
    fn repeat(&mut self) -> Result<Option<(u32, Option<u32>)>, Error> {
        if self.take('*') {
            return Ok(Some((0, None)));
        }
        if self.take('+') {
            return Ok(Some((1, None)));
        }
        if self.take('?') {
            return Ok(Some((0, Some(1))));
        }
        let begin = self.at;
        if !self.take('{') {
            return Ok(None);
        }
        let min = self.number(begin)?;
        let mut max = Some(min);
        if self.take(',') {
            max = if self.next() == Some('}') { None } else { Some(self.number(begin)?) };
        }
        if !self.take('}') || max.is_some_and(|max| max < min.max(1)) {
            let reason = "a repetition is {m}, {m,} or {m,n} with m up to n, and n above 0";
            return Err(refusal(reason, begin));
        }
        Ok(Some((min, max)))
    }

    fn number(&mut self, begin: usize) -> Result<u32, Error> {
        let mut digits = String::new();
        while let Some(digit @ '0'..='9') = self.next() {
            digits.push(digit);
            self.at += 1;
        }
        match digits.parse() {
            Ok(number) if digits.len() <= 3 && number <= MAX_REPEAT => Ok(number),
            _ => Err(refusal(&format!("a repetition counts up to {MAX_REPEAT}"), begin)),
        }
    }

    fn atom(&mut self, depth: usize) -> Result<Piece, Error> {
        let begin = self.at;
        let code = self.any().unwrap_or_default();
        match char::from_u32(code) {
            Some('(') => self.group(depth, begin),
            Some('[') => self.set(begin),
            Some('.') => Ok(Piece::one(&Set::of(u32::from('\n')).negated(), MANY)),
            Some('^') => Ok(Piece::anchor(Look::Start)),
            Some('$') => Ok(Piece::anchor(Look::End)),
            Some('\\') => {
                let (set, states) = self.escaped(begin)?.set();
                Ok(Piece::one(&set, states))
            }
            Some(special @ ('*' | '+' | '?' | '{' | '}' | ']' | '|' | ')')) => {
                Err(refusal(&format!("{special} needs a \\ here"), begin))
            }
            _ => Ok(Piece::one(&Set::of(code), 1)),
        }
    }

    fn group(&mut self, depth: usize, begin: usize) -> Result<Piece, Error> {
        if depth == 0 {
            return Err(refusal(&format!("groups may be {MAX_DEPTH} deep"), begin));
        }
        if self.take('?') && !self.take(':') {
            return Err(refusal("a group begins with ( or (?:", begin));
        }
        let inside = self.choice(depth - 1)?;
        if !self.take(')') {
            return Err(refusal("there is no ) for this (", begin));
        }
        Ok(inside)
    }

    /// Reads what follows a backslash.
    fn escaped(&mut self, begin: usize) -> Result<Member, Error> {
        let Some(code) = self.any() else {
            return Err(refusal("this escape is not known", begin));
        };
        let kind = |kind| Set(self.tables.ranges(kind));
        Ok(match char::from_u32(code) {
            Some('d') => Member::Set(kind(Kind::Digit), NAMED),
            Some('s') => Member::Set(kind(Kind::Space), NAMED),
            Some('w') => Member::Set(kind(Kind::Word), WORD),
            Some('D') => Member::Set(kind(Kind::Digit).negated(), NAMED),
            Some('S') => Member::Set(kind(Kind::Space).negated(), NAMED),
            Some('W') => Member::Set(kind(Kind::Word).negated(), WORD),
            Some('n') => Member::Character(0x0A),
            Some('r') => Member::Character(0x0D),
            Some('t') => Member::Character(0x09),
            Some('f') => Member::Character(0x0C),
            Some('v') => Member::Character(0x0B),
            Some('x') => Member::Character(self.hexadecimal('x', 2, begin)?),
            Some('u') => Member::Character(self.hexadecimal('u', 4, begin)?),
            Some('U') => Member::Character(self.hexadecimal('U', 8, begin)?),
            Some('a'..='z' | 'A'..='Z' | '0'..='9') => {
                return Err(refusal("this escape is not known", begin));
            }
            _ => Member::Character(code),
        })
    }

    fn hexadecimal(&mut self, letter: char, count: usize, begin: usize) -> Result<u32, Error> {
        let mut number: u32 = 0;
        for _ in 0..count {
            let digit = self.next().and_then(|digit| digit.to_digit(16));
            let Some(digit) = digit else {
                let reason = format!("\\{letter} takes {count} hexadecimal digits");
                return Err(refusal(&reason, begin));
            };
            number = number << 4 | digit;
            self.at += 1;
        }
        if number > 0x10_FFFF {
            return Err(refusal("there is no such character", begin));
        }
        Ok(number)
    }

    /// Reads a set of characters up to its bracket.
    fn set(&mut self, begin: usize) -> Result<Piece, Error> {
        let negated = self.take('^');
        let mut states = if negated { MANY } else { 0 };
        let mut ranges = vec![];
        while !self.take(']') {
            let first = self.member(begin)?;
            let is_range = self.next() == Some('-')
                && self.pattern.get(self.at + 1).is_some_and(|&code| code != u32::from(']'));
            if !is_range {
                let (Set(mut more), needed) = first.set();
                ranges.append(&mut more);
                states += needed;
                continue;
            }
            self.at += 1;
            match (first, self.member(begin)?) {
                (Member::Character(first), Member::Character(last)) if first <= last => {
                    ranges.push((first, last));
                    states += if last < 0x80 { 1 } else { MANY };
                }
                _ => {
                    let reason = "a range goes from a character to one not before it";
                    return Err(refusal(reason, begin));
                }
            }
        }
        if ranges.is_empty() {
            return Err(refusal("a set needs a member", begin));
        }
        let set = Set(ranges);
        Ok(Piece::one(&if negated { set.negated() } else { set }, states))
    }

    fn member(&mut self, begin: usize) -> Result<Member, Error> {
        let at = self.at;
        match self.any() {
            None => Err(refusal("there is no ] for this [", begin)),
            Some(code) if code == u32::from('[') => Err(refusal("[ needs a \\ here", at)),
            Some(code) if code == u32::from('\\') => self.escaped(at),
            Some(code) => Ok(Member::Character(code)),
        }
    }

    /// The next character if it can be syntax; a lone surrogate cannot.
    fn next(&self) -> Option<char> {
        let code = *self.pattern.get(self.at)?;
        Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn any(&mut self) -> Option<u32> {
        let code = self.pattern.get(self.at).copied();
        self.at += 1;
        code
    }

    fn take(&mut self, wanted: char) -> bool {
        let taken = self.next() == Some(wanted);
        self.at += usize::from(taken);
        taken
    }
}
