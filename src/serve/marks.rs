//! A mark beside each block and row that has a problem. Comes in: a page whose blocks say on which lines of its source they
//! stand, and the problems of that source. Goes out: the page with the marks.

use crate::document::LINES;
use crate::problem::{Level, Problem};
use crate::theme::escaped;

/// A block of the page with its lines in the source.
#[derive(Debug, Clone, Copy)]
struct Block {
    first: u32,
    last: u32,
    /// The byte of the page at which its mark is put in.
    inside: usize,
}

/// The page with a mark in the innermost block around each problem. A problem on lines of no block has none; the bar has
/// them all.
pub(super) fn mark(html: &str, problems: &[&Problem]) -> String {
    let blocks = blocks(html);
    let mut marked: Vec<(usize, Vec<&Problem>)> = Vec::new();
    for problem in problems {
        let line = problem.place.span.start.line;
        let around = blocks.iter().filter(|block| (block.first..=block.last).contains(&line));
        // Of blocks on the same lines, the last is the inner one.
        let Some(block) = around.min_by_key(|block| (block.last - block.first, usize::MAX - block.inside)) else {
            continue;
        };
        match marked.iter_mut().find(|(inside, _)| *inside == block.inside) {
            Some((_, problems)) => problems.push(problem),
            None => marked.push((block.inside, vec![problem])),
        }
    }
    marked.sort_by_key(|(inside, _)| *inside);
    let mut page = String::with_capacity(html.len() + marked.len() * 256);
    let mut from = 0;
    for (inside, problems) in marked {
        page.push_str(&html[from..inside]);
        page.push_str(&of(&problems));
        from = inside;
    }
    page.push_str(&html[from..]);
    page
}

/// Every block that says its lines, in the order of the page.
fn blocks(html: &str) -> Vec<Block> {
    let start = format!(" {LINES}=\"");
    let found = html.match_indices(&start).filter_map(|(at, _)| {
        let (value, rest) = html[at + start.len()..].split_once('"')?;
        let (first, last) = value.split_once('-')?;
        let (first, last) = (first.parse().ok()?, last.parse().ok()?);
        // Brink writes it as the last attribute; anything else is not Brink's.
        let rest = rest.strip_prefix('>')?;
        let inside = html.len() - rest.len();
        let name = html[..at].rsplit_once('<')?.1.split([' ', '>']).next()?;
        let inside = if name == "tr" { inside + in_first_cell(rest)? } else { inside };
        Some(Block { first, last, inside })
    });
    found.collect()
}

/// Where the first cell of a row begins, after its tag.
fn in_first_cell(row: &str) -> Option<usize> {
    let is_cell = row.starts_with("<td") || row.starts_with("<th");
    is_cell.then(|| row.find('>')).flatten().map(|end| end + 1)
}

/// The mark of some problems, the worst first.
fn of(problems: &[&Problem]) -> String {
    let mut problems = problems.to_vec();
    problems.sort_by_key(|problem| problem.level());
    let text: Vec<String> =
        problems.iter().map(|problem| format!("{}: {}", problem.level().as_str(), problem.message)).collect();
    let Some(worst) = problems.first() else { return String::new() };
    let (place, sign) = (&worst.place, if worst.level() == Level::Hint { "i" } else { "!" });
    format!(
        "<brink-mark class=\"{}\"><a href=\"#_brink\" title=\"{text}\" aria-label=\"{text}\" data-file=\"{}\" data-line=\"{}\" data-column=\"{}\">{sign}</a></brink-mark>",
        worst.level().as_str(),
        escaped(&place.file),
        place.span.start.line,
        place.span.start.column,
        text = escaped(&text.join("\n")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{Place, Position, Span, catalogue};
    use std::sync::Arc;

    fn problem(line: u32) -> Problem {
        let start = Position { line, column: 2 };
        catalogue::footnote_unused(Place { file: Arc::from("content/a.md"), span: Span { start, end: start } }, "<x>")
    }

    /// The page with `[!]` for each mark.
    fn marked(html: &str, lines: &[u32]) -> String {
        let problems: Vec<Problem> = lines.iter().map(|line| problem(*line)).collect();
        let mut page = mark(html, &problems.iter().collect::<Vec<_>>());
        while let (Some(start), Some(end)) = (page.find("<brink-mark"), page.find("</brink-mark>")) {
            page.replace_range(start..end + "</brink-mark>".len(), "[!]");
        }
        page.replace(LINES, "l")
    }

    #[test]
    fn the_innermost_block_is_marked_and_rows_in_their_first_cell() {
        let html = "<ul>\n<li data-brink-lines=\"2-5\"><p data-brink-lines=\"2-2\">a</p><p data-brink-lines=\"4-5\">b</p></li></ul>";
        let wanted = "<ul>\n<li l=\"2-5\"><p l=\"2-2\">[!]a</p><p l=\"4-5\">[!]b</p></li></ul>";
        assert_eq!(marked(html, &[5, 2, 2, 9]), wanted);
        let row = "<tr id=\"x\" data-brink-lines=\"3-3\"><th scope=\"row\">a</th></tr>";
        assert_eq!(marked(row, &[3]), "<tr id=\"x\" l=\"3-3\"><th scope=\"row\">[!]a</th></tr>");
    }

    #[test]
    fn what_is_not_brinks_is_left_alone() {
        for html in ["<p data-brink-lines=\"x\">", "<p data-brink-lines=\"1-2\" a>", " data-brink-lines=\"1", "<p>"] {
            assert_eq!(mark(html, &[&problem(1)]), html);
        }
        let page = mark("<p data-brink-lines=\"1-1\">a</p>", &[&problem(1)]);
        assert!(page.contains("&lt;x&gt;") && !page.contains("<x>"), "{page}");
    }
}
