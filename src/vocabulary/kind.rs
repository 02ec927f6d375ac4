//! What a table can list. Comes in: the words of a heading or caption, or the name of a kind. Goes out: a [`Kind`], with the
//! columns that it needs and can have.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{Field, fold};

/// The name of the data on how statuses changed, which is no kind of table.
pub const STATUS_HISTORY: &str = "status-history";

/// The name of the data on contradictions, which is no kind of table.
pub const CONTRADICTIONS: &str = "contradictions";

/// What a recognised table or list lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// What is being done: an intervention and its status.
    Interventions,
    /// What should be done: a focus area and its key actions.
    FocusAreas,
    /// What happened when.
    Timeline,
    /// Key figures: a fact and its value.
    Figures,
    /// Who does what where (3W): an organisation, a sector, a place.
    Presence,
    /// Who acts.
    Actors,
    /// What is contested: a claim and who makes it.
    Contested,
    /// Terms and what they mean.
    Glossary,
    /// What statements rest on.
    Sources,
    /// What changed on the site, and corrections.
    Updates,
    /// A kind that the site declares itself, by its place in the configuration.
    Own(u16),
}

/// A kind of the vocabulary (`kinds.toml`).
#[derive(Debug, Deserialize)]
struct Spec {
    code: String,
    subject: Field,
    needs: Vec<Vec<Field>>,
    columns: Vec<Field>,
    en: Vec<String>,
    fr: Vec<String>,
}

#[derive(Deserialize)]
struct File {
    kind: Vec<Spec>,
}

static SPECS: LazyLock<Vec<Spec>> = LazyLock::new(|| {
    toml::from_str::<File>(include_str!("kinds.toml")).expect("kinds.toml is tested with the program").kind
});

/// The folded words of headings, each with its kind.
static WORDS: LazyLock<Vec<(String, Kind)>> = LazyLock::new(|| {
    let of_kind = |kind: Kind| {
        kind.spec().into_iter().flat_map(move |spec| spec.en.iter().chain(&spec.fr).map(move |word| (fold(word), kind)))
    };
    Kind::BUILT_IN.into_iter().flat_map(of_kind).collect()
});

impl Kind {
    /// The kinds that every site has, in the order in which a table is tried.
    pub const BUILT_IN: [Kind; 10] = [
        Kind::Interventions,
        Kind::FocusAreas,
        Kind::Timeline,
        Kind::Figures,
        Kind::Presence,
        Kind::Actors,
        Kind::Contested,
        Kind::Glossary,
        Kind::Sources,
        Kind::Updates,
    ];

    fn spec(self) -> Option<&'static Spec> {
        let at = Kind::BUILT_IN.iter().position(|kind| *kind == self)?;
        SPECS.get(at)
    }

    /// The name of a built-in kind in addresses, classes and data; empty for a site's own, whose name the configuration has.
    pub fn as_str(self) -> &'static str {
        self.spec().map_or("", |spec| spec.code.as_str())
    }

    /// The column that names the subject of a row, for a built-in kind.
    pub fn subject(self) -> Field {
        self.spec().map_or(Field::Name, |spec| spec.subject)
    }

    /// The other columns that a table of this kind must have: of each list one.
    pub fn needs(self) -> &'static [Vec<Field>] {
        self.spec().map_or(&[], |spec| spec.needs.as_slice())
    }

    /// Every column that a table of this kind can have.
    pub fn columns(self) -> &'static [Field] {
        self.spec().map_or(&[], |spec| spec.columns.as_slice())
    }

    /// Whether what it lists are things with a name and a page of their own.
    pub fn has_pages(self) -> bool {
        matches!(self, Kind::Interventions | Kind::FocusAreas | Kind::Actors | Kind::Sources | Kind::Own(_))
    }

    /// The built-in kind that the words of a heading or caption name: the whole text, or its beginning or end at a word.
    pub fn named(words: &str) -> Option<Kind> {
        let folded = fold(words);
        let is_within = |word: &str| {
            folded == word
                || folded.strip_prefix(word).is_some_and(|rest| rest.starts_with([' ', ':', ',']))
                || folded.strip_suffix(word).is_some_and(|rest| rest.ends_with(' '))
        };
        let matching = WORDS.iter().filter(|(word, _)| is_within(word));
        matching.max_by_key(|(word, _)| word.len()).map(|(_, kind)| *kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_every_kind_in_its_order() {
        let codes: Vec<&str> = SPECS.iter().map(|spec| spec.code.as_str()).collect();
        assert_eq!(codes.len(), Kind::BUILT_IN.len());
        assert_eq!(Kind::Interventions.as_str(), "interventions");
        assert_eq!(Kind::Updates.as_str(), "updates");
        for kind in Kind::BUILT_IN {
            assert!(kind.columns().contains(&kind.subject()), "{kind:?}");
            assert!(kind.needs().iter().flatten().all(|field| kind.columns().contains(field)), "{kind:?}");
        }
    }

    #[test]
    fn headings_name_their_kind_in_both_languages() {
        for (words, kind) in [
            ("Timeline", Kind::Timeline),
            ("Chronologie de la crise", Kind::Timeline),
            ("Key facts", Kind::Figures),
            ("Les chiffres clés", Kind::Figures),
            ("Mises à jour", Kind::Updates),
            ("Points contestés", Kind::Contested),
            ("Who does what where (3W)", Kind::Presence),
            ("Glossaire", Kind::Glossary),
        ] {
            assert_eq!(Kind::named(words), Some(kind), "{words}");
        }
        assert_eq!(Kind::named("Why is Mali in crisis?"), None);
    }
}
