//! The codes of problems: stable words, kept in this one place, never reused.

use std::fmt;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something is wrong for readers, or cannot be published.
    Error,
    /// Something is doubtful and should be looked at.
    Warning,
    /// Something could be better.
    Hint,
}

impl Level {
    /// The word for this level in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Hint => "hint",
        }
    }
}

/// Defines the codes once: name, word, level, and whether the site cannot be built with it.
macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $word:literal, $level:ident, $stops:literal;)+) => {
        /// The kind of a problem.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code { $($(#[doc = $doc])+ $name,)+ }

        impl Code {
            /// Every code, in the order of the list.
            pub const ALL: &'static [Code] = &[$(Code::$name,)+];

            /// The stable word.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $word,)+ }
            }

            /// What it means, in one sentence.
            pub fn summary(self) -> &'static str {
                match self { $(Code::$name => concat!($($doc),+).trim_ascii(),)+ }
            }

            /// The level of problems with this code.
            pub fn level(self) -> Level {
                match self { $(Code::$name => Level::$level,)+ }
            }

            /// Whether a site with this problem would not be trustworthy, so that nothing is written.
            pub fn stops(self) -> bool {
                match self { $(Code::$name => $stops,)+ }
            }
        }
    };
}

codes! {
    /// `brink.toml` cannot be read as TOML, or a value has the wrong type.
    ConfigInvalid = "config-invalid", Error, true;
    /// `brink.toml` has a key that Brink does not know.
    ConfigUnknownKey = "config-unknown-key", Warning, false;
    /// The front matter of a page cannot be read as TOML or YAML.
    FrontMatterInvalid = "front-matter-invalid", Error, true;
    /// A value in the front matter has the wrong type.
    FrontMatterValue = "front-matter-value", Error, false;
    /// The front matter has a key that Brink does not know.
    FrontMatterUnknownKey = "front-matter-unknown-key", Warning, false;
    /// A file is not UTF-8 text.
    NotUtf8 = "not-utf8", Error, true;
    /// The theme has no words of the interface in the site's language.
    LanguageUnknown = "language-unknown", Warning, false;
    /// A template replaces nothing, and its name is nearly that of one that it could replace.
    TemplateUnused = "template-unused", Warning, false;
    /// Two outputs have the same address.
    UrlCollision = "url-collision", Error, true;
    /// A file would be published under a name or path that is longer than disks can hold.
    NameTooLong = "name-too-long", Error, true;
    /// A file would be published under a name that Windows refuses.
    NameNotPortable = "name-not-portable", Error, false;
    /// A template cannot be read, or fails while a page is rendered.
    TemplateInvalid = "template-invalid", Error, true;
    /// A page names a template that does not exist.
    TemplateMissing = "template-missing", Warning, false;
    /// A link leads to a page or file that does not exist.
    LinkBroken = "link-broken", Error, false;
    /// A link leads to a heading or row that does not exist.
    AnchorBroken = "anchor-broken", Error, false;
    /// A link leads to a page that is a draft.
    LinkDraft = "link-draft", Error, false;
    /// A picture does not exist.
    PictureMissing = "picture-missing", Error, false;
    /// A picture says where it was taken.
    PicturePlace = "picture-place", Warning, false;
    /// A picture says nothing to those who cannot see it.
    PictureAlt = "picture-alt", Warning, false;
    /// A picture cannot be read.
    PictureUnreadable = "picture-unreadable", Error, false;
    /// A file that is published as it is says who made it, where or with what.
    MetadataLeft = "metadata-left", Warning, false;
    /// A key or password would be published.
    SecretPublished = "secret-published", Error, false;
    /// A file is left out of what is published, since it looks private.
    FileLeftOut = "file-left-out", Hint, false;
    /// A telephone number or e-mail address could lead to somebody.
    HarmContact = "harm-contact", Hint, false;
    /// A text says exactly where something is.
    HarmCoordinates = "harm-coordinates", Hint, false;
    /// A number of a document or account could lead to somebody.
    HarmIdentity = "harm-identity", Warning, false;
    /// A link or picture has an address that browsers run as a program.
    LinkDangerous = "link-dangerous", Error, false;
    /// A page loads something from another server, which readers' browsers are told not to do.
    ElsewhereBlocked = "elsewhere-blocked", Warning, false;
    /// HTML in a page has a program in an attribute, which browsers are told not to run.
    HandlerBlocked = "handler-blocked", Warning, false;
    /// The address of a link has parameters by which readers are followed.
    LinkTracking = "link-tracking", Hint, false;
    /// An older address of a page is taken by another one.
    AliasTaken = "alias-taken", Error, false;
    /// A page is filed under a taxonomy that the configuration does not declare.
    TaxonomyUndeclared = "taxonomy-undeclared", Hint, false;
    /// Two terms of a taxonomy are written differently and have one address.
    TermsDiffer = "terms-differ", Hint, false;
    /// A page has nothing of what its section is sorted by.
    PageUnsorted = "page-unsorted", Hint, false;
    /// HTML stands in a page of a site that refuses it.
    RawHtml = "raw-html", Error, false;
    /// A page calls a shortcode that does not exist.
    ShortcodeUnknown = "shortcode-unknown", Error, false;
    /// What looks like a shortcode cannot be read as one.
    ShortcodeUnreadable = "shortcode-unreadable", Error, false;
    /// A shortcode failed, or its template cannot be read.
    ShortcodeFailed = "shortcode-failed", Error, false;
    /// An address elsewhere leads to nothing any more.
    LinkGone = "link-gone", Error, false;
    /// Whether an address elsewhere still works could not be told.
    LinkUnsure = "link-unsure", Hint, false;
    /// A footnote is used but not written.
    FootnoteUndefined = "footnote-undefined", Error, false;
    /// A footnote is written twice.
    FootnoteDoubled = "footnote-doubled", Error, false;
    /// What looks like a heading cannot be read as one.
    HeadingUnreadable = "heading-unreadable", Warning, false;
    /// A block of code is never closed.
    CodeOpen = "code-open", Warning, false;
    /// What looks like a link or picture cannot be read as one.
    LinkUnreadable = "link-unreadable", Warning, false;
    /// What looks like a table cannot be read as one.
    TableUnreadable = "table-unreadable", Warning, false;
    /// A row of a recognised table names nothing.
    RowNameless = "row-nameless", Warning, false;
    /// A status is not in the vocabulary.
    StatusUnknown = "status-unknown", Warning, false;
    /// A cell for a date holds none that can be read.
    DateUnreadable = "date-unreadable", Warning, false;
    /// A row of a table has more or fewer cells than its header.
    RowRagged = "row-ragged", Warning, false;
    /// Quotes, lists or emphasis are nested too deep to be shown as such.
    NestingTooDeep = "nesting-too-deep", Warning, false;
    /// A remark that settles a finding cannot be understood.
    SettlementInvalid = "settlement-invalid", Warning, false;
    /// A remark settles a finding that is not there.
    SettlementUnused = "settlement-unused", Hint, false;
    /// Two statements on the same thing cannot both hold at the same time.
    Contradiction = "contradiction", Warning, false;
    /// A newer statement says something else than this one.
    Superseded = "superseded", Hint, false;
    /// A statement is so old that it should be looked at again.
    Stale = "stale", Warning, false;
    /// Something is planned for a date that is past.
    Overdue = "overdue", Warning, false;
    /// Something is called active, and its end is past.
    Expired = "expired", Warning, false;
    /// A date cannot be: an end to come of what is over, or an as-of date in the future.
    ImpossibleDate = "impossible-date", Error, false;
    /// A number in the text differs from the figure that it leads to.
    NumberMismatch = "number-mismatch", Warning, false;
    /// A link that should be filled in with a figure leads to none.
    FigureMissing = "figure-missing", Warning, false;
    /// A cell that should hold a number holds none.
    NumberUnreadable = "number-unreadable", Warning, false;
    /// A cell names something that no table lists.
    ReferenceUnknown = "reference-unknown", Hint, false;
    /// The type of an actor does not tell whether it is part of the response.
    ActorTypeUnknown = "actor-type-unknown", Hint, false;
    /// A row says nothing of where its statements come from.
    SourceMissing = "source-missing", Hint, false;
    /// A source has no date or no publisher.
    SourceUndated = "source-undated", Hint, false;
    /// A source is listed, and nothing rests on it.
    SourceUnused = "source-unused", Hint, false;
    /// Everything rests on one source.
    SourceSingle = "source-single", Hint, false;
    /// A footnote is written but not used.
    FootnoteUnused = "footnote-unused", Hint, false;
    /// A word such as "now" says a time that depends on when it is read.
    UndatedWord = "undated-word", Hint, false;
    /// A claim is ascribed to nobody in particular.
    Unattributed = "unattributed", Hint, false;
    /// A prediction does not say how likely it is.
    PredictionVague = "prediction-vague", Hint, false;
    /// An acronym is never spelt out.
    AcronymUnexplained = "acronym-unexplained", Hint, false;
    /// A page costs a reader on a slow line more than it should.
    PageHeavy = "page-heavy", Hint, false;
    /// A table's header could mean two things, and the cells do not tell which.
    TableHeaderUnclear = "table-header-unclear", Hint, false;
}

impl Code {
    /// Whether only servers elsewhere can tell; such a problem is found by `brink check --external` alone.
    pub fn is_told_elsewhere(self) -> bool {
        matches!(self, Code::LinkGone | Code::LinkUnsure)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
