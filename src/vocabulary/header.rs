//! Column headers: a header's words to the fields that they may mean. Comes in: a header as written.
//! Goes out: candidate fields; the table's other columns and cells decide between several.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::fold;

/// What a column holds. The words for each are in `headers.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the name of its column; headers.toml lists its words")]
pub enum Field {
    Intervention,
    Objective,
    Status,
    StatusDate,
    Actor,
    Funder,
    Partner,
    OrgType,
    Sector,
    FocusArea,
    KeyActions,
    Country,
    Admin1,
    Admin2,
    Location,
    Latitude,
    Longitude,
    Date,
    Start,
    End,
    AsOf,
    Event,
    EventType,
    Group,
    Fact,
    Value,
    Displaced,
    Refugees,
    InNeed,
    Targeted,
    Reached,
    Killed,
    Budget,
    Source,
    Id,
    Notes,
}

#[derive(Deserialize)]
struct Words {
    en: Vec<String>,
    fr: Vec<String>,
}

/// Folded header to the fields that it may mean, in the order of [`Field`].
static FIELDS: LazyLock<BTreeMap<String, Vec<Field>>> = LazyLock::new(|| {
    let words: BTreeMap<Field, Words> =
        toml::from_str(include_str!("headers.toml")).expect("headers.toml is tested with the program");
    let mut fields: BTreeMap<String, Vec<Field>> = BTreeMap::new();
    for (field, words) in &words {
        for word in words.en.iter().chain(&words.fr) {
            let of_word = fields.entry(fold(word)).or_default();
            if !of_word.contains(field) {
                of_word.push(*field);
            }
        }
    }
    fields
});

/// The fields that a header may mean: by the whole header, by its singular, then by its head noun
/// (the last word in English, the first word of what stands before `of`, `de`, `du`, `des`, `d'`). Empty if none.
pub fn fields(header: &str) -> Vec<Field> {
    let without_note = header.split('(').next().unwrap_or(header);
    let folded = fold(without_note);
    let head = head_noun(&folded);
    [folded.as_str(), singular(&folded), head, singular(head)]
        .into_iter()
        .find_map(|words| FIELDS.get(words))
        .cloned()
        .unwrap_or_default()
}

fn singular(words: &str) -> &str {
    words.strip_suffix('s').unwrap_or(words)
}

fn head_noun(folded: &str) -> &str {
    let linked = [" of ", " de ", " du ", " des ", " d'"].iter().filter_map(|link| folded.find(link)).min();
    match linked {
        Some(at) => folded[..at].split(' ').next().unwrap_or(folded),
        None => folded.rsplit(' ').next().unwrap_or(folded),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_list_means_its_field() {
        let words: BTreeMap<Field, Words> = toml::from_str(include_str!("headers.toml")).unwrap();
        assert!(words.len() > 30);
        for (field, words) in &words {
            for word in words.en.iter().chain(&words.fr) {
                assert!(fields(&word.to_uppercase()).contains(field), "{word} should mean {field:?}");
            }
        }
    }

    #[test]
    fn head_nouns_and_plurals_are_understood() {
        assert_eq!(fields("Project Status"), [Field::Status]);
        assert_eq!(fields("Statut du projet"), [Field::Status]);
        assert_eq!(fields("Interventions"), [Field::Intervention]);
        assert_eq!(fields("Domaine d’intervention"), [Field::FocusArea]);
        assert_eq!(fields("Objective (2024)"), [Field::Objective]);
        assert!(fields("Colour").is_empty());
        assert_eq!(fields("Date of operation"), [Field::Date]);
        assert_eq!(fields("Status of the project"), [Field::Status]);
        assert_eq!(fields("State"), [Field::Status, Field::Admin1]);
    }
}
