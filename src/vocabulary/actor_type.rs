//! Types of actors. Comes in: a type as a writer words it ("UN mission", "Groupe armé").
//! Goes out: the [`ActorType`] that it means, with the side on which open data lists the actor.

use std::cmp::Reverse;
use std::sync::LazyLock;

use serde::Deserialize;

use super::fold;

/// One type of actor (`actor_types.toml`).
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct ActorType {
    /// The canonical code, such as `armed-group`.
    pub code: String,
    /// Whether such an actor takes part in the response.
    pub side: Side,
    /// The code of IATI OrganisationType, where there is one.
    pub iati: Option<String>,
    /// The code of HDX HAPI's organisation types, where there is one.
    pub hdx: Option<String>,
    /// Its words, in English and French.
    words: Vec<String>,
    /// Words that mean it only where they stand alone.
    #[serde(default)]
    alone: Vec<String>,
}

/// On which side of a crisis an actor is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Takes part in the response: governments, armies, the UN, aid organisations, donors.
    Response,
    /// Armed or criminal groups, which take no part in it.
    Party,
    /// Neither for sure. Published like a party, since to list an armed group among humanitarian organisations does
    /// harm, and the reverse does less.
    Unknown,
}

impl Side {
    /// The tag of HXL 1.1 for an actor of this side: `#org` is for those who contribute to the response only.
    pub fn hxl(self) -> &'static str {
        match self {
            Side::Response => "#org",
            Side::Party | Side::Unknown => "#group",
        }
    }
}

#[derive(Deserialize)]
struct File {
    r#type: Vec<ActorType>,
}

static TYPES: LazyLock<Vec<ActorType>> = LazyLock::new(|| {
    toml::from_str::<File>(include_str!("actor_types.toml"))
        .expect("actor_types.toml is tested with the program")
        .r#type
});

/// One wording of a type.
struct Wording {
    words: Vec<Word>,
    is_alone: bool,
    of_type: &'static ActorType,
}

/// A word as it is compared.
struct Word {
    folded: String,
    /// All in capitals: "UN" is not the French article.
    is_capitals: bool,
}

/// Every wording, the longest first.
static WORDINGS: LazyLock<Vec<Wording>> = LazyLock::new(|| {
    let of_type = |of_type: &'static ActorType| {
        let wording = move |text: &String, is_alone| Wording { words: words(text), is_alone, of_type };
        let words: Vec<Wording> = of_type.words.iter().map(|text| wording(text, false)).collect();
        words.into_iter().chain(of_type.alone.iter().map(move |text| wording(text, true)))
    };
    let mut wordings: Vec<Wording> = TYPES.iter().flat_map(of_type).collect();
    wordings.sort_by_key(|wording| Reverse(wording.words.len()));
    wordings
});

/// All types, `unknown` first.
pub fn all() -> &'static [ActorType] {
    &TYPES
}

/// The type that some words mean; `unknown` if none is known. Of several the words for an armed group count, then those
/// that leave it open, then the longest: "anti-government militia" is a militia.
pub fn read(text: &str) -> &'static ActorType {
    let words = words(text);
    // In a text all in capitals a lone "UN" may be the French article.
    let are_capitals_telling = words.len() == 1 || words.iter().any(|word| !word.is_capitals);
    let mut found: Vec<&Wording> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let begins = |wording: &&Wording| {
            let agree = wording.words.iter().enumerate().all(|(offset, wanted)| {
                let word = words.get(at + offset);
                word.is_some_and(|word| agrees(word, wanted, are_capitals_telling || wording.words.len() > 1))
            });
            agree && (!wording.is_alone || wording.words.len() == words.len())
        };
        let wording = WORDINGS.iter().find(begins);
        found.extend(wording);
        at += wording.map_or(1, |wording| wording.words.len());
    }
    let rank = |wording: &&&Wording| {
        let of_type = wording.of_type;
        let weight = match (of_type.side, of_type.code.as_str()) {
            (Side::Party, _) => 2,
            (_, "unknown") => 1,
            _ => 0,
        };
        (weight, wording.words.len())
    };
    // Of equals the first.
    let best = found.iter().rev().max_by_key(rank).map(|wording| wording.of_type);
    best.or(TYPES.first()).expect("the list of types is not empty")
}

/// The words of a text, without punctuation between them.
fn words(text: &str) -> Vec<Word> {
    let is_gap = |c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’' | '.') || is_mark(c));
    let word = |written: &str| {
        let letters = written.strip_suffix('s').unwrap_or(written); // "NGOs"
        let is_capitals = letters.chars().filter(|c| c.is_alphabetic()).count() > 1
            && letters.chars().all(|c| c.is_uppercase() || !c.is_alphabetic());
        Word { folded: fold(written).replace('.', ""), is_capitals }
    };
    text.split(is_gap).map(word).filter(|word| !word.folded.is_empty()).collect()
}

