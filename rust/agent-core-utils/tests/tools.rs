//! The tools' core: programs that end, and those that are ended.

#![cfg(all(feature = "tools", target_os = "linux"))]

use std::ffi::OsString;
use std::time::{Duration, Instant};

use agent_core_utils::tools::{
    Conversation, Error, Found, Limits, Messages, Outcome, Program, Run, Stream, Template,
    TemplateError, Terms, Wanted, Written, drive, run,
};

fn shell(code: &str) -> Program {
    Program { argv: ["sh", "-c", code].map(OsString::from).into(), ..Program::default() }
}

fn terms(input: &[u8]) -> Terms<&[u8]> {
    Terms { input, timeout: None, max_output: 1 << 20, limits: Limits::default() }
}

fn ran(program: &Program, terms: Terms<&[u8]>) -> Result<Outcome, Error> {
    run(program, terms, &|| false)
}

#[test]
fn output_of_both_streams_is_kept() -> Result<(), Error> {
    let outcome = ran(&shell("cat; echo e >&2; exit 3"), terms(b"in"))?;
    assert_eq!(outcome.kept, [b"in".to_vec(), b"e\n".to_vec()]);
    assert_eq!(outcome.ending.returncode, 3);
    assert!(!outcome.timed_out && !outcome.truncated && !outcome.held);
    Ok(())
}

#[test]
fn much_output_is_taken_in_pieces_and_capped() -> Result<(), Error> {
    let program = shell("head -c 5000000 /dev/zero");
    let most = Terms { max_output: 5_000_000, ..terms(b"") };
    let outcome = ran(&program, most)?;
    assert_eq!((outcome.kept[0].len(), outcome.truncated), (5_000_000, false));
    let outcome = ran(&program, Terms { max_output: 4_999_999, ..most })?;
    assert_eq!((outcome.kept[0].len(), outcome.truncated), (4_999_999, true));
    Ok(())
}

#[test]
fn a_timeout_passes_although_there_is_output_without_end() -> Result<(), Error> {
    let timeout = Some(Duration::from_millis(200));
    let outcome = ran(&shell("yes"), Terms { timeout, max_output: 1 << 40, ..terms(b"") })?;
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
        if let Error::Program { reason, .. } = error { Some(reason.kind()) } else { None }
    });
    assert_eq!(kind, Some(std::io::ErrorKind::NotFound));
}

#[test]
fn the_output_of_a_program_is_the_input_of_the_next() -> Result<(), Error> {
    let programs = [shell("cat; exit 1"), shell("tr a b; echo e >&2"), shell("cat")];
    let mut run = Run::start(&programs, terms(b"abc"))?;
    assert_eq!(run.go(&|| false)?, None);
    let outcomes = run.finish()?;
    let codes: Vec<_> = outcomes.iter().map(|outcome| outcome.ending.returncode).collect();
    assert_eq!(codes, [1, 0, 0]);
    assert_eq!(outcomes[1].kept, [vec![], b"e\n".to_vec()]);
    assert_eq!(outcomes[2].kept, [b"bbc".to_vec(), vec![]]);
    Ok(())
}

#[test]
fn a_runtime_drives_a_run_and_ends_it() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let Terms { timeout, max_output, limits, .. } = terms(b"");
        let terms = Terms { input: vec![b'a'; 300_000], timeout, max_output, limits };
        let outcomes = drive(&[shell("cat"), shell("cat; echo e >&2")], terms).await?;
        assert_eq!(outcomes[1].kept, [vec![b'a'; 300_000], b"e\n".to_vec()]);
        let sleeps = [shell("sleep 60 & sleep 60")];
        let run = drive(&sleeps, self::terms(b""));
        let began = Instant::now();
        assert!(tokio::time::timeout(Duration::from_millis(100), run).await.is_err());
        assert!(began.elapsed() < Duration::from_secs(20));
        Ok(())
    })
}

#[test]
fn a_conversation_goes_to_and_fro() -> Result<(), Error> {
    let program = shell("read x; echo $x-; read x; echo $x >&2");
    let talk = Conversation::start(&program, Limits::default(), Messages::WithOutput)?;
    let never = || false;
    let until = Wanted::Until(Stream::Out, b"-\n", 100);
    assert_eq!(talk.write(b"a\nb\n", None, &never)?, Written::All);
    assert!(talk.wait(until, None, &never)?);
    assert_eq!(talk.take(until)?, Some(Found::Bytes(b"a-\n".to_vec())));
    assert!(talk.wait(until, None, &never)?);
    assert_eq!(talk.take(until)?, Some(Found::OutputEnded));
    assert!(talk.wait(Wanted::End, None, &never)?);
    assert_eq!(talk.take(Wanted::End)?, Some(Found::Ended(0)));
    let some = Wanted::Some(Stream::Out, 1);
    assert_eq!(talk.take(some)?, Some(Found::Bytes(b"b".to_vec())));
    talk.close()?;
    assert!(matches!(talk.take(some), Err(Error::Closed)));
    Ok(())
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
