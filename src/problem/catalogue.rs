//! One constructor for each kind of problem: every message that a writer reads is worded here.
//! Comes in: the place and the words concerned. Goes out: a [`Problem`].

use super::{Code, Place, Problem, Related, number_of};

fn problem(code: Code, place: Place, message: String, help: String) -> Problem {
    Problem { code, place, message, help, related: Vec::new() }
}

/// "Did you mean `x`?", or the other advice where nothing is near.
fn nearest_or(nearest: Option<&str>, otherwise: &str) -> String {
    match nearest {
        Some(name) => format!("did you mean `{name}`?"),
        None => otherwise.to_owned(),
    }
}

/// `brink.toml` is not TOML, or a value in it has the wrong type.
pub fn config_invalid(place: Place, what: &str) -> Problem {
    let help = "mend this line; a text value stands in straight quotes, as in `title = \"Mali explained\"`";
    problem(Code::ConfigInvalid, place, format!("the configuration cannot be used: {what}"), help.to_owned())
}

/// `brink.toml` has an unknown key.
pub fn config_unknown_key(place: Place, key: &str, nearest: Option<&str>) -> Problem {
    let help = nearest_or(nearest, "remove the line, or put values of your own under `[extra]`");
    problem(Code::ConfigUnknownKey, place, format!("`{key}` is not a setting that Brink knows"), help)
}

/// The theme that the configuration names does not exist.
pub fn theme_missing(place: Place, name: &str) -> Problem {
    let message = format!("there is no theme `{name}`");
    let help = format!("put it into `themes/{name}/`, or remove the line to use the built-in theme `brink`");
    problem(Code::ConfigInvalid, place, message, help)
}

/// The front matter is neither TOML nor YAML.
pub fn front_matter_invalid(place: Place, format: &str, what: &str) -> Problem {
    let help = match format {
        "TOML" => "between the `+++` lines each line reads `key = \"value\"`",
        _ => "between the `---` lines each line reads `key: value`; put a value that has a colon in it into quotes",
    };
    problem(Code::FrontMatterInvalid, place, format!("the front matter is not valid {format}: {what}"), help.to_owned())
}

/// The front matter is opened and never closed.
pub fn front_matter_open(place: Place, fence: &str) -> Problem {
    let message = format!("the front matter begins with `{fence}` and is never closed");
    let help = format!("put a line with only `{fence}` after the last of its keys");
    problem(Code::FrontMatterInvalid, place, message, help)
}

/// A value in the front matter has the wrong type.
pub fn front_matter_value(place: Place, key: &str, wanted: &str) -> Problem {
    let message = format!("the value of `{key}` should be {wanted}");
    problem(Code::FrontMatterValue, place, message, format!("write {wanted}, or remove the line"))
}

/// The front matter has an unknown key.
pub fn front_matter_unknown_key(place: Place, key: &str, nearest: Option<&str>) -> Problem {
    let help = nearest_or(nearest, "remove the line, or put values of your own under `extra`");
    problem(Code::FrontMatterUnknownKey, place, format!("`{key}` is not a key that Brink knows"), help)
}

/// A file is not UTF-8; `guess` names the encoding that it probably has.
pub fn not_utf8(place: Place, guess: &str) -> Problem {
    let message = format!("this file is not UTF-8 text; it looks like {guess}");
    problem(Code::NotUtf8, place, message, "open it in your editor and save it with the encoding UTF-8".to_owned())
}

/// A file's name is not UTF-8 or has a control character in it.
pub fn name_unusable(place: Place, name: &str) -> Problem {
    let message = format!("the file name {name} has characters that no address can carry");
    problem(Code::NotUtf8, place, message, "rename the file".to_owned())
}

/// Two outputs have one address.
pub fn url_collision(place: Place, other: Place, url: &str) -> Problem {
    let message = format!("two files would be published at `/{url}`");
    let help = "rename one of them, or give it a `slug` of its own in its front matter".to_owned();
    let mut problem = problem(Code::UrlCollision, place, message, help);
    problem.related.push(Related { place: other, message: "the other one".to_owned() });
    problem
}

