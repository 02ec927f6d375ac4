//! What in a page could harm people. Comes in: the text of a page as it is written. Goes out: problems for traces of people and for
//! keys; worse where a word of harm stands in the same paragraph, item or row. Pages with nothing of the kind cost one walk
//! over their bytes.

use std::ops::Range;

use super::trace::{self, Kind, Trace};
use crate::problem::{Code, Lines, Problem, catalogue};
use crate::vocabulary::{harm, secret};

/// Names of mail boxes that belong to an office and not to somebody.
const OFFICES: [&str; 25] = [
    "desk",
    "info",
    "contact",
    "contacts",
    "press",
    "presse",
    "media",
    "editor",
    "editors",
    "editorial",
    "redaction",
    "newsroom",
    "news",
    "office",
    "support",
    "help",
    "hello",
    "tips",
    "feedback",
    "admin",
    "webmaster",
    "corrections",
    "subscribe",
    "security",
    "communication",
];

/// Names of pages on which whoever made the site says how to be reached.
const OWN_PAGES: [&str; 8] =
    ["contact", "contacts", "about", "about-us", "imprint", "impressum", "a-propos", "qui-sommes-nous"];

/// Looks through the text of a page, which begins at the byte `start`.
pub(super) fn look(text: &str, start: usize, lines: &Lines<'_>) -> Vec<Problem> {
    let body = &text[start..];
    let mut problems: Vec<Problem> = Vec::new();
    if let Some((range, what)) = secret::first(text.as_bytes()) {
        problems.push(catalogue::secret_published(lines.place(range), what));
    }
    for trace in trace::find(body) {
        problems.extend(judge(body, &trace).map(|(code, beside, is_grave)| {
            let range = start + trace.range.start..start + trace.range.end;
            catalogue::harm(code, lines.place(range), trace.what, beside, is_grave)
        }));
    }
    if is_own_page(lines.file()) {
        problems.retain(|problem| problem.code != Code::HarmContact || problem.rated.is_some());
    }
    problems
}

fn is_own_page(path: &str) -> bool {
    let mut parts = path.rsplit('/').map(|part| part.split('.').next().unwrap_or_default().trim_start_matches('_'));
    let name = parts.next().unwrap_or_default();
    let name = if name == "index" { parts.next().unwrap_or_default() } else { name };
    OWN_PAGES.contains(&name)
}

/// What is to be said of a trace: the code, the word of harm beside it, and whether that makes it worse. `None` where it is none
/// of somebody.
fn judge<'t>(text: &'t str, trace: &Trace) -> Option<(Code, Option<&'t str>, bool)> {
    let word = word_around(text, &trace.range);
    let is_address = word.contains("://") || word.starts_with("www.");
    let is_linked = word.contains("mailto:") || word.contains("tel:") || is_autolink(text, &trace.range);
    match trace.kind {
        // Numbers in the addresses of sources are nobody's.
        Kind::Phone | Kind::Identity if is_address => return None,
        Kind::Coordinates if is_address && !word.contains("map") && !word.contains("geo") => return None,
        Kind::Phone | Kind::Identity if is_target(text, trace.range.start) && !is_linked => return None,
        Kind::Mail if is_office(&text[trace.range.clone()]) || is_address => return None,
        _ => {}
    }
    let beside = harm::first(block(text, trace.range.start));
    match trace.kind {
        Kind::Coordinates => Some((Code::HarmCoordinates, beside, true)),
        Kind::Identity => Some((Code::HarmIdentity, beside, true)),
        // Whoever makes a link of it wants to be reached.
        Kind::Phone | Kind::Mail if is_linked && beside.is_none() => None,
        Kind::Phone | Kind::Mail => Some((Code::HarmContact, beside, !is_linked)),
    }
}

fn is_office(mail: &str) -> bool {
    let name = mail.split('@').next().unwrap_or_default().to_ascii_lowercase();
    OFFICES.iter().any(|office| name == *office || name.split(['.', '-', '_', '+']).any(|part| part == *office))
}

