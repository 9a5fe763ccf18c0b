//! Random regular expressions: the parser refuses or accepts, and what it accepts finds what it
//! says. `PROPTEST_CASES` sets how many are drawn.

#![cfg(feature = "text")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use agent_core_utils::text::{Chars, Error, Found, Regex, Tables, Watch};
use proptest::prelude::*;
use proptest::sample::select;

/// What means something in a pattern, and a few characters that do not.
const TOKENS: &[&str] = &[
    "a",
    "b",
    "\u{e9}",
    "\u{10400}",
    " ",
    "\n",
    ".",
    "^",
    "$",
    "|",
    "(",
    "(?:",
    "(?",
    ")",
    "[",
    "[^",
    "]",
    "-",
    "*",
    "+",
    "?",
    "{",
    "}",
    ",",
    "0",
    "1",
    "2",
    "99",
    "101",
    "\\",
    "\\d",
    "\\D",
    "\\s",
    "\\S",
    "\\w",
    "\\W",
    "\\n",
    "\\x4",
    "\\x41",
    "\\u00e9",
    "\\U0010FFFF",
    "\\U00110000",
    "\\ud800",
    "\\q",
    "{2}",
    "{0,1}",
    "{1,}",
    "{2,1}",
    "[a-b]",
    "[b-a]",
    "[\\d-z]",
];

fn tables() -> &'static Tables {
    Tables::of(Tables::versions().last().unwrap()).unwrap()
}

fn codes(text: &str) -> Vec<u32> {
    text.chars().map(u32::from).collect()
}

/// Compiles an expression, and searches texts with it.
fn search(pattern: &[u32], texts: &[Vec<u32>]) -> Result<(), TestCaseError> {
    let stop = || false;
    let watch = Watch::new(&stop);
    let mut steps = watch.steps();
    let regex = match Regex::new(tables(), Chars::Full(pattern), &mut steps) {
        Ok(regex) => regex,
        Err(error) => {
            prop_assert!(matches!(error, Error::Pattern(_)), "{error}");
            return Ok(());
        }
    };
    for text in texts {
        let mut found = Found::default();
        regex.find(Chars::Full(text), &mut found, &mut steps);
        let spans: Vec<_> = found.starts.iter().copied().zip(found.stops.iter().copied()).collect();
        let mut end = 0;
        for &(start, stop) in &spans {
            prop_assert!(end <= start && start < stop, "{spans:?}");
            end = stop;
        }
        prop_assert!(usize::try_from(end).unwrap() <= text.len(), "{spans:?}");
        let first = regex.search(Chars::Full(text), &mut steps);
        let first =
            first.map(|(start, stop)| (start.cast_signed() as i64, stop.cast_signed() as i64));
        prop_assert_eq!(first, spans.first().copied());
    }
    prop_assert!(watch.ended().is_none());
    Ok(())
}

fn texts() -> impl Strategy<Value = Vec<Vec<u32>>> {
    let code = prop_oneof![
        select(codes("ab \u{e9}-]\n0A")),
        0_u32..0x11_0000,
        0xD800_u32..0xE000, // lone surrogates are characters too
    ];
    prop::collection::vec(prop::collection::vec(code, 0..30), 1..4)
}

proptest! {
    #[test]
    fn a_pattern_of_tokens_is_refused_or_searched(
        tokens in prop::collection::vec(select(TOKENS), 0..12),
        texts in texts(),
    ) {
        search(&codes(&tokens.concat()), &texts)?;
    }

    #[test]
    fn a_pattern_of_any_characters_is_refused_or_searched(
        pattern in prop::collection::vec(0_u32..0x11_0000, 0..1100),
        texts in texts(),
    ) {
        search(&pattern, &texts)?;
    }

    #[test]
    fn what_is_escaped_finds_itself(text in prop::collection::vec(any::<char>(), 1..40)) {
        let special = |code: &char| !code.is_ascii_alphanumeric();
        let escaped: String = text
            .iter()
            .flat_map(|code| special(code).then_some('\\').into_iter().chain([*code]))
            .collect();
        let stop = || false;
        let watch = Watch::new(&stop);
        let mut steps = watch.steps();
        let regex = Regex::new(tables(), Chars::Full(&codes(&escaped)), &mut steps);
        let text: Vec<u32> = text.into_iter().map(u32::from).collect();
        let found = regex.map(|regex| regex.search(Chars::Full(&text), &mut steps));
        prop_assert_eq!(found.unwrap(), Some((0, text.len())));
    }
}