/// A template cannot be compiled or fails; `page` is the output that was being rendered.
pub fn template_invalid(place: Place, what: &str, page: Option<&str>) -> Problem {
    let message = match page {
        Some(page) => format!("the template failed while `/{page}` was made: {what}"),
        None => format!("the template cannot be used: {what}"),
    };
    let help = "mend this line of the template; to go back to the built-in one, move your file away".to_owned();
    problem(Code::TemplateInvalid, place, message, help)
}

/// The interface is not translated into the site's language.
pub fn language_unknown(place: Place, language: &str, theme: &str) -> Problem {
    let message = format!("the theme has no words in `{language}`, so English stands in for them");
    let name = language.split('-').next().unwrap_or(language);
    let help =
        format!("write `en` or `fr`, or put the words into a theme of your own: `themes/{theme}/strings/{name}.toml`");
    problem(Code::LanguageUnknown, place, message, help)
}

/// A template whose name is nearly that of a built-in one.
pub fn template_unused(place: Place, name: &str, nearest: &str) -> Problem {
    let message = format!("the theme has no template `{name}`, so this file replaces nothing");
    problem(Code::TemplateUnused, place, message, format!("did you mean `{nearest}`?"))
}

/// A page names a template that does not exist.
pub fn template_missing(place: Place, name: &str, nearest: Option<&str>) -> Problem {
    let help = nearest_or(nearest, "put it into `templates/`, or remove the line to use the usual one");
    problem(Code::TemplateInvalid, place, format!("there is no template `{name}`"), help)
}

/// A link leads nowhere.
pub fn link_broken(place: Place, target: &str, nearest: Option<&str>) -> Problem {
    let message = format!("this link leads to `{target}`, which does not exist");
    problem(Code::LinkBroken, place, message, nearest_or(nearest, "mend the address, or remove the link"))
}

/// A link leads out of the content folder.
pub fn link_outside(place: Place, target: &str) -> Problem {
    let message = format!("this link leads to `{target}`, which is outside the content folder");
    let help = "only what is in `content/` is published; move the file there";
    problem(Code::LinkBroken, place, message, help.to_owned())
}

/// A link leads to an anchor that its page does not have.
pub fn anchor_broken(place: Place, anchor: &str, page: &str, nearest: Option<&str>) -> Problem {
    let message = format!("the page `{page}` has no heading or row with the anchor `#{anchor}`");
    let nearest = nearest.map(|name| format!("#{name}"));
    let help = nearest_or(nearest.as_deref(), "link to the page alone, or to one of its headings");
    problem(Code::AnchorBroken, place, message, help)
}

/// A link leads to a draft.
pub fn link_draft(place: Place, target: &str) -> Problem {
    let message = format!("this link leads to `{target}`, which is a draft and is not published");
    problem(Code::LinkDraft, place, message, format!("publish `{target}` by removing its `draft`, or remove the link"))
}

/// A picture does not exist.
pub fn picture_missing(place: Place, target: &str, nearest: Option<&str>) -> Problem {
    let message = format!("there is no picture `{target}`");
    let help = nearest_or(nearest, "put the file there, or mend the path; it counts from this page's own folder");
    problem(Code::PictureMissing, place, message, help)
}

/// An address that a browser would run.
pub fn link_dangerous(place: Place, scheme: &str) -> Problem {
    let message = format!("an address that begins with `{scheme}:` can run a program in the reader's browser");
    let help = "link to a page (`page.md`), a web address (`https://…`), `mailto:` or `tel:`; the link is left out";
    problem(Code::LinkDangerous, place, message, help.to_owned())
}

/// A footnote without its text.
pub fn footnote_undefined(place: Place, label: &str, nearest: Option<&str>) -> Problem {
    let message = format!("the footnote `[^{label}]` is used here, and its text is nowhere on the page");
    let help = match nearest {
        Some(name) => format!("did you mean `[^{name}]`?"),
        None => format!("add a line `[^{label}]: …` to the page"),
    };
    problem(Code::FootnoteUndefined, place, message, help)
}

