//! By what pages are read besides their own text: the part of the configuration that decides what a page means and what its
//! addresses are. Comes in: the configuration. Goes out: [`Rules`] for the reader of pages, [`Slugify`] for addresses.

use crate::vocabulary::Vocabulary;

/// By what a page is understood besides its own text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules<'a> {
    /// The words of the site.
    pub vocabulary: &'a Vocabulary,
    /// The language of pages that name none (BCP 47).
    pub language: &'a str,
    /// Whether the editor's desk looks at the wording.
    pub has_desk: bool,
    /// How Markdown is read.
    pub markdown: &'a Markdown,
    /// The names of the taxonomies that the site declares.
    pub taxonomies: &'a [String],
    /// The languages of the site besides its own.
    pub languages: &'a [String],
    /// Whose rules addresses follow.
    pub urls: Urls,
}

impl<'a> Rules<'a> {
    /// The languages that the names of files end with: for Zola a name that ends with the site's own is one like any other,
    /// for Hugo it is not.
    pub fn suffixes(&self) -> Suffixes<'a> {
        Suffixes { further: self.languages, own: Some(self.language).filter(|_| self.urls == Urls::Hugo) }
    }

    /// The rules of a site without a configuration.
    pub fn plain(vocabulary: &'a Vocabulary, markdown: &'a Markdown) -> Rules<'a> {
        Rules {
            vocabulary,
            language: "en",
            has_desk: true,
            markdown,
            taxonomies: &[],
            languages: &[],
            urls: Urls::Zola,
        }
    }
}

/// The languages that the names of pages may end with, as `why.fr.md` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suffixes<'a> {
    /// The languages besides the site's own.
    pub further: &'a [String],
    /// The site's own, where a name that ends with it says no more than one without.
    pub own: Option<&'a str>,
}

/// The taxonomies that need no declaration.
pub const USUAL_TAXONOMIES: [&str; 2] = ["tags", "categories"];

/// How Markdown is read, as `[markdown]` in the configuration says.
#[derive(Debug, Clone, PartialEq)]
pub struct Markdown {
    /// Whether HTML in a page is shown as such; else it is refused.
    pub raw_html: bool,
    /// Whether straight quotes, `--` and `...` become the ones that the page's language uses.
    pub smart_punctuation: bool,
    /// Whether names between colons, such as `:warning:`, become emoji.
    pub emoji: bool,
    /// Whether bare web addresses in a text become links (GFM, section 6.9).
    pub autolinks: bool,
    /// How the ids of headings are made.
    pub heading_ids: HeadingIds,
    /// Whether `--` stays in the ids of a site by Hugo's rules, which usually makes dashes of them before it makes ids.
    pub keeps_hyphens: bool,
}

impl Default for Markdown {
    fn default() -> Markdown {
        Markdown {
            raw_html: true,
            smart_punctuation: false,
            emoji: false,
            autolinks: true,
            heading_ids: HeadingIds::Zola(Slugs::On),
            keeps_hyphens: false,
        }
    }
}

/// How the ids of headings are made from their text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadingIds {
    /// As Zola makes them.
    Zola(Slugs),
    /// As Hugo and forges make them: in lower case, without punctuation, letters of all scripts kept.
    Github,
    /// As older sites of Hugo's make them: in lower case, all between letters and digits one hyphen.
    Blackfriday,
}

/// How much of a name is changed to make it a part of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Slugs {
    /// Lower-case ASCII letters, digits and hyphens, transliterated from any script.
    #[default]
    On,
    /// Only what file systems refuse is left out.
    Safe,
    /// Nothing.
    Off,
}

/// How names become parts of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Slugify {
    /// The names of pages.
    pub paths: Slugs,
    /// The terms of taxonomies.
    pub taxonomies: Slugs,
    /// Whether a date in front of a file's name stays in its address.
    pub keeps_dates: bool,
}

/// Whose rules the addresses of pages follow, where the two disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Urls {
    /// Zola's: names of pages are transliterated, names of folders stay as they are.
    #[default]
    Zola,
    /// Hugo's: lower case, spaces become hyphens, accents stay.
    Hugo,
}

/// Where a heading shows a link to itself (`insert_anchor_links`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AnchorLinks {
    /// Nowhere.
    #[default]
    None,
    /// Before its text.
    Left,
    /// After its text.
    Right,
    /// Its whole text is the link.
    Heading,
}

impl AnchorLinks {
    /// The words for them.
    pub const WORDS: [&'static str; 4] = ["none", "left", "right", "heading"];

    /// What a word says; `None` where it is none of them.
    pub fn of(word: &str) -> Option<AnchorLinks> {
        match word {
            "none" => Some(AnchorLinks::None),
            "left" => Some(AnchorLinks::Left),
            "right" => Some(AnchorLinks::Right),
            "heading" => Some(AnchorLinks::Heading),
            _ => None,
        }
    }
}
