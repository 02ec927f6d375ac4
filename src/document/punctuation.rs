//! Quotation marks of each language. Comes in: the marks that the parser makes of straight ones, which are English. Goes out:
//! those of the page's language (Unicode CLDR 46, delimiters).

/// The outer and inner marks of a language.
struct Marks {
    outer: [&'static str; 2],
    inner: [&'static str; 2],
}

fn marks(language: &str) -> Marks {
    let primary = language.split('-').next().unwrap_or_default().to_lowercase();
    let (outer, inner) = match primary.as_str() {
        // In French a narrow space that does not break stands inside.
        "fr" => (["«\u{202f}", "\u{202f}»"], ["“", "”"]),
        "de" | "cs" | "sk" | "sl" | "bg" | "is" => (["„", "“"], ["‚", "‘"]),
        "es" | "it" | "pt" | "el" | "ca" => (["«", "»"], ["“", "”"]),
        "ru" | "uk" | "be" => (["«", "»"], ["„", "“"]),
        "pl" | "ro" | "hu" => (["„", "”"], ["«", "»"]),
        "sv" | "fi" => (["”", "”"], ["’", "’"]),
        "no" | "nb" | "nn" | "da" | "fa" | "hy" => (["«", "»"], ["‘", "’"]),
        "ar" => (["”", "“"], ["’", "‘"]),
        "ja" | "zh" if language.to_lowercase() != "zh-cn" && primary == "ja" => (["「", "」"], ["『", "』"]),
        _ => (["“", "”"], ["‘", "’"]),
    };
    Marks { outer, inner }
}

/// What stands for a mark that the parser made of `source`; `None` where it stays. An apostrophe is the same everywhere: it
/// follows a letter or a digit and another one follows it.
pub(super) fn mark(
    made: &str,
    source: &str,
    around: (Option<char>, Option<char>),
    language: &str,
) -> Option<&'static str> {
    let marks = marks(language);
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    match (made, source) {
        ("“", "\"") => Some(marks.outer[0]),
        ("”", "\"") => Some(marks.outer[1]),
        ("‘", "'") => Some(marks.inner[0]),
        ("’", "'") if !is_letter(around.1) && around.0.is_some() => Some(marks.inner[1]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_follow_the_language_and_apostrophes_stay() {
        assert_eq!(mark("“", "\"", (None, Some('a')), "fr-ML"), Some("«\u{202f}"));
        assert_eq!(mark("”", "\"", (Some('a'), None), "de"), Some("“"));
        assert_eq!(mark("’", "'", (Some('l'), Some('a')), "fr"), None);
        assert_eq!(mark("“", "“", (None, None), "fr"), None);
    }
}
