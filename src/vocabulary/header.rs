//! Column headers: a header's words to the fields that they may mean. Comes in: a header as written.
//! Goes out: candidate fields; the table's other columns and cells decide between several.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
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
    OrgType,
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
    Role,
    Alias,
    Claim,
    Claimant,
    Title,
    Publisher,
    Accessed,
    Url,
    Unit,
    Term,
    Definition,
    Name,
    /// A column that a site declares itself, by its number in the configuration.
    #[serde(skip)]
    Own(u16),
}

impl Field {
    /// The word for this field in data and configuration; `own` for every column that a site declares.
    pub fn as_str(self) -> &'static str {
        match self {
            Field::Intervention => "intervention",
            Field::Objective => "objective",
            Field::Status => "status",
            Field::StatusDate => "status_date",
            Field::Actor => "actor",
            Field::Funder => "funder",
            Field::Partner => "partner",
            Field::Sector => "sector",
            Field::FocusArea => "focus_area",
            Field::KeyActions => "key_actions",
            Field::Country => "country",
            Field::Admin1 => "admin1",
            Field::Admin2 => "admin2",
            Field::Location => "location",
            Field::Latitude => "latitude",
            Field::Longitude => "longitude",
            Field::Date => "date",
            Field::Start => "start",
            Field::End => "end",
            Field::AsOf => "as_of",
            Field::Event => "event",
            Field::EventType => "event_type",
            Field::OrgType => "org_type",
            Field::Group => "group",
            Field::Fact => "fact",
            Field::Value => "value",
            Field::Displaced => "displaced",
            Field::Refugees => "refugees",
            Field::InNeed => "in_need",
            Field::Targeted => "targeted",
            Field::Reached => "reached",
            Field::Killed => "killed",
            Field::Budget => "budget",
            Field::Source => "source",
            Field::Id => "id",
            Field::Notes => "notes",
            Field::Role => "role",
            Field::Alias => "alias",
            Field::Claim => "claim",
            Field::Claimant => "claimant",
            Field::Title => "title",
            Field::Publisher => "publisher",
            Field::Accessed => "accessed",
            Field::Url => "url",
            Field::Unit => "unit",
            Field::Term => "term",
            Field::Definition => "definition",
            Field::Name => "name",
            Field::Own(_) => "own",
        }
    }
}

impl Field {
    /// Every column of the vocabulary.
    pub fn all() -> impl Iterator<Item = Field> {
        ALL.iter().copied()
    }

    /// The column with this name in configuration and data.
    pub fn named(name: &str) -> Option<Field> {
        Field::all().find(|field| field.as_str() == name)
    }
}

#[derive(Deserialize)]
struct Words {
    en: Vec<String>,
    fr: Vec<String>,
}

/// What a word of `headers.toml` means.
#[derive(Default)]
struct Meaning {
    /// In the order of [`Field`].
    fields: Vec<Field>,
    /// Whether it is a word of English.
    is_english: bool,
    /// Whether it is a word of French.
    is_french: bool,
}

/// Folded words to their meaning, as they are listed and in the singular.
struct Dictionary {
    listed: HashMap<String, Meaning>,
    singular: HashMap<String, Meaning>,
}

impl Dictionary {
    fn get(&self, words: &str) -> Option<&Meaning> {
        self.listed.get(words).or_else(|| self.singular.get(&singular(words)))
    }
}

static LISTED: LazyLock<BTreeMap<Field, Words>> =
    LazyLock::new(|| toml::from_str(include_str!("headers.toml")).expect("headers.toml is tested with the program"));

static ALL: LazyLock<Vec<Field>> = LazyLock::new(|| LISTED.keys().copied().collect());

static WORDS: LazyLock<Dictionary> = LazyLock::new(|| {
    let mut dictionary = Dictionary { listed: HashMap::new(), singular: HashMap::new() };
    for (field, words) in LISTED.iter() {
        let english = words.en.iter().map(|word| (word, true));
        for (word, is_english) in english.chain(words.fr.iter().map(|word| (word, false))) {
            let listed = fold(word);
            let one = singular(&listed);
            // A lone plural stands for itself: "Steps" are key actions, "Step" is not.
            if one == listed || listed.contains(' ') {
                note(dictionary.singular.entry(one).or_default(), *field, is_english);
            }
            note(dictionary.listed.entry(listed).or_default(), *field, is_english);
        }
    }
    dictionary
});

