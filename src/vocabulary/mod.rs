//! The words of the trade as data: kinds of table, statuses, column headers, countries, types of actors, numbers and the
//! desk's phrases, in English and French. Comes in: a writer's words. Goes out: what they mean.

mod acronym;
pub mod actor_type;
pub mod country;
pub mod date;
pub mod desk;
mod fold;
pub mod harm;
pub mod header;
mod kind;
pub mod number;
mod own;
pub mod prose;
pub mod secret;
pub mod status;
pub mod status_cell;
mod words;

pub use actor_type::{ActorType, Side};
pub use country::Country;
pub use date::{Date, Day};
pub use fold::{alike, certain, fold, nearest};
pub use header::Field;
pub use kind::{CONTRADICTIONS, Kind, STATUS_HISTORY};
pub use number::Number;
pub use own::{Holds, OwnColumn, OwnKind, Vocabulary};
pub use status::Status;
pub use status_cell::{Reading, StatusCell, Step};

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    /// Texts that writers and their keyboards might give, cut anywhere.
    fn text() -> impl Strategy<Value = String> {
        let pieces = [
            "1",
            "٣",
            "234",
            ",",
            ".",
            " ",
            "\u{202f}",
            "'",
            "’",
            "-",
            "–",
            "(",
            ")",
            "(s)",
            "/",
            " and ",
            " et ",
            ";",
            "&",
            "about ",
            "million",
            "k",
            "M€",
            "$",
            "%",
            "Mali",
            "l’",
            "Ç",
            "İ",
            "ß",
            "\u{301}",
            "status",
            "Nom de l'",
            "UN",
            "ECOWAS",
            "s",
            "«",
            "”",
            "\"",
            "May ",
            "could ",
            "become",
            "experts ",
            "warn",
            "now",
            "2023-",
            "œ",
        ];
        prop::collection::vec(
            prop_oneof![4 => prop::sample::select(pieces.to_vec()).prop_map(str::to_owned), 1 => ".{0,3}"],
            0..9,
        )
        .prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in text(), language in prop::sample::select(vec!["en", "fr", "ar", ""])) {
            header::fields(&text);
            actor_type::read(&text);
            for country in country::find_all(&text) {
                prop_assert_eq!(country::find(&country.alpha3), Some(country));
            }
            for finding in desk::look(&text, language, false) {
                prop_assert!(!text[finding.range].is_empty());
            }
            for (range, acronym) in desk::acronyms(&text) {
                prop_assert_eq!(&text[range], acronym);
                desk::is_spelt_out(acronym, &text);
            }
            if let Some(number) = Number::parse(&text, language) {
                let plain = Number::parse(&number.canonical(), "en");
                prop_assert_eq!(plain.map(|plain| plain.canonical()), Some(number.canonical()));
                prop_assert!(number.agrees(&number) && number.value().is_finite());
                number.in_language(language);
            }
        }
    }
}