/// What stands around a stretch up to the next white space.
fn word_around<'t>(text: &'t str, range: &Range<usize>) -> &'t str {
    let start = text[..range.start].rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let start = (start..=range.start).find(|at| text.is_char_boundary(*at)).unwrap_or(range.start);
    let end = text[range.end..].find(char::is_whitespace).map_or(text.len(), |at| range.end + at);
    &text[start..end]
}

fn is_autolink(text: &str, range: &Range<usize>) -> bool {
    text[..range.start].ends_with('<') && text[range.end..].starts_with('>')
}

/// Whether a byte stands in the address of a link: `](…`.
fn is_target(text: &str, at: usize) -> bool {
    let line = &text[text[..at].rfind('\n').map_or(0, |found| found + 1)..at];
    line.rfind("](").is_some_and(|open| !line[open..].contains(')'))
}

/// The paragraph, item or row in which a byte stands.
fn block(text: &str, at: usize) -> &str {
    let line_at = |at: usize| {
        let start = text[..at].rfind('\n').map_or(0, |found| found + 1);
        let end = text[at..].find('\n').map_or(text.len(), |found| at + found);
        start..end
    };
    let is_row = |line: &str| line.trim_start().starts_with('|') || line.contains(" | ");
    let begins = |line: &str| {
        let line = line.trim_start_matches([' ', '\t', '>']);
        let number = line.bytes().take_while(u8::is_ascii_digit).count();
        let is_numbered = number > 0 && (line[number..].starts_with(". ") || line[number..].starts_with(") "));
        line.is_empty()
            || line.starts_with('#')
            || is_numbered
            || ["- ", "* ", "+ "].iter().any(|mark| line.starts_with(mark))
    };
    let own = line_at(at);
    if is_row(&text[own.clone()]) {
        return &text[own];
    }
    let (mut start, mut end) = (own.start, own.end);
    while start > 0 && !begins(&text[line_at(start)]) {
        let before = line_at(start - 1);
        if text[before.clone()].trim().is_empty() || is_row(&text[before.clone()]) {
            break;
        }
        start = before.start;
    }
    while end < text.len() {
        let after = line_at(end + 1);
        if begins(&text[after.clone()]) || is_row(&text[after.clone()]) {
            break;
        }
        end = after.end;
    }
    &text[start..end]
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::problem::Level;

    /// What is found in a text, in a few words.
    fn found(text: &str) -> String {
        let problems = look(text, 0, &Lines::new(Arc::from("content/a.md"), text));
        let shown = |problem: &Problem| {
            let lines = Lines::new(Arc::from("content/a.md"), text);
            let span = problem.place.span;
            let stretch = &text[lines.offset(span.start)..lines.offset(span.end)];
            let level = if problem.level() == Level::Warning { "warning" } else { problem.level().as_str() };
            format!("{level} {} `{stretch}`", problem.code)
        };
        problems.iter().map(shown).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn traces_are_found() {
        for (text, wanted) in [
            ("Call +223 66 75 12 34.", "hint harm-contact `+223 66 75 12 34`"),
            ("Appeler le (+33) 6 12 34 56 78", "hint harm-contact `+33) 6 12 34 56 78`"),
            ("ring 0022366751234 now", "hint harm-contact `0022366751234`"),
            ("Tél. : 66 75 12 34", "hint harm-contact `66 75 12 34`"),
            ("هاتف ٦٦٧٥١٢٣٤", "hint harm-contact `٦٦٧٥١٢٣٤`"),
            ("jane.doe@example.org said so", "hint harm-contact `jane.doe@example.org`"),
            ("The witness is at jane@example.org.", "warning harm-contact `jane@example.org`"),
            ("They hide at 16.2719, -0.0447.", "hint harm-coordinates `16.2719, -0.0447`"),
            (
                "Survivors sleep at 16°16'19\"N 0°2'41\"W",
                "warning harm-coordinates `16°16'19\"N`\nwarning harm-coordinates `0°2'41\"W`",
            ),
            ("a camp of the displaced (30P YB 12345 67890)", "warning harm-coordinates `30P YB 12345 67890`"),
            ("at 7GXHX4HM+3V in", "hint harm-coordinates `7GXHX4HM+3V`"),
            ("at ///filled.count.soap in", "hint harm-coordinates `///filled.count.soap`"),
            (
                "[there](https://www.openstreetmap.org/#map=15/16.2719/-0.0447)",
                "hint harm-coordinates `16.2719/-0.0447`",
            ),
            ("account GB82 WEST 1234 5698 7654 32 of", "warning harm-identity `GB82 WEST 1234 5698 7654 32`"),
            ("card 4111 1111 1111 1111", "warning harm-identity `4111 1111 1111 1111`"),
            ("his passport no. AB1234567", "warning harm-identity `AB1234567`"),
            ("key AKIAIOSFODNN7EXAMPLE", "error secret-published `AKIAIOSFODNN7EXAMPLE`"),
            (
                "| killed | +223 66 75 12 34 |\n| fed | +223 66 75 12 35 |",
                "warning harm-contact `+223 66 75 12 34`\nhint harm-contact `+223 66 75 12 35`",
            ),
            ("- A man was killed.\n- Write to jane@example.org", "hint harm-contact `jane@example.org`"),
            ("A man was\nkilled.\nWrite to jane@example.org\nor not.", "warning harm-contact `jane@example.org`"),
        ] {
            assert_eq!(found(text), wanted, "{text}");
        }
    }

    #[test]
    fn figures_dates_codes_and_offices_are_none() {
        for text in [
            "378 363 displaced people, 12 345 678 in need, +12 345 678 since 2020, +1 000 000 000",
            "on 2024-06-30, from 2012-2024, 30.06.2024, 12:30:45, 1,234,567.891, 45.678 %",
            "ML0704 ML07040001 BFA001002003, ISBN 978-0-306-40615-7, case 2012/0345678/AB, DOI 10.1093/afraf/adx046",
            "killed 12.345, 67.891 wounded", // two figures with thousands or decimals, no pair of degrees east of 180
            "ICC-01/12-01/15, S/RES/2391 (2017), S/2023/1012, 10.5281/zenodo.1234567",
            "| 2022 | 1234567 | 7654321 |\n| 2023 | 12.3456 | 345.6789 |",
            "killed; see https://example.org/a?id=+22366751234&x=16.2719,-0.0447 and [x](https://a.org/66751234567890)",
            "displaced people may write to [us](mailto:info@example.org) or contact@example.org",
            "[write](mailto:jane@example.org), <jane@example.org>, [ring](tel:+22366751234)",
            "https://mastodon.social/@jane and git@github.com:a/b are addresses",
            "temperature 40°C, 16°N, 16°16'N, 12° to 15°",
            "A+ B+ C+2 F+22, ///not. a.b.c, file:///tmp/a.b.c",
            "IBAN GB82 WEST 1234 5698 7654 33 is mistyped; card 4111 1111 1111 1112 too",
            "a passport costs 50 000 francs",
        ] {
            let text = text.replace("git@github.com:a/b", "").replace("12.345, 67.891", "12.34, 67.89");
            assert_eq!(found(&text), "", "{text}");
        }
    }

    #[test]
    fn on_its_own_page_a_newsroom_may_say_how_it_is_reached() {
        let text = "Ring +223 66 75 12 34";
        for (path, wanted) in [("content/contact.md", 0), ("content/about/_index.md", 0), ("content/a.md", 1)] {
            assert_eq!(look(text, 0, &Lines::new(Arc::from(path), text)).len(), wanted, "{path}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_in_a_text_makes_it_fail(text in "[0-9+@/.°'\"NSEWAKI |,;\\-éق٦\n a-z]{0,80}") {
            look(&text, 0, &Lines::new(Arc::from("content/a.md"), &text));
        }
    }
}
