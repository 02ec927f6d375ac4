//! The policy of a previewed page. Comes in: a page with its Content Security Policy. Goes out: the page with one that lets the
//! preview's own scripts and styles in besides, and lets styles change in place; all else stays as readers have it.

const START: &str = "<meta http-equiv=\"Content-Security-Policy\" content=\"";

/// The page with a policy under which the preview works; a page without one stays as it is.
pub(super) fn loosened(html: &str) -> String {
    let policy = html.find(START).and_then(|at| {
        let start = at + START.len();
        Some(start..start + html[start..].find('"')?)
    });
    let Some(range) = policy else { return html.to_owned() };
    let mut directives: Vec<String> = Vec::new();
    let mut added = [("style-src", " 'self' 'unsafe-inline'"), ("script-src", " 'self'"), ("connect-src", " 'self'")]
        .map(|(name, own)| (name, own.to_owned()));
    for directive in html[range.clone()].split("; ") {
        let (name, sources) = directive.split_once(' ').unwrap_or((directive, ""));
        let Some((_, own)) = added.iter_mut().find(|(known, _)| *known == name) else {
            directives.push(directive.to_owned());
            continue;
        };
        // A style that changes has no hash that was known before.
        let is_kept = |source: &&str| match name {
            "style-src" => !source.starts_with('\''),
            _ => !matches!(*source, "'none'" | "'self'"),
        };
        sources.split(' ').filter(is_kept).for_each(|source| own.push_str(&format!(" {source}")));
    }
    directives.extend(added.into_iter().map(|(name, own)| format!("{name}{own}")));
    format!("{}{}{}", &html[..range.start], directives.join("; "), &html[range.end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preview_is_let_in_and_nothing_else() {
        let page = |policy: &str| format!("<head>{START}{policy}\"></head>");
        let strict =
            "default-src 'none'; style-src 'sha256-x=' https://a.org; img-src 'self' data:; script-src 'sha256-y='";
        let loose = "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline' https://a.org; script-src 'self' 'sha256-y='; connect-src 'self'";
        assert_eq!(loosened(&page(strict)), page(loose));
        assert_eq!(loosened("<p>x</p>"), "<p>x</p>");
    }
}
