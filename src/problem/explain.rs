//! What each code means, for whoever meets it for the first time. Comes in: a code. Goes out: its explanation with
//! examples, as text for a terminal or as Markdown. The words are in `explanations/CODE.md`.

use include_dir::{Dir, include_dir};

use super::Code;
use crate::vocabulary::nearest;

static EXPLANATIONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src/problem/explanations");

/// A file of an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// Whether it shows how it should be; else it provokes the problem.
    pub is_right: bool,
    /// Its path, relative to the site's root.
    pub file: &'static str,
    /// Whether it is stored as Latin-1 instead of UTF-8.
    pub is_latin1: bool,
    /// Its text.
    pub text: &'static str,
}

impl Sample {
    /// Reads what stands between two fences: a line `wrong FILE` or `right FILE`, and the text.
    fn read(fenced: &'static str) -> Option<Sample> {
        let (head, text) = fenced.split_once('\n')?;
        let (side, file) = head.trim().split_once(' ')?;
        let latin1 = file.strip_suffix(" latin1");
        Some(Sample { is_right: side == "right", file: latin1.unwrap_or(file), is_latin1: latin1.is_some(), text })
    }

    fn heading(&self) -> String {
        let encoding = if self.is_latin1 { ", stored as Latin-1" } else { "" };
        format!("{} {}{encoding}", if self.is_right { "Right:" } else { "Wrong:" }, self.file)
    }
}

/// The explanation of a code without its examples: what it means and how to mend it, as Markdown.
pub fn prose(code: Code) -> String {
    let prose: Vec<&str> = parts(code).step_by(2).map(str::trim).filter(|text| !text.is_empty()).collect();
    if prose.is_empty() { code.summary().to_owned() } else { prose.join("\n\n") }
}

/// The examples of a code.
pub fn samples(code: Code) -> Vec<Sample> {
    parts(code).skip(1).step_by(2).filter_map(Sample::read).collect()
}

/// By turns what stands outside fences and what stands between two of them.
fn parts(code: Code) -> std::str::Split<'static, &'static str> {
    let file = EXPLANATIONS.get_file(format!("{code}.md"));
    file.and_then(include_dir::File::contents_utf8).unwrap_or_default().split("~~~~")
}

/// The explanation of a code, as it is shown in a terminal.
pub fn text(code: Code) -> String {
    let mut shown = format!("{code} ({})\n\n{}\n", code.level().as_str(), prose(code));
    for sample in samples(code) {
        shown.push_str(&format!("\n{}\n\n", sample.heading()));
        for line in sample.text.lines() {
            shown.push_str(format!("    {line}").trim_end());
            shown.push('\n');
        }
    }
    shown
}

/// The explanation of a code as Markdown.
pub fn markdown(code: Code) -> String {
    let mut shown = prose(code);
    for sample in samples(code) {
        shown.push_str(&format!("\n\n{}\n\n~~~~\n{}~~~~", sample.heading(), sample.text));
    }
    shown
}

/// Every code with its level and what it means, a line each.
pub fn list() -> String {
    let width = Code::ALL.iter().map(|code| code.as_str().len()).max().unwrap_or_default();
    let line = |code: &Code| format!("{:width$}  {:7}  {}\n", code.as_str(), code.level().as_str(), code.summary());
    Code::ALL.iter().map(line).collect()
}

/// The code that a word means, however it was copied; else the nearest one.
pub fn find(word: &str) -> Result<Code, Option<Code>> {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let named = |name: &str| Code::ALL.iter().copied().find(|code| code.as_str() == name);
    named(&word).ok_or_else(|| nearest(&word, Code::ALL.iter().map(|code| code.as_str())).and_then(named))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_as_they_are_copied() {
        assert_eq!(find("link-broken"), Ok(Code::LinkBroken));
        assert_eq!(find("[Link-Broken]:"), Ok(Code::LinkBroken));
        assert_eq!(find("link-brokne"), Err(Some(Code::LinkBroken)));
        assert_eq!(find("weather"), Err(None));
    }

    #[test]
    fn examples_are_indented_below_their_file() {
        let shown = text(Code::NotUtf8);
        assert!(shown.starts_with("not-utf8 (error)\n\nA file is stored in an older encoding"), "{shown}");
        let example = "\nWrong: content/mali.md, stored as Latin-1\n\n    # Mali\n\n    Un café à Bamako.\n";
        assert!(shown.contains(example), "{shown}");
        assert!(!shown.contains("~~~~") && markdown(Code::NotUtf8).contains("\n~~~~\n# Mali\n"));
        assert_eq!(list().lines().count(), Code::ALL.len());
    }
}