fn note(meaning: &mut Meaning, field: Field, is_english: bool) {
    if !meaning.fields.contains(&field) {
        meaning.fields.push(field);
    }
    meaning.is_english |= is_english;
    meaning.is_french |= !is_english;
}

/// The fields that a header may mean, in the order of [`Field`]; empty if none.
///
/// By the whole header, number and French agreement aside; by the thing that is named ("Name of the project"); then by
/// the head of the phrase: in English its last words ("Planned start date"), before `of` if there is one, in French its
/// first words ("Date de début prévue"). What stands after another preposition, or beside `and`, decides nothing.
pub fn fields(header: &str) -> Vec<Field> {
    let Some(at) = header.find("(s)") else { return fields_of(header) };
    let rest = &header[at + "(s)".len()..];
    let mut both = fields_of(&format!("{}{rest}", &header[..at]));
    both.extend(fields_of(&format!("{}s{rest}", &header[..at])));
    both.sort();
    both.dedup();
    both
}

fn fields_of(header: &str) -> Vec<Field> {
    const JOINTS: [&str; 9] = ["/", "&", "+", ",", ";", " and ", " or ", " et ", " ou "];
    let without_note = header.split('(').next().unwrap_or(header);
    let folded = fold(without_note);
    if let Some(meaning) = WORDS.get(&folded) {
        return meaning.fields.clone();
    }
    let mut parts = vec![folded.as_str()];
    for joint in JOINTS.into_iter().filter(|joint| folded.contains(joint)) {
        parts = parts.into_iter().flat_map(|part| part.split(joint)).collect();
    }
    // Of two things that are joined, what both can mean.
    let mut of_parts = parts.into_iter().map(|part| of_phrase(part.trim()));
    let first = of_parts.next().unwrap_or_default();
    of_parts.fold(first, |shared, other| shared.into_iter().filter(|field| other.contains(field)).collect())
}

/// Words that look like a field's, and name something else.
const OTHER_THINGS: [&str; 3] = ["united states", "etats unis", "head of state"];

fn of_phrase(folded: &str) -> Vec<Field> {
    if OTHER_THINGS.contains(&folded) {
        return Vec::new();
    }
    if let Some(meaning) = WORDS.get(folded) {
        return meaning.fields.clone();
    }
    of_named(folded).or_else(|| of_head(folded)).unwrap_or_default()
}

/// The thing whose name or title the column holds: "Project name", "Nom de l'intervention".
fn of_named(folded: &str) -> Option<Vec<Field>> {
    const NAMES: [&str; 5] = ["name", "nom", "intitule", "title", "titre"];
    const LINKS: [&str; 12] =
        ["of the ", "of an ", "of a ", "of ", "de l'", "de la ", "du ", "des ", "d'une ", "d'un ", "d'", "de "];
    let (first, rest) = folded.split_once(' ')?;
    let (before, last) = folded.rsplit_once(' ')?;
    let is_name = |word: &str| NAMES.contains(&singular(word).as_str());
    let link = LINKS.iter().find(|link| rest.starts_with(**link)).filter(|_| is_name(first));
    let (name, thing) = match link {
        Some(link) => (first, &rest[link.len()..]),
        None => (last, before),
    };
    let found = is_name(name).then(|| of_phrase(thing)).filter(|fields| !fields.is_empty())?;
    // The title of a project is its name, the title of a source is not.
    let is_title = matches!(singular(name).as_str(), "title" | "titre");
    (!is_title || matches!(found[..], [Field::Intervention | Field::Event])).then_some(found)
}

/// Words that part the head of a phrase from what it is of.
const LINKS: [&str; 4] = ["of", "de", "du", "des"];

/// Some words to look up.
type List = LazyLock<HashSet<&'static str>>;

