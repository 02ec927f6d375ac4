//! Problems as workflow commands, which GitHub Actions shows beside the lines concerned.
//! Comes in: sorted problems. Goes out: a line for each, `::error file=…,line=…::message`.

use crate::problem::{Level, Problem};

/// All problems as workflow commands, a line each; hints are notices. `folder` is the way to the site from where paths
/// begin: empty, or ending in `/`.
pub fn github(problems: &[Problem], folder: &str) -> String {
    problems.iter().map(|problem| command(problem, folder)).collect()
}

fn command(problem: &Problem, folder: &str) -> String {
    let span = problem.place.span;
    let mut properties = vec![
        ("file", property(&format!("{folder}{}", problem.place.file))),
        ("line", span.start.line.to_string()),
        ("endLine", span.end.line.to_string()),
    ];
    // Columns are allowed within one line only.
    if span.start.line == span.end.line {
        properties.push(("col", span.start.column.to_string()));
        properties.push(("endColumn", span.end.column.to_string()));
    }
    properties.push(("title", property(problem.code.as_str())));
    let properties: Vec<String> = properties.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let message = escaped(&format!("{}\nhelp: {}", problem.message, problem.help));
    format!("::{} {}::{message}\n", word(problem.level()), properties.join(","))
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Hint => "notice",
    }
}

/// A message as a command carries it: in one line.
fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, which ends at a comma or a colon.
fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{Lines, Place, catalogue};
    use std::sync::Arc;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        let text = "a\nsee 100% here\n";
        let place = Lines::new(Arc::from("content/a, b: 5%.md"), text).place(6..10);
        let shown = github(&[catalogue::unattributed(place, "100%\r\n")], "");
        let start = "::notice file=content/a%2C b%3A 5%25.md,line=2,endLine=2,col=5,endColumn=9,title=unattributed::";
        assert!(shown.starts_with(start), "{shown}");
        assert!(shown.contains("“100%25%0D%0A” does not say who%0Ahelp: name them, and"), "{shown}");
        assert_eq!(shown.matches('\n').count(), 1);
    }

    #[test]
    fn a_place_of_several_lines_has_no_columns() {
        let text = "one\ntwo\n";
        let place = Lines::new(Arc::from("a.md"), text).place(1..6);
        let shown = github(&[catalogue::table_unreadable(place)], "my/site/");
        assert!(shown.starts_with("::warning file=my/site/a.md,line=1,endLine=2,title=table-unreadable::"), "{shown}");
        assert!(github(&[catalogue::not_utf8(Place::start_of("a.md"), "x")], "").starts_with("::error "));
    }
}
