//! Which file a program is, and how it is started.

use std::collections::HashSet;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::fs::{Access, AtFlags, CWD, FileType, Mode, OFlags, accessat, open, stat};
use rustix::io::Errno;

use super::error::Error;

/// Where programs are looked for without `PATH`.
const DEFAULT_PATH: &str = "/bin:/usr/bin";

/// What to start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    /// The program and its arguments; there is one at least, and it is not empty.
    pub argv: Vec<OsString>,
    /// The folder to start in; None for that of this process.
    pub cwd: Option<PathBuf>,
    /// The whole environment; None for that of this process.
    pub env: Option<Vec<(OsString, OsString)>>,
}

/// The standard streams of a program.
pub(super) struct Streams {
    pub(super) stdin: Stdio,
    pub(super) stdout: Stdio,
    pub(super) stderr: Stdio,
}

impl Program {
    /// Starts the program as the leader of a process group.
    ///
    /// Of the files that it may be, the first that can be started is. If there is none, the reason is
    /// the first one that is not just that a file is absent.
    pub(super) fn start(
        &self,
        streams: impl Fn() -> Result<Streams, Error>,
    ) -> Result<Child, Error> {
        let Some(name) = self.argv.first() else {
            return Err(Error::System(io::ErrorKind::InvalidInput.into()));
        };
        if let Some(folder) = &self.cwd {
            may_enter(folder).map_err(|reason| Error::Folder(reason.into()))?;
        }
        let (mut reason, mut last) = (None, Errno::NOENT.into());
        for path in self.files(name) {
            match self.start_file(&path, streams()?) {
                Ok(child) => return Ok(child),
                Err(error) if is_scarcity(&error) => return Err(Error::System(error)),
                Err(error) if is_absent(&error) => last = error,
                Err(error) => reason = reason.or(Some(error)),
            }
        }
        Err(Error::Program { reason: reason.unwrap_or(last), name: name.clone() })
    }

    /// The files that a program of this name may be, in the order in which they are tried.
    fn files(&self, name: &OsStr) -> Vec<PathBuf> {
        if name.as_bytes().contains(&b'/') {
            return vec![name.into()];
        }
        let path = match &self.env {
            Some(env) => env.iter().find(|(key, _)| key == "PATH").map(|(_, path)| path.clone()),
            None => env::var_os("PATH"),
        };
        let path = path.unwrap_or_else(|| DEFAULT_PATH.into());
        let folders = path.as_bytes().split(|&byte| byte == b':');
        // An empty folder is the one that the program starts in.
        folders.map(|folder| Path::new(".").join(OsStr::from_bytes(folder)).join(name)).collect()
    }

    fn start_file(&self, path: &Path, streams: Streams) -> io::Result<Child> {
        if self.argv.first().is_some_and(|name| !name.as_bytes().contains(&b'/')) {
            self.may_run(path)?;
        }
        let mut command = Command::new(path);
        command.stdin(streams.stdin).stdout(streams.stdout).stderr(streams.stderr);
        command.process_group(0).args(self.argv.iter().skip(1));
        if let Some(name) = self.argv.first() {
            command.arg0(name);
        }
        if let Some(folder) = &self.cwd {
            command.current_dir(folder);
        }
        if let Some(env) = &self.env
            && set_environment(&mut command, env)
        {
            self.has_format(path)?;
        }
        command.spawn()
    }

    /// Finds out whether a file in `PATH` is there and may be run, which starting it would tell too.
    fn may_run(&self, path: &Path) -> io::Result<()> {
        let path = self.placed(path);
        if FileType::from_raw_mode(stat(&path)?.st_mode) != FileType::RegularFile {
            return Err(Errno::ACCESS.into());
        }
        Ok(accessat(CWD, &path, Access::EXEC_OK, AtFlags::EACCESS)?)
    }

    /// Refuses a file that is neither a binary nor a script.
    ///
    /// With a `PATH` of its own, a program is started by `execvp`, which has the shell run such a file.
    fn has_format(&self, path: &Path) -> io::Result<()> {
        let mut start = [0; 4];
        let Ok(read) = File::open(self.placed(path)).and_then(|mut file| file.read(&mut start))
        else {
            return Ok(()); // that it cannot be read says nothing
        };
        let is_known = start[..read].starts_with(b"#!") || start[..read] == *b"\x7fELF";
        if is_known { Ok(()) } else { Err(Errno::NOEXEC.into()) }
    }

    fn placed(&self, path: &Path) -> PathBuf {
        self.cwd.as_ref().map_or_else(|| path.to_owned(), |folder| folder.join(path))
    }
}

/// Whether a file is not there.
fn is_absent(error: &io::Error) -> bool {
    let code = error.raw_os_error();
    code == Some(Errno::NOENT.raw_os_error()) || code == Some(Errno::NOTDIR.raw_os_error())
}

/// Whether there was not enough of something to start any program.
fn is_scarcity(error: &io::Error) -> bool {
    [Errno::MFILE, Errno::NFILE, Errno::AGAIN, Errno::NOMEM]
        .iter()
        .any(|code| error.raw_os_error() == Some(code.raw_os_error()))
}

/// Finds out whether a program can start in a folder.
fn may_enter(folder: &Path) -> Result<(), Errno> {
    open(folder, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
    accessat(CWD, folder, Access::EXEC_OK, AtFlags::EACCESS)
}

/// Sets the whole environment; returns whether its `PATH` is another than that of this process.
///
/// If it is the same, it is not touched: then the process need not be copied to start a program.
fn set_environment(command: &mut Command, env: &[(OsString, OsString)]) -> bool {
    let path = env.iter().find(|(key, _)| key == "PATH").map(|(_, path)| path);
    let changes = path.is_none() || env::var_os("PATH").as_ref() != path;
    if changes {
        command.env_clear();
        command.envs(env.iter().map(|(key, value)| (key, value)));
        return true;
    }
    let names: HashSet<&OsStr> = env.iter().map(|(key, _)| key.as_os_str()).collect();
    for (name, _) in env::vars_os() {
        if !names.contains(name.as_os_str()) {
            command.env_remove(name);
        }
    }
    for (key, value) in env {
        if key != "PATH" {
            command.env(key, value);
        }
    }
    false
}