/// A list of words, parted by spaces.
fn list(words: &'static str) -> HashSet<&'static str> {
    words.split(' ').collect()
}

/// Words after which something else is spoken of than what the column holds.
static PREPOSITIONS: List = LazyLock::new(|| {
    list(
        "about against at by for from in into on per than that to under with without a au aux avec contre dans en \
        par pour sans sous sur vers chez",
    )
});

fn of_head(folded: &str) -> Option<Vec<Field>> {
    const BEFORE_FRENCH: [&str; 8] =
        ["principal", "principau", "principale", "nouveau", "nouvelle", "autre", "dernier", "derniere"];
    let words: Vec<&str> = folded.split(' ').collect();
    let is_before = |word: &&&str| BEFORE_FRENCH.contains(&singular(word).as_str());
    let skipped = words.iter().take_while(is_before).count();
    let words = &words[skipped..];
    let cut = words.iter().position(|word| {
        LINKS.contains(word) || word.starts_with("d'") || word.starts_with("l'") || PREPOSITIONS.contains(word)
    });
    if cut.is_some_and(|cut| PREPOSITIONS.contains(words[cut])) {
        return None;
    }
    let is_linked = cut.is_some();
    let head = &words[..cut.unwrap_or(words.len())];
    let english = (0..head.len()).find_map(|at| {
        let is_end_of_english = |meaning: &&Meaning| meaning.is_english || skipped > 0 && at == 0;
        meaning_of(&head[at..], is_linked).filter(is_end_of_english)
    });
    let french = || {
        (1..words.len()).rev().find_map(|end| {
            let rest = &words[end..];
            let is_sure = |meaning: &&Meaning| {
                let is_french_only = meaning.is_french && !meaning.is_english;
                let is_qualified = rest.iter().all(|word| is_qualifier(word));
                is_french_only || (meaning.is_french && rest[0].starts_with("d'")) || is_qualified
            };
            meaning_of(&words[..end], is_linked).filter(is_sure)
        })
    };
    let is_english_link = cut.is_some_and(|cut| words[cut] == "of");
    let found = if is_linked && !is_english_link { french().or(english) } else { english.or_else(french) };
    found.map(|meaning| meaning.fields.clone())
}

/// The meaning of the head of a phrase, if its words can be one.
fn meaning_of(words: &[&str], is_linked: bool) -> Option<&'static Meaning> {
    /// No nouns, or nouns that with another word mean something else: "Short term", "Phone number", "Military unit".
    static ONLY_ALONE: List = LazyLock::new(|| {
        list(
            "by who from to until since when where par qui de au ou quand depuis selon dit what quoi item word mot \
            term sens type side position camp address adresse unit unite published accessed retrieved consulted pin lat \
            lon lng d'apres",
        )
    });
    /// Those that are heads before `of` and its like only.
    const LINKED_ONLY: [&str; 5] = ["number", "title", "titre", "name", "nom"];
    let joined = words.join(" ");
    let one = singular(&joined);
    let is_head = |word: &str| !ONLY_ALONE.contains(word) && (is_linked || !LINKED_ONLY.contains(&word));
    WORDS.get(&joined).filter(|_| is_head(&joined) && is_head(&one))
}

/// Whether a word after the head says more about it, and leaves it what it is: "Actions taken", "Statut actuel".
fn is_qualifier(word: &str) -> bool {
    static QUALIFIERS: List = LazyLock::new(|| {
        list(
            "now today taken needed planned proposed recommended required received used actuel actuelle courant \
            principal principale principau prioritaire cle responsable prevu propose recommande mene realise entrepris prise \
            envisage planifie attendu recent humanitaire national nationale international internationale local locale \
            general generale specifique global globale total totale estime strategique concerne cible exact limite",
        )
    });
    let one = singular(word);
    QUALIFIERS.contains(one.as_str()) || one.strip_suffix('e').is_some_and(|one| QUALIFIERS.contains(one))
}

/// Each word in the singular, and French participles in the masculine: "countries", "lieux", "menées par".
fn singular(words: &str) -> String {
    let mut all = String::with_capacity(words.len());
    for (at, word) in words.split(' ').enumerate() {
        if at > 0 {
            all.push(' ');
        }
        all.push_str(&singular_of_word(word));
    }
    all
}