/// A status that is not in the vocabulary; the writer's words are kept.
pub fn status_unknown(place: Place, words: &str, nearest: Option<&str>) -> Problem {
    let message = format!("`{words}` is not a status that Brink knows, so the row counts as unclear");
    let help = nearest_or(
        nearest,
        "use a word such as Planned, Ongoing, Suspended, Withdrawing, Withdrawn, Completed or Cancelled",
    );
    problem(Code::StatusUnknown, place, message, help)
}

/// A status cell in which two statuses stand without dates between them.
pub fn status_double(place: Place, words: &str) -> Problem {
    let message = format!("`{words}` names more than one status, so the row counts as unclear");
    let help = "give one status, or a history with arrows: `Ongoing (2013-07-01) → Withdrawn (2023-12-31)`";
    problem(Code::StatusUnknown, place, message, help.to_owned())
}

/// A status that is denied ("not active").
pub fn status_negated(place: Place, words: &str) -> Problem {
    let message = format!("`{words}` says what the status is not, so the row counts as unclear");
    let help = "say what it is: Planned, Suspended, Ended, Cancelled …";
    problem(Code::StatusUnknown, place, message, help.to_owned())
}

/// A cell of a column for dates that holds no date.
pub fn date_unreadable(place: Place, words: &str) -> Problem {
    let help = "write it as `2024-01-15`, `2024-01`, `2024` or `15 January 2024`";
    problem(Code::DateUnreadable, place, format!("`{words}` is not a date that Brink can read"), help.to_owned())
}

/// A link whose address has a space in it, which Markdown takes for text (CommonMark 0.31.2, section 6.3).
pub fn link_unreadable(place: Place, target: &str) -> Problem {
    let message = format!("this is shown as text, since the address `{target}` has a space in it");
    let help = format!("write it between angle brackets, `<{target}>`, or without the space");
    problem(Code::LinkUnreadable, place, message, help)
}

/// Lines that look like a table and are none.
pub fn table_unreadable(place: Place) -> Problem {
    let message = "this line would separate a table's header from its rows, and there is no table here".to_owned();
    let help = "give it as many parts as the header above has, and leave a blank line before the header";
    problem(Code::TableUnreadable, place, message, help.to_owned())
}

/// A row of a recognised table whose name is empty.
pub fn row_nameless(place: Place, column: &str) -> Problem {
    let message = format!("this row has nothing in the column `{column}`, so it is on no board and in no data file");
    problem(Code::RowNameless, place, message, "name what the row is about, or remove it".to_owned())
}

/// A line of text directly below a table, which Markdown takes for a row (GFM 0.29, section 4.10).
pub fn row_glued(place: Place) -> Problem {
    let message = "this line stands directly below the table, and so becomes a row of it".to_owned();
    problem(Code::RowRagged, place, message, "put a blank line above it".to_owned())
}

/// A row with too many or too few cells.
pub fn row_ragged(place: Place, cells: usize, columns: usize) -> Problem {
    let message = format!("this row has {}, and the header has {columns}", number_of(cells, "cell"));
    let help = if cells > columns {
        "a `|` inside a cell is written `\\|`; cells beyond the header are not published"
    } else {
        "add the missing `|`; a cell may be empty"
    };
    problem(Code::RowRagged, place, message, help.to_owned())
}

/// More containers in one another than are shown.
pub fn nesting_too_deep(place: Place, depth: usize) -> Problem {
    let message =
        format!("more than {depth} quotes, lists or emphases stand in one another here; only the text is shown");
    problem(Code::NestingTooDeep, place, message, "remove the marks that are too many".to_owned())
}

/// A header that could mean two things.
pub fn table_header_unclear(place: Place, header: &str, meanings: &str) -> Problem {
    let message = format!("the column `{header}` could mean {meanings}, so this stays an ordinary table");
    problem(
        Code::TableHeaderUnclear,
        place,
        message,
        "name the column for what it holds, such as `Status` or `Region`".to_owned(),
    )
}
