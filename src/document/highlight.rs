//! Highlighted code. Comes in: the text of a code block and its language. Goes out: HTML with a few classes.
//! Nothing is loaded until the first block that names a language.

use std::str::FromStr;
use std::sync::LazyLock;

use pulldown_cmark_escape::escape_html_body_text;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxSet};

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

/// Scope prefixes and the class that shows them; of those that match, the longest counts.
static CLASSES: LazyLock<Vec<(Scope, &'static str)>> = LazyLock::new(|| {
    let pairs = [
        ("comment", "c"),
        ("string", "s"),
        ("constant.numeric", "n"),
        ("constant", "l"),
        ("keyword", "k"),
        ("storage", "k"),
        ("entity.name.function", "f"),
        ("support.function", "f"),
        ("entity.name", "t"),
        ("support.type", "t"),
        ("entity.other.attribute-name", "a"),
        ("variable.parameter", "v"),
        ("markup.heading", "t"),
        ("markup.bold", "k"),
        ("invalid", "e"),
    ];
    pairs.iter().filter_map(|(scope, class)| Some((Scope::from_str(scope).ok()?, *class))).collect()
});

/// The code as HTML, or `None` where the language is unknown or the text too long to be worth it.
pub(super) fn highlight(code: &str, language: &str) -> Option<String> {
    // Regular expressions can be very slow on long lines; such text is no code that a reader studies.
    if code.len() > 64 * 1024 || code.lines().any(|line| line.len() > 1000) {
        return None;
    }
    let syntax = SYNTAXES.find_syntax_by_token(language)?;
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let mut html = String::with_capacity(code.len() * 2);
    let mut open = None;
    for line in code.split_inclusive('\n') {
        let mut from = 0;
        for (at, change) in state.parse_line(line, &SYNTAXES).ok()? {
            write(&mut html, &mut open, class_of(&stack), &line[from..at]);
            stack.apply(&change).ok()?;
            from = at;
        }
        write(&mut html, &mut open, class_of(&stack), &line[from..]);
    }
    if open.is_some() {
        html.push_str("</span>");
    }
    Some(html)
}

fn write(html: &mut String, open: &mut Option<&'static str>, class: Option<&'static str>, text: &str) {
    if text.is_empty() {
        return;
    }
    if *open != class {
        if open.is_some() {
            html.push_str("</span>");
        }
        if let Some(class) = class {
            html.push_str("<span class=\"h-");
            html.push_str(class);
            html.push_str("\">");
        }
        *open = class;
    }
    escape_html_body_text(&mut *html, text).expect("a String takes all text");
}

fn class_of(stack: &ScopeStack) -> Option<&'static str> {
    let of_scope = |scope: &Scope| {
        let matching = CLASSES.iter().filter(|(prefix, _)| prefix.is_prefix_of(*scope));
        matching.max_by_key(|(prefix, _)| prefix.len()).map(|(_, class)| *class)
    };
    stack.scopes.iter().rev().find_map(of_scope)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_has_classes_and_loses_nothing() {
        let html = highlight("fn main() { /* <b> */ }\n", "rust").unwrap();
        assert!(html.contains("<span class=\"h-c\">/* &lt;b&gt; */</span>"), "{html}");
        assert_eq!(highlight("x", "no-such-language"), None);
    }
}
