//! Countries and territories of ISO 3166-1. Comes in: a name in English or French, or a code.
//! Goes out: the [`Country`] that it means, with its codes and names.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::fold;

/// A country or territory (`countries.toml`).
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Country {
    /// The code of ISO 3166-1 alpha-2, such as `ML`.
    pub alpha2: String,
    /// The code of ISO 3166-1 alpha-3, such as `MLI`.
    pub alpha3: String,
    /// The short name in English.
    pub en: String,
    /// The short name in French.
    pub fr: String,
    /// Other usual names and abbreviations.
    #[serde(default)]
    other: Vec<String>,
}

impl Country {
    /// The short name in the language with this BCP 47 tag: French, else English.
    pub fn name_in(&self, language: &str) -> &str {
        if language.split('-').next() == Some("fr") { &self.fr } else { &self.en }
    }
}

#[derive(Deserialize)]
struct File {
    country: Vec<Country>,
}

static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    toml::from_str::<File>(include_str!("countries.toml")).expect("countries.toml is tested with the program").country
});

/// Names as they are compared, and codes and abbreviations as they are written.
static NAMES: LazyLock<BTreeMap<String, &'static Country>> = LazyLock::new(|| {
    let names_of = |country: &'static Country| {
        let names = country.other.iter().chain([&country.en, &country.fr]);
        let names = names.map(|name| if is_abbreviation(name) { without_dots(name) } else { key(name) });
        let codes = [&country.alpha2, &country.alpha3].map(|code| code.to_owned());
        names.chain(codes).map(move |name| (name, country))
    };
    COUNTRIES.iter().flat_map(names_of).collect()
});

/// All countries and territories, in the order of their alpha-2 codes.
pub fn all() -> &'static [Country] {
    &COUNTRIES
}

/// The country with this name (case, accents and an article aside), or with this code or abbreviation as it is written:
/// `in` and `de` are no countries, `IN` and `DE` are.
pub fn find(text: &str) -> Option<&'static Country> {
    const ARTICLES: [&str; 6] = ["the ", "le ", "la ", "les ", "l'", "l’"];
    let text = text.trim();
    let by_name = |text: &str| NAMES.get(&without_dots(text)).or_else(|| NAMES.get(&key(text))).copied();
    let is_first = |article: &&&str| text.get(..article.len()).is_some_and(|start| start.eq_ignore_ascii_case(article));
    let article = ARTICLES.iter().find(is_first);
    by_name(text).or_else(|| by_name(&text[article?.len()..]))
}

/// The countries that a text lists, each once; none if anything else stands among them.
/// They are parted by `;`, `,`, `/`, `&`, "and" or "et"; a name that has one of these in it stays whole.
pub fn find_all(text: &str) -> Vec<&'static Country> {
    /// So many separators has no name of a country: "Saint Helena, Ascension and Tristan da Cunha" has two.
    const PARTS_MAX: usize = 4;
    let parts = parts(text);
    let mut found: Vec<&'static Country> = Vec::new();
    let mut at = 0;
    while at < parts.len() {
        let last = parts.len().min(at + PARTS_MAX);
        let longest = (at..last).rev().find_map(|end| Some((find(&text[parts[at].0..parts[end].1])?, end)));
        let Some((country, end)) = longest else { return Vec::new() };
        if !found.contains(&country) {
            found.push(country);
        }
        at = end + 1;
    }
    found
}

/// Where the parts of a list begin and end, in bytes.
fn parts(text: &str) -> Vec<(usize, usize)> {
    const SEPARATORS: [&str; 6] = [";", ",", "/", "&", " and ", " et "];
    let mut parts = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        let is_here = |separator: &&&str| {
            rest.get(..separator.len()).is_some_and(|s| s.eq_ignore_ascii_case(separator.as_bytes()))
        };
        match SEPARATORS.iter().find(is_here) {
            Some(separator) => {
                parts.push((start, at));
                // The space after "and" may begin the next separator: "Mali and & Niger" is no list, ", and " is one.
                at += separator.trim_end().len();
                start = at;
            }
            None => at += 1,
        }
    }
    parts.push((start, text.len()));
    parts.retain(|(start, end)| !text[*start..*end].trim().is_empty());
    parts
}

/// Folds a name for comparison: "St. Kitts & Nevis" is "Saint Kitts and Nevis".
fn key(name: &str) -> String {
    let folded = without_dots(&fold(name)).replace(" & ", " and ");
    match folded.strip_prefix("st ") {
        Some(rest) => format!("saint {rest}"),
        None => folded,
    }
}

fn without_dots(name: &str) -> String {
    name.replace('.', "")
}

