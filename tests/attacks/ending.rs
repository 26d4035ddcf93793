//! How a run ended: the same of a run in this process and of one in a process of its own.

use crate::case::shortened;
use regex::Regex;
use std::sync::LazyLock;

/// How a run ended.
#[derive(Debug)]
pub struct Ending {
    /// The exit status; none of a process that a signal or the clock ended.
    pub exit: Option<i32>,
    /// The body.
    pub stdout: Vec<u8>,
    /// The findings, one a line, and whatever else the program says.
    pub stderr: String,
}

/// The finding that decides.
#[derive(Debug, PartialEq)]
pub struct Finding {
    pub code: String,
    /// Line and column.
    pub at: Option<String>,
    pub message: String,
}

static LINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^(?:[^\n]*?:(\d+:\d+): )?(error|warning|note)\[([a-z0-9/-]+)\]: (.*)$")
        .expect("a pattern")
});

impl Ending {
    /// The first error; without errors the first warning.
    pub fn first(&self) -> Option<Finding> {
        let of = |severity: &str| {
            let mut found = LINE.captures_iter(&self.stderr);
            found.find(|found| &found[2] == severity).map(|found| Finding {
                code: found[3].to_owned(),
                at: found.get(1).map(|at| at.as_str().to_owned()),
                message: found[4].to_owned(),
            })
        };
        of("error").or_else(|| of("warning"))
    }

    /// How many errors were found.
    pub fn errors(&self) -> usize {
        LINE.captures_iter(&self.stderr).filter(|found| &found[2] == "error").count()
    }

    /// What is not the same in `other`: the body, the exit status, or the error that decides.
    pub fn disagrees(&self, other: &Ending) -> Option<String> {
        if self.exit != other.exit {
            return Some(format!("exits {:?} and {:?}", self.exit, other.exit));
        }
        if self.stdout != other.stdout {
            let [one, two] = [self, other].map(|end| shortened(&String::from_utf8_lossy(&end.stdout)));
            return Some(format!("bodies `{one}` and `{two}`"));
        }
        let (one, two) = (self.first(), other.first());
        let codes = |finding: &Option<Finding>| finding.as_ref().map(|found| found.code.clone());
        (codes(&one) != codes(&two)).then(|| format!("findings {one:?} and {two:?}"))
    }
}
