//! What stands behind the fence of a code block: `rust, linenos, hl_lines=1-3 5, name=x.rs`, as Zola writes it, or
//! `go {linenos=true,hl_lines=[1,"3-4"]}`, as Hugo does. Comes in: the info string. Goes out: a [`Fence`].

use std::ops::RangeInclusive;

/// How a block of code is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fence {
    /// The language.
    pub language: String,
    /// The number of the first line, where lines are numbered.
    pub first_line: Option<usize>,
    /// The lines that stand out, from 1.
    pub marked: Vec<RangeInclusive<usize>>,
    /// The lines that are left out, from 1.
    pub hidden: Vec<RangeInclusive<usize>>,
    /// What stands above it, such as the name of a file.
    pub name: Option<String>,
}

impl Fence {
    /// Reads an info string.
    pub(super) fn of(info: &str) -> Fence {
        let mut fence = Fence::default();
        let end = info.find([' ', ',', '{', '\t']).unwrap_or(info.len());
        fence.language = info[..end].trim().to_owned();
        let rest: String = info[end..].replace(['{', '}', '[', ']', '"'], " ");
        let mut numbered = (false, 1);
        let mut last = String::new();
        for token in rest.split([',', ' ', '\t']).filter(|token| !token.is_empty()) {
            let (key, value) = token.split_once('=').unwrap_or((token, ""));
            match (key, value) {
                ("linenos", value) => numbered.0 = value != "false",
                ("linenostart", value) => {
                    if let Ok(first) = value.parse() {
                        numbered.1 = first;
                    }
                }
                ("name", name) => fence.name = Some(name.to_owned()),
                ("hl_lines" | "hide_lines", value) => {
                    last = key.to_owned();
                    fence.add(&last, value);
                }
                // `hl_lines=1 3-5`: further numbers belong to the key before.
                (numbers, "") if numbers.starts_with(|c: char| c.is_ascii_digit()) => fence.add(&last, numbers),
                _ => last.clear(),
            }
        }
        fence.first_line = numbered.0.then_some(numbered.1);
        fence
    }

    fn add(&mut self, key: &str, numbers: &str) {
        let (from, to) = numbers.split_once('-').unwrap_or((numbers, numbers));
        if let (Ok(from), Ok(to)) = (from.parse(), to.parse()) {
            match key {
                "hl_lines" => self.marked.push(from..=to),
                "hide_lines" => self.hidden.push(from..=to),
                _ => {}
            }
        }
    }

    /// Whether the lines are shown one by one.
    pub(super) fn has_lines(&self) -> bool {
        self.first_line.is_some() || !self.marked.is_empty() || !self.hidden.is_empty()
    }

    /// Finished HTML of code, with its lines numbered, marked and left out. A mark never begins or ends inside an element,
    /// since colours are closed at the end of each line.
    pub(super) fn lines(&self, html: &str) -> String {
        let is_in =
            |ranges: &[RangeInclusive<usize>], number: usize| ranges.iter().any(|range| range.contains(&number));
        let mut shown = String::new();
        for (at, line) in closed_lines(html).into_iter().enumerate() {
            if is_in(&self.hidden, at + 1) {
                continue;
            }
            let number = self.first_line.map(|first| {
                format!("<span class=\"line-number\" data-line=\"{}\" aria-hidden=\"true\"></span>", first + at)
            });
            shown.push_str(&number.unwrap_or_default());
            match is_in(&self.marked, at + 1) {
                true => shown.push_str(&format!("<mark class=\"line\">{line}</mark>\n")),
                false => shown.push_str(&format!("{line}\n")),
            }
        }
        shown
    }
}

/// The lines of highlighted code; a colour that goes on is closed at the end of a line and opened in the next.
fn closed_lines(html: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut open: Option<&str> = None;
    for line in html.lines() {
        let mut whole = open.unwrap_or_default().to_owned();
        whole.push_str(line);
        let last_open = line.rfind("<span");
        let last_close = line.rfind("</span>");
        open = match (last_open, last_close) {
            (Some(start), close) if close.is_none_or(|close| close < start) => {
                line[start..].find('>').map(|length| &line[start..=start + length])
            }
            (None, None) => open,
            _ => None,
        };
        if open.is_some() {
            whole.push_str("</span>");
        }
        lines.push(whole);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_writing_are_read() {
        let fence = Fence::of("rust, linenos, linenostart=5, hl_lines=1-3 5, name=x.rs");
        assert_eq!((fence.language.as_str(), fence.first_line, fence.name.as_deref()), ("rust", Some(5), Some("x.rs")));
        assert_eq!(fence.marked, [1..=3, 5..=5]);
        let fence = Fence::of("go {linenos=true,hl_lines=[1,\"3-4\"]}");
        assert_eq!((fence.language.as_str(), fence.first_line, fence.marked), ("go", Some(1), vec![1..=1, 3..=4]));
        assert_eq!(Fence::of("toml"), Fence { language: "toml".into(), ..Fence::default() });
    }

    #[test]
    fn colours_end_with_their_line() {
        let lines = closed_lines("<span class=\"h-c\">/* a\nb */</span> c\nd");
        assert_eq!(lines, ["<span class=\"h-c\">/* a</span>", "<span class=\"h-c\">b */</span> c", "d"]);
    }
}