fn singular_of_word(word: &str) -> Cow<'_, str> {
    let is_short = word.chars().count() <= 3;
    if is_short || word == "pays" || ["ss", "us", "is"].iter().any(|ending| word.ends_with(ending)) {
        return word.into();
    }
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y").into();
    }
    let has_x = ["aux", "eux", "oux"].iter().any(|ending| word.ends_with(ending));
    let one = word.strip_suffix('s').or_else(|| word.strip_suffix('x').filter(|_| has_x)).unwrap_or(word);
    match one.strip_suffix("ee") {
        Some(stem) => format!("{stem}e").into(),
        None => one.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_list_means_its_field() {
        let words: BTreeMap<Field, Words> = toml::from_str(include_str!("headers.toml")).unwrap();
        assert!(words.len() > 40);
        for (field, words) in &words {
            for word in words.en.iter().chain(&words.fr) {
                assert!(fields(&word.to_uppercase()).contains(field), "{word} should mean {field:?}");
            }
        }
    }

    #[test]
    fn every_field_is_called_as_in_the_list() {
        let words: BTreeMap<String, toml::Value> = toml::from_str(include_str!("headers.toml")).unwrap();
        let by_field: BTreeMap<Field, Words> = toml::from_str(include_str!("headers.toml")).unwrap();
        let mut names: Vec<&str> = by_field.keys().map(|field| field.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, words.keys().collect::<Vec<_>>());
        assert_eq!(Field::Own(3).as_str(), "own");
        assert!(toml::from_str::<BTreeMap<Field, Words>>("[own]\nen = []\nfr = []").is_err());
    }

    /// The aliases of the domain's design, section 2.3, word by word.
    #[test]
    fn the_words_of_the_trade_are_all_known() {
        use Field::*;
        let trade: [(Field, &str); 71] = [
            (
                Intervention,
                "intervention type, intervention, activity, programme, program, project, mission, operation",
            ),
            (Intervention, "measure, response, action, instrument"),
            (
                Intervention,
                "type d'intervention, intervention, activité, programme, projet, mission, opération, mesure",
            ),
            (Intervention, "réponse, action, dispositif"),
            (Objective, "objective, aim, goal, purpose, mandate, intended outcome"),
            (Objective, "objectif, but, finalité, mandat, résultat attendu"),
            (Status, "status, state, current status, phase, stage, progress"),
            (Status, "statut, état, situation, phase, avancement, état d'avancement"),
            (StatusDate, "since, status date, changed"),
            (StatusDate, "depuis, date du statut, changement"),
            (Actor, "actor, lead, by, who, implementer, implementing partner, organisation, led by"),
            (Actor, "acteur, responsable, par, qui, partenaire de mise en œuvre, organisation, mené par, chef de file"),
            (Funder, "donor, funder, funded by"),
            (Funder, "bailleur, donateur, financé par, financement"),
            (Partner, "partner, programming partner, lead agency"),
            (Partner, "partenaire, agence principale"),
            (OrgType, "organisation type"),
            (OrgType, "type d'organisation"),
            (Sector, "sector, cluster, theme"),
            (Sector, "secteur, cluster, groupe sectoriel, thème"),
            (FocusArea, "focus area, area, priority, pillar, strategy, domain"),
            (FocusArea, "domaine, axe, priorité, pilier, domaine d'action, axe stratégique"),
            (KeyActions, "key actions, actions, measures, steps, recommendations, options"),
            (KeyActions, "actions clés, actions, mesures, étapes, recommandations, options"),
            (Country, "country, countries"),
            (Country, "pays"),
            (Admin1, "region, admin 1, adm1, state, province, governorate"),
            (Admin1, "région, admin 1, province"),
            (Admin2, "district, cercle, admin 2"),
            (Admin2, "cercle, département, admin 2"),
            (Location, "location, place, where, site, town"),
            (Location, "lieu, localité, où, site, ville, zone"),
            (Latitude, "latitude, lat"),
            (Longitude, "longitude, lon"),
            (Date, "date, when, year"),
            (Date, "date, quand, année"),
            (Start, "start, start date, from, began"),
            (Start, "début, date de début, de"),
            (End, "end, end date, until, to"),
            (End, "fin, date de fin, jusqu'à"),
            (AsOf, "as of, as at, as-of, data as of, last checked, updated, verified"),
            (AsOf, "au, à la date du, en date du, données au, vérifié le, mis à jour, actualisé"),
            (Event, "event, what happened, development, milestone"),
            (Event, "événement, fait, ce qui s'est passé, étape"),
            (EventType, "type, event type"),
            (EventType, "type, type d'événement"),
            (Group, "armed group, group, party"),
            (Group, "groupe armé, groupe, partie"),
            (Fact, "fact, figure, indicator, metric, key fact, measure"),
            (Fact, "fait, chiffre, indicateur, donnée, chiffre clé"),
            (Value, "value, number, figure, total, people"),
            (Value, "valeur, nombre, chiffre, total, personnes"),
            (Displaced, "idps, displaced, internally displaced"),
            (Displaced, "pdi, déplacés, déplacés internes"),
            (Refugees, "refugees"),
            (Refugees, "réfugiés"),
            (InNeed, "people in need, pin"),
            (InNeed, "personnes dans le besoin"),
            (Targeted, "targeted"),
            (Targeted, "ciblées"),
            (Reached, "reached"),
            (Reached, "atteintes, assistées"),
            (Killed, "killed, fatalities, deaths"),
            (Killed, "tués, décès, morts"),
            (Budget, "budget, cost, funding, amount"),
            (Budget, "budget, coût, financement, montant"),
            (Source, "source, sources, reference, citation, link"),
            (Source, "source, sources, référence, lien"),
            (Id, "id, ref, code, réf"),
            (Notes, "notes, comment, remarks, details"),
            (Notes, "notes, commentaire, remarques, détails"),
        ];
        for (field, words) in trade {
            for word in words.split(", ") {
                assert!(fields(word).contains(&field), "{word} should mean {field:?}, not {:?}", fields(word));
            }
        }
    }

    #[test]
    fn head_nouns_and_plurals_are_understood() {
        for (header, field) in [
            ("Project Status", Field::Status),
            ("Statut du projet", Field::Status),
            ("Interventions", Field::Intervention),
            ("Domaine d’intervention", Field::FocusArea),
            ("Objective (2024)", Field::Objective),
            ("Date of operation", Field::Date),
            ("Status of the project", Field::Status),
            ("STATUT ACTUEL", Field::Status),
            ("Statut courant", Field::Status),
            ("Current status of the project", Field::Status),
            ("État d’avancement des projets", Field::Status),
            ("Area of focus", Field::FocusArea),
            ("Focus areas", Field::FocusArea),
            ("Axes prioritaires", Field::FocusArea),
            ("Principaux axes", Field::FocusArea),
            ("Priorities", Field::FocusArea),
            ("Key action(s)", Field::KeyActions),
            ("Key action", Field::KeyActions),
            ("Actions principales", Field::KeyActions),
            ("Actions taken", Field::KeyActions),
            ("Lead organisation", Field::Actor),
            ("Organisation responsable", Field::Actor),
            ("Responsable de la mise en œuvre", Field::Actor),
            ("Menées par", Field::Actor),
            ("As of (date)", Field::AsOf),
            ("Source(s)", Field::Source),
            ("Date de début prévue", Field::Start),
            ("Planned start date", Field::Start),
            ("Number of people", Field::Value),
            ("Nombre de personnes", Field::Value),
            ("Lieux", Field::Location),
            ("Publication date", Field::Date),
            ("Publiée le", Field::Date),
            ("Aussi appelées", Field::Alias),
            ("Who says so?", Field::Claimant),
            ("Points contestés", Field::Claim),
            ("Site web du projet", Field::Url),
            ("Authors", Field::Publisher),
            ("Comments", Field::Notes),
            ("Source of information", Field::Source),
            ("Start / start date", Field::Start),
        ] {
            assert_eq!(fields(header), [field], "{header}");
        }
    }

    #[test]
    fn the_name_of_a_thing_is_the_thing() {
        for (header, field) in [
            ("Project Name", Field::Intervention),
            ("Name of the project", Field::Intervention),
            ("Nom de l'intervention", Field::Intervention),
            ("Nom de l’intervention", Field::Intervention),
            ("Nom du projet", Field::Intervention),
            ("Project title", Field::Intervention),
            ("Intitulé du projet", Field::Intervention),
            ("Names of the lead organisations", Field::Actor),
            ("Country name", Field::Country),
            ("Title of the document", Field::Title),
            ("Titre de la source", Field::Title),
            ("Full name", Field::Alias),
            ("Nom complet", Field::Alias),
            ("Name", Field::Name),
        ] {
            assert_eq!(fields(header), [field], "{header}");
        }
    }

    #[test]
    fn one_word_may_mean_several_fields() {
        for (header, several) in [
            ("State", vec![Field::Status, Field::Admin1]),
            ("Type", vec![Field::EventType, Field::OrgType]),
            ("Acronym", vec![Field::Alias, Field::Term]),
            ("Sigle", vec![Field::Alias, Field::Term]),
            ("Action(s)", vec![Field::Intervention, Field::KeyActions]),
        ] {
            assert_eq!(fields(header), several, "{header}");
        }
    }

    #[test]
    fn what_only_looks_like_a_field_is_none() {
        for header in [
            "",
            "(status)",
            "Colour",
            "Comments on the text",
            "Comments on status",
            "Peace",
            "Wait",
            "Pay",
            "Step",
            "Project manager",
            "Mission commander",
            "Situation in Mali",
            "Short term",
            "Phone number",
            "Email address",
            "Military unit",
            "File name",
            "Type of aid",
            "United States",
            "États-Unis",
            "Head of state",
            "Cause of death",
            "Approved by",
            "Country and budget",
            "Coût par personne",
            "Own",
        ] {
            assert_eq!(fields(header), [], "{header}");
        }
    }
}