/// A mark that combines with the letter before it ("é" in two characters).
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Whether a word is the wanted one, its number and French agreement aside; capitals must be capitals, if they can tell.
fn agrees(word: &Word, wanted: &Word, are_capitals_telling: bool) -> bool {
    let (plural, one) = (word.folded.as_str(), wanted.folded.as_str());
    let without = |ending: &&str| plural.strip_suffix(*ending) == Some(one);
    let with = |ending: &str, instead: &str| {
        let stem = plural.strip_suffix(ending);
        stem.is_some() && stem == one.strip_suffix(instead)
    };
    if wanted.is_capitals {
        return are_capitals_telling && word.is_capitals && (plural == one || without(&"s"));
    }
    if plural.as_bytes().first() != one.as_bytes().first() {
        return false; // every ending leaves the first letter
    }
    let feminine = ["le", "les", "ne", "nes"];
    plural == one || ["s", "e", "es"].iter().chain(&feminine).any(without) || with("ies", "y") || with("aux", "al")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_list_means_its_type() {
        let mut codes: Vec<&str> = all().iter().map(|of_type| of_type.code.as_str()).collect();
        assert_eq!(codes[0], "unknown");
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), all().len());
        for of_type in all() {
            for word in of_type.words.iter().chain(&of_type.alone) {
                assert_eq!(read(word).code, of_type.code, "{word}");
            }
        }
    }

    #[test]
    fn types_are_read_as_writers_word_them() {
        for (text, code) in [
            ("UN mission", "un"),
            ("United Nations mission", "un"),
            ("UN Peacekeeping", "un"),
            ("U.N. agencies", "un"),
            ("Mission de l’ONU", "un"),
            ("Agences onusiennes", "un"),
            ("Armed group", "armed-group"),
            ("Non-state armed group", "armed-group"),
            ("Groupe armé non étatique", "armed-group"),
            ("groupes armés", "armed-group"),
            ("Government", "government"),
            ("Gouvernement de transition", "government"),
            ("Foreign state", "government"),
            ("Ministries", "government"),
            ("Local authorities", "local-government"),
            ("Mercenaries", "mercenary"),
            ("Private military company (Russian)", "mercenary"),
            ("Société militaire privée", "mercenary"),
            ("Regional organisation", "regional-organisation"),
            ("Organisations régionales", "regional-organisation"),
            ("Humanitarian", "ngo"),
            ("NGOs", "ngo"),
            ("ONG internationale", "international-ngo"),
            ("International NGOs", "international-ngo"),
            ("Military", "military"),
            ("Foreign military", "military"),
            ("Armée", "military"),
            ("Forces armées maliennes", "military"),
            ("Milice", "militia"),
            ("Pro-government militia", "militia"),
            ("Groupes d'autodéfense", "militia"),
            ("Donors", "donor"),
            ("Croix-Rouge", "red-cross"),
            ("Organised crime network", "criminal"),
            ("Jihadist coalition", "insurgent"),
        ] {
            assert_eq!(read(text).code, code, "{text}");
        }
    }

    /// The safeguard: no armed group becomes an organisation of the response.
    #[test]
    fn who_may_be_armed_is_no_organisation_of_the_response() {
        for text in [
            "Non-state armed group",
            "groupe armé non étatique",
            "anti-government militia",
            "Government-backed militia",
            "Humanitarian wing of an armed group",
            "Rebel government",
            "Rebel army",
            "Armed forces of the rebellion",
            "Paramilitary",
            "Paramilitary police",
            "Military wing",
            "Coalition armée",
            "Branche armée",
            "Islamic State",
            "État islamique",
            "Armed political party",
            "Armed community",
            "Islamic police",
            "Government proxies",
            "Opponents of the government",
            "Putschistes",
            "Houthi police",
            "Syrian National Army",
            "Revolutionary Armed Forces",
            "Forces armées révolutionnaires",
            "ARMED GROUP",
            "GROUPE ARME",
        ] {
            assert_eq!(read(text).side.hxl(), "#group", "{text}");
        }
        for text in
            ["anti-government militia", "Rebel government", "UN-backed armed group", "Milice progouvernementale"]
        {
            assert_eq!(read(text).side, Side::Party, "{text}");
        }
    }

    #[test]
    fn what_is_not_known_for_sure_stays_open() {
        for text in [
            "",
            "–",
            "Former government",
            "Ancien gouvernement",
            "De facto authorities",
            "Military junta",
            "Non-state actor",
            "Kachin army",
            "Un acteur local",
            "un",
            "UN ACTEUR LOCAL",
            "Failed state",
            "Individual",
            "Communauté",
            "University",
            "Counter-terrorist unit of the government",
        ] {
            assert_eq!(read(text).side, Side::Unknown, "{text}");
            assert_eq!(read(text).side.hxl(), "#group", "{text}");
        }
    }

    #[test]
    fn codes_of_others_stand_with_the_types() {
        let un = read("UN mission");
        assert_eq!((un.iati.as_deref(), un.hdx.as_deref(), un.side.hxl()), (Some("40"), Some("447"), "#org"));
        let group = read("Armed group");
        assert_eq!((group.iati.as_deref(), group.hdx.as_deref()), (None, None));
        for of_type in all().iter().filter(|of_type| of_type.side == Side::Party) {
            assert_eq!((&of_type.iati, &of_type.hdx), (&None, &None), "{}", of_type.code);
        }
    }
}
