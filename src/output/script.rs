//! Scripts. Comes in: the tag of a language (BCP 47). Goes out: the direction in which it is written, and the font that
//! phones may lack for it.

use std::collections::BTreeSet;

use crate::site::Site;

/// The script of a language by its subtag, else the one in which the language is usually written, where that runs from right
/// to left; as ISO 15924 has them, in small letters.
fn script(language: &str) -> Option<&'static str> {
    const SCRIPTS: [&str; 9] = ["adlm", "arab", "aran", "hebr", "mand", "nkoo", "rohg", "syrc", "thaa"];
    const LANGUAGES: [(&str, &str); 21] = [
        ("ar", "arab"),
        ("arc", "syrc"),
        ("ary", "arab"),
        ("arz", "arab"),
        ("azb", "arab"),
        ("ckb", "arab"),
        ("dv", "thaa"),
        ("fa", "arab"),
        ("glk", "arab"),
        ("he", "hebr"),
        ("ks", "arab"),
        ("lrc", "arab"),
        ("mey", "arab"),
        ("mzn", "arab"),
        ("nqo", "nkoo"),
        ("pnb", "arab"),
        ("ps", "arab"),
        ("sd", "arab"),
        ("syr", "syrc"),
        ("ug", "arab"),
        ("ur", "arab"),
    ];
    let mut subtags = language.split('-');
    let primary = subtags.next().unwrap_or_default();
    match subtags.find(|subtag| subtag.len() == 4) {
        Some(own) => SCRIPTS.into_iter().find(|script| script.eq_ignore_ascii_case(own)),
        None => LANGUAGES.into_iter().find(|(code, _)| code.eq_ignore_ascii_case(primary)).map(|(_, script)| script),
    }
}

/// The direction of a language's script, `ltr` or `rtl`.
pub(super) fn direction(language: &str) -> &'static str {
    if script(language).is_some() { "rtl" } else { "ltr" }
}

/// The theme's font for the script of a language, where phones may lack one: the name of the file without its ending.
pub(super) fn font(language: &str) -> Option<&'static str> {
    match script(language)? {
        "nkoo" => Some("nko"),
        "adlm" => Some("adlam"),
        _ => None,
    }
}

/// The theme's files of fonts that no page of a site needs.
pub(super) fn spare_fonts(site: &Site) -> Vec<&'static str> {
    let of_pages = site.pages.iter().map(|page| site.language_of(page));
    let languages: BTreeSet<&str> = of_pages.chain([site.config.language.as_str()]).collect();
    let is_spare = |(name, _): &(&str, &str)| !languages.iter().any(|language| font(language) == Some(name));
    [("nko", "nko.woff2"), ("adlam", "adlam.woff2")].into_iter().filter(is_spare).map(|(_, file)| file).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_decides_and_not_the_language_alone() {
        for rtl in ["ar", "ar-TD", "mey", "fa", "ur", "ha-Arab", "nqo", "bm-Nkoo", "man-nkoo", "ff-Adlm", "FF-adlm-GN"]
        {
            assert_eq!(direction(rtl), "rtl", "{rtl}");
        }
        for ltr in ["fr", "bm", "ff", "ff-Latn", "ha", "ur-Latn", "taq-Tfng", "en"] {
            assert_eq!(direction(ltr), "ltr", "{ltr}");
        }
        assert_eq!([font("nqo"), font("ff-Adlm"), font("ff"), font("ar")], [Some("nko"), Some("adlam"), None, None]);
    }
}