/// Whether a name is made of initials: it is matched as written, since "car" is no country and "CAR" is one.
fn is_abbreviation(name: &str) -> bool {
    let has_few = name.chars().count() <= "U.S.A.".len();
    has_few && name.chars().skip(1).any(char::is_uppercase) && !name.contains(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<&'static str> {
        find_all(text).iter().map(|country| country.alpha3.as_str()).collect()
    }

    #[test]
    fn every_country_is_found_by_each_of_its_names_and_no_other_is() {
        assert_eq!(all().len(), 249);
        let mut keys = BTreeMap::new();
        for country in all() {
            let is_code =
                |code: &str, length| code.len() == length && code.bytes().all(|byte| byte.is_ascii_uppercase());
            assert!(is_code(&country.alpha2, 2) && is_code(&country.alpha3, 3), "{country:?}");
            let names = country.other.iter().chain([&country.en, &country.fr, &country.alpha2, &country.alpha3]);
            for name in names {
                assert_eq!(find(name), Some(country), "{name}");
                assert_eq!(find_all(name), [country], "{name}");
                let of_name = if is_abbreviation(name) { without_dots(name) } else { key(name) };
                assert_eq!(*keys.entry(of_name).or_insert(&country.alpha2), &country.alpha2, "{name}");
            }
        }
    }

    #[test]
    fn countries_are_found_however_they_are_written() {
        for (text, alpha3) in [
            ("Mali", "MLI"),
            ("MALI", "MLI"),
            (" le Mali ", "MLI"),
            ("ML", "MLI"),
            ("MLI", "MLI"),
            ("Cote d’Ivoire", "CIV"),
            ("la Côte d’Ivoire", "CIV"),
            ("Ivory Coast", "CIV"),
            ("The Gambia", "GMB"),
            ("D.R. Congo", "COD"),
            ("DRC", "COD"),
            ("RDC", "COD"),
            ("Congo-Brazzaville", "COG"),
            ("Congo", "COG"),
            ("Soudan du Sud", "SSD"),
            ("L'Ouganda", "UGA"),
            ("Niger", "NER"),
            ("Nigeria", "NGA"),
            ("Guinea-Bissau", "GNB"),
            ("Guinea", "GIN"),
            ("U.S.A.", "USA"),
            ("les États-Unis", "USA"),
            ("the UK", "GBR"),
            ("oPt", "PSE"),
            ("St. Lucia", "LCA"),
            ("Trinidad & Tobago", "TTO"),
            ("La Réunion", "REU"),
            ("TÜRKİYE", "TUR"),
        ] {
            assert_eq!(find(text).map(|country| country.alpha3.as_str()), Some(alpha3), "{text}");
        }
    }

    #[test]
    fn words_that_look_like_codes_are_no_countries() {
        for text in [
            "",
            "in",
            "de",
            "is",
            "it",
            "can",
            "and",
            "are",
            "car",
            "us",
            "per",
            "Ml",
            "opt",
            "Sahel",
            "West Africa",
            "the",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }

    #[test]
    fn a_list_of_countries_is_one_only_if_all_are() {
        for (text, alpha3) in [
            ("Mali; Burkina Faso; Niger", vec!["MLI", "BFA", "NER"]),
            ("Mali, Niger, and Chad", vec!["MLI", "NER", "TCD"]),
            ("le Mali, le Niger et le Tchad", vec!["MLI", "NER", "TCD"]),
            ("MLI/BFA", vec!["MLI", "BFA"]),
            ("Bosnia and Herzegovina and Serbia", vec!["BIH", "SRB"]),
            ("Serbie, Bosnie et Herzégovine", vec!["SRB", "BIH"]),
            ("Trinidad and Togo", vec!["TTO", "TGO"]),
            ("Congo, Democratic Republic of the", vec!["COD"]),
            ("Saint Helena, Ascension and Tristan da Cunha; Mali", vec!["SHN", "MLI"]),
            ("Mali, Mali", vec!["MLI"]),
            ("Mali & Niger,", vec!["MLI", "NER"]),
            ("Mali, Sahel", vec![]),
            ("Mali etc.", vec![]),
            ("Mali andNiger", vec![]),
            ("", vec![]),
            (",", vec![]),
            ("é;ü", vec![]),
        ] {
            assert_eq!(codes(text), alpha3, "{text}");
        }
    }

    #[test]
    fn a_country_has_its_name_in_the_pages_language() {
        let country = find("CIV").unwrap();
        assert_eq!(country.name_in("en"), "Ivory Coast");
        assert_eq!(country.name_in("fr-ML"), "Côte d'Ivoire");
        assert_eq!(country.name_in("ar"), "Ivory Coast");
    }
}
