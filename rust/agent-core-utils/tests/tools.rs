//! The tools' core: programs that end, and those that are ended.

#![cfg(all(feature = "tools", target_os = "linux"))]

use std::ffi::OsString;
use std::time::{Duration, Instant};

use agent_core_utils::tools::{
    Error, Limits, Outcome, Program, Template, TemplateError, Terms, run,
};

fn shell(code: &str) -> Program {
    Program { argv: ["sh", "-c", code].map(OsString::from).into(), ..Program::default() }
}

fn terms(input: &[u8]) -> Terms<'_> {
    Terms { input, timeout: None, max_output: 1 << 20, limits: Limits::default() }
}

fn ran(program: &Program, terms: Terms<'_>) -> Result<(Outcome, [Vec<u8>; 2]), Error> {
    run(program, terms, &|| false)
}

#[test]
fn output_of_both_streams_is_kept() -> Result<(), Error> {
    let (outcome, kept) = ran(&shell("cat; echo e >&2; exit 3"), terms(b"in"))?;
    assert_eq!(kept, [b"in".to_vec(), b"e\n".to_vec()]);
    assert_eq!(outcome.ending.returncode, 3);
    assert!(!outcome.timed_out && !outcome.truncated && !outcome.held);
    Ok(())
}

#[test]
fn much_output_is_taken_in_pieces_and_capped() -> Result<(), Error> {
    let program = shell("head -c 5000000 /dev/zero");
    let most = Terms { max_output: 5_000_000, ..terms(b"") };
    let (outcome, kept) = ran(&program, most)?;
    assert_eq!((kept[0].len(), outcome.truncated), (5_000_000, false));
    let (outcome, kept) = ran(&program, Terms { max_output: 4_999_999, ..most })?;
    assert_eq!((kept[0].len(), outcome.truncated), (4_999_999, true));
    Ok(())
}

#[test]
fn a_timeout_passes_although_there_is_output_without_end() -> Result<(), Error> {
    let timeout = Some(Duration::from_millis(200));
    let (outcome, _) = ran(&shell("yes"), Terms { timeout, max_output: 1 << 40, ..terms(b"") })?;
    assert_eq!((outcome.timed_out, outcome.ending.returncode), (true, -9));
    assert!(outcome.ending.duration < Duration::from_secs(20));
    Ok(())
}

#[test]
fn what_is_asked_to_stop_stops() {
    let began = Instant::now();
    let stopped = run(&shell("sleep 60"), terms(b""), &|| began.elapsed().as_millis() > 100);
    assert!(matches!(stopped, Err(Error::Stopped)));
    assert!(began.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_program_that_is_missing_is_not_started() {
    let program = Program { argv: vec!["no-such-program".into()], ..Program::default() };
    let kind = ran(&program, terms(b"")).err().and_then(|error| {
        if let Error::Program(reason) = error { Some(reason.kind()) } else { None }
    });
    assert_eq!(kind, Some(std::io::ErrorKind::NotFound));
}

#[test]
fn templates_are_filled() -> Result<(), TemplateError> {
    let argv = ["echo", "{a}-{{{b:int}}}", "--", "{a}"].map(OsString::from);
    let template = Template::parse(&argv)?;
    assert_eq!(template.names().collect::<Vec<_>>(), ["a", "b"]);
    let mut begins = vec![];
    let filled = template.fill(|placeholder| {
        begins.push(placeholder.begins);
        Ok::<_, TemplateError>(OsString::from(placeholder.name.to_uppercase()))
    })?;
    assert_eq!(filled, ["echo", "A-{B}", "--", "A"].map(OsString::from));
    assert_eq!(begins, [true, false, false]);
    Ok(())
}

#[test]
fn templates_that_are_none_are_refused() {
    for (element, error) in [
        ("{", TemplateError::Brace(1)),
        ("a}b", TemplateError::Brace(1)),
        ("{a:b}", TemplateError::Brace(1)),
        ("{a}{a:int}", TemplateError::Kind(1, "a".to_owned())),
    ] {
        let argv = ["echo", element].map(OsString::from);
        assert_eq!(Template::parse(&argv), Err(error));
    }
    assert_eq!(Template::parse(&["{a}".into()]), Err(TemplateError::Program));
}
