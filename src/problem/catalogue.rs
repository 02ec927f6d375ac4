//! One constructor for each kind of problem: every message that a writer reads is worded here.
//! Comes in: the place and the words concerned. Goes out: a [`Problem`].

use std::borrow::Cow;

use super::{Code, Level, Place, Problem, Related, number_of};
use crate::vocabulary::{Date, Day};

fn problem(code: Code, place: Place, message: String, help: impl Into<Cow<'static, str>>) -> Problem {
    Problem {
        code,
        place,
        message: message.into(),
        help: help.into(),
        related: Vec::new(),
        rated: None,
        known: None,
        fix: None,
    }
}

/// "Did you mean `x`?", or the other advice where nothing is near.
fn nearest_or(nearest: Option<&str>, otherwise: impl Into<Cow<'static, str>>) -> Cow<'static, str> {
    match nearest {
        Some(name) => format!("did you mean `{name}`?").into(),
        None => otherwise.into(),
    }
}

/// `brink.toml` is not TOML, or a value in it has the wrong type.
pub fn config_invalid(place: Place, what: &str) -> Problem {
    let help = "mend this line; a text value stands in straight quotes, as in `title = \"Mali explained\"`";
    problem(Code::ConfigInvalid, place, format!("the configuration cannot be used: {what}"), help)
}

/// A value in `brink.toml` is not what it should be.
pub fn config_value(place: Place, what: &str) -> Problem {
    let help = "mend this line, or remove it so that the usual setting holds";
    problem(Code::ConfigInvalid, place, format!("the configuration cannot be used: {what}"), help)
}

/// `[check]` in `brink.toml` names an unknown code.
pub fn config_unknown_code(place: Place, word: &str, nearest: Option<&str>) -> Problem {
    let help = nearest_or(nearest, "remove the line; `brink explain` lists all codes");
    problem(Code::ConfigUnknownKey, place, format!("`{word}` is no code of a problem, so this line does nothing"), help)
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
    problem(Code::FrontMatterInvalid, place, format!("the front matter is not valid {format}: {what}"), help)
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

/// A key that only sections understand stands on a page.
pub fn front_matter_of_sections(place: Place, key: &str) -> Problem {
    let message = format!("`{key}` is a key of sections, and has no effect on a page");
    let help = "move the line to the `_index.md` of the folder, or remove it".to_owned();
    problem(Code::FrontMatterUnknownKey, place, message, help)
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

/// A published name is longer than disks can hold.
pub fn name_too_long(place: Place, name: &str, bytes: usize, max: usize) -> Problem {
    let start: String = name.chars().take(40).collect();
    let message =
        format!("this would be published under the name `{start}…`, which has {bytes} bytes; disks hold {max}");
    problem(Code::NameTooLong, place, message, SHORTER.to_owned())
}

/// A published path is longer than disks can hold.
pub fn path_too_long(place: Place, path: &str, bytes: usize, max: usize) -> Problem {
    let start: String = path.chars().take(40).collect();
    let message =
        format!("this would be published at `/{start}…`, a path of {bytes} bytes; {max} are safe on every disk");
    problem(Code::NameTooLong, place, message, SHORTER.to_owned())
}

/// What to do about a name that is too long.
const SHORTER: &str = "give it a shorter name, or a page a short `slug` at its top";

/// A published name cannot be on Windows, for the reason `why`.
pub fn name_not_portable(place: Place, name: &str, why: &str) -> Problem {
    let message = format!("this would be published under the name `{name}`, which Windows refuses: it {why}");
    let help = "give it another name, or a page another `slug`; whoever has the site on Windows could not open it";
    problem(Code::NameNotPortable, place, message, help)
}

/// A template cannot be compiled or fails; `page` is the output that was being rendered.
pub fn template_invalid(place: Place, what: &str, page: Option<&str>, scope: &str) -> Problem {
    let message = match page {
        Some(page) => format!("the template failed while `/{page}` was made: {what}"),
        None => format!("the template cannot be used: {what}"),
    };
    let help = "mend this line of the template; to go back to the built-in one, move your file away";
    problem(Code::TemplateInvalid, place, message, format!("{scope}{help}"))
}

/// The interface is not translated into the site's language.
pub fn language_unknown(place: Place, language: &str, theme: &str) -> Problem {
    let message = format!("the theme has no words in `{language}`, so English stands in for them");
    let name = language.split('-').next().unwrap_or(language);
    let help = format!(
        "write `en`, `fr` or `ar`, or put the words into a theme of your own: `themes/{theme}/strings/{name}.toml`"
    );
    problem(Code::LanguageUnknown, place, message, help)
}

/// A template whose name is nearly that of a built-in one.
pub fn template_unused(place: Place, name: &str, nearest: &str) -> Problem {
    let message = format!("the theme has no template `{name}`, so this file replaces nothing");
    problem(Code::TemplateUnused, place, message, format!("did you mean `{nearest}`?"))
}

/// A block whose name is nearly that of one of the theme's.
pub fn block_unused(place: Place, name: &str, nearest: &str) -> Problem {
    let message = format!("the theme has no block `{name}`, so what stands in this one is shown nowhere");
    problem(Code::TemplateUnused, place, message, format!("did you mean `{nearest}`?"))
}

/// A page names a template that does not exist.
pub fn template_missing(place: Place, name: &str, nearest: Option<&str>, pages: usize) -> Problem {
    let help = nearest_or(nearest, "put it into `templates/`, or remove the line");
    let others = if pages > 1 { format!(" ({} name it)", number_of(pages, "page")) } else { String::new() };
    let message = format!("there is no template `{name}`, so the usual one stands in for it{others}");
    problem(Code::TemplateMissing, place, message, help)
}

/// A link names a line that is not there: `[text][label]` without `[label]: address`.
pub fn reference_undefined(place: Place, label: &str, nearest: Option<&str>) -> Problem {
    let message = format!("this reads like a link, and no line says where `[{label}]` leads, so it is shown as text");
    let help = nearest_or(nearest, format!("write the address on a line of its own: `[{label}]: page.md`"));
    problem(Code::LinkUnreadable, place, message, help)
}

/// A link leads nowhere.
pub fn link_broken(place: Place, target: &str, nearest: Option<&str>) -> Problem {
    if target.trim().is_empty() {
        let message = "this link has no address".to_owned();
        return problem(Code::LinkBroken, place, message, "write where it leads, as in `[text](page.md)`".to_owned());
    }
    let message = format!("this link leads to `{target}`, which does not exist");
    problem(Code::LinkBroken, place, message, nearest_or(nearest, "mend the address, or remove the link"))
}

/// A template makes a link that leads nowhere.
pub fn template_link_broken(place: Place, target: &str, anchor: Option<&str>, page: &str, pages: usize) -> Problem {
    let others = if pages > 1 { format!(" and {}", number_of(pages - 1, "other page")) } else { String::new() };
    let message = match anchor {
        Some(anchor) => format!(
            "the template makes a link to `/{target}#{anchor}` on `/{page}`{others}, and that page has no such anchor"
        ),
        None => format!("the template makes a link to `/{target}` on `/{page}`{others}, which does not exist"),
    };
    let code = if anchor.is_some() { Code::AnchorBroken } else { Code::LinkBroken };
    problem(code, place, message, "mend the address in the template, or write the page".to_owned())
}

/// A page weighs more than it should; where it fails readers, that is a warning.
pub fn page_heavy(place: Place, url: &str, over: &str, help: &'static str, fails: bool) -> Problem {
    let message = format!("`/{url}` costs readers on a slow line too much: {over}");
    Problem { rated: fails.then_some(Level::Warning), ..problem(Code::PageHeavy, place, message, help) }
}

/// A link leads out of the content folder.
pub fn link_outside(place: Place, target: &str) -> Problem {
    let message = format!("this link leads to `{target}`, which is outside the content folder");
    let help = "only what is in `content/` is published; move the file there";
    problem(Code::LinkBroken, place, message, help)
}

/// A link leads to an anchor that its page does not have.
pub fn anchor_broken(place: Place, anchor: &str, page: &str, nearest: Option<&str>) -> Problem {
    let message = format!("the page `{page}` has no heading or row with the anchor `#{anchor}`");
    let nearest = nearest.map(|name| format!("#{name}"));
    let help = nearest_or(nearest.as_deref(), "link to the page alone, or to one of its headings");
    problem(Code::AnchorBroken, place, message, help)
}

/// A link leads to a draft, or to a page that is not published for another `reason`.
pub fn link_draft(place: Place, target: &str, reason: Option<&str>) -> Problem {
    let (what, help) = match reason {
        None => (
            "is a draft and is not published".to_owned(),
            format!("publish `{target}` by removing its `draft`, or remove the link"),
        ),
        Some(reason) => (
            format!("is not published: it is {reason}"),
            "remove the link, or change what keeps the page back; `brink status` shows the line".to_owned(),
        ),
    };
    problem(Code::LinkDraft, place, format!("this link leads to `{target}`, which {what}"), help)
}

/// An older address is that of something else.
pub fn alias_taken(place: Place, other: Place, url: &str) -> Problem {
    let message = format!("`/{url}` cannot lead to this page, since it is already the address of something else");
    let help = "remove it from the `aliases` of this page, or mend it".to_owned();
    let mut problem = problem(Code::AliasTaken, place, message, help);
    problem.related.push(Related { place: other, message: "this has the address".to_owned() });
    problem
}

/// An address that should lead to a page cannot be one.
pub fn alias_unusable(place: Place, alias: &str) -> Problem {
    let message = format!("`{alias}` cannot be an address of this site");
    let help = "write the path of an older address from the site's root, such as `/mali/why/`".to_owned();
    problem(Code::FrontMatterValue, place, message, help)
}

/// A page is filed under a taxonomy that the site does not declare.
pub fn taxonomy_undeclared(place: Place, name: &str, nearest: Option<&str>, file: &str) -> Problem {
    let message = format!("the taxonomy `{name}` is declared nowhere; it is published all the same");
    let help = nearest_or(nearest, format!("add `taxonomies = [{{ name = \"{name}\" }}]` to `{file}`"));
    problem(Code::TaxonomyUndeclared, place, message, help)
}

/// Two terms are written differently and have one address.
pub fn terms_differ(place: Place, term: &str, other: &str, first: Place) -> Problem {
    let message = format!("`{term}` and `{other}` are one term, written differently");
    let mut problem = problem(Code::TermsDiffer, place, message, format!("write `{other}`, as elsewhere"));
    problem.related.push(Related { place: first, message: "here it is written otherwise".to_owned() });
    problem
}

/// A page lacks what its section sorts by, and so comes last.
pub fn page_unsorted(place: Place, key: &str, sort_by: Place) -> Problem {
    let message = format!("this page has no `{key}`, by which its section is sorted, and so comes last");
    let help = format!("give it a `{key}` in its front matter, or take another `sort_by`");
    let mut problem = problem(Code::PageUnsorted, place, message, help);
    problem.related.push(Related { place: sort_by, message: format!("the section is sorted by `{key}`") });
    problem
}

/// HTML stands in a page of a site that refuses it.
pub fn raw_html_refused(place: Place) -> Problem {
    let message =
        "this is HTML, which the site's configuration refuses (`markdown.raw_html`); it is shown as text".to_owned();
    let help = "write it in Markdown, or as a shortcode".to_owned();
    problem(Code::RawHtml, place, message, help)
}

/// A page calls a shortcode that does not exist.
pub fn shortcode_unknown(place: Place, name: &str, nearest: Option<&str>) -> Problem {
    let help = nearest_or(nearest, format!("put its template into `templates/shortcodes/{name}.html`, or remove it"));
    problem(Code::ShortcodeUnknown, place, format!("there is no shortcode `{name}`"), help)
}

/// A call of a shortcode cannot be read.
pub fn shortcode_unreadable(place: Place, what: &str, help: &str) -> Problem {
    problem(Code::ShortcodeUnreadable, place, what.to_owned(), help.to_owned())
}

/// The template of a shortcode failed.
pub fn shortcode_failed(place: Place, name: &str, what: &str, template: Option<Place>) -> Problem {
    let message = format!("the shortcode `{name}` failed: {what}");
    let help = "give it the attributes that its template asks for, or mend the template".to_owned();
    let mut problem = problem(Code::ShortcodeFailed, place, message, help);
    let related = template.map(|place| Related { place, message: "this line of its template".to_owned() });
    problem.related.extend(related);
    problem
}

/// The template of a shortcode cannot be read.
pub fn shortcode_invalid(place: Place, name: &str, what: &str) -> Problem {
    let message = format!("the template of the shortcode `{name}` cannot be used: {what}");
    problem(Code::ShortcodeFailed, place, message, "mend this line of the template".to_owned())
}

/// A picture does not exist.
pub fn picture_missing(place: Place, target: &str, nearest: Option<&str>) -> Problem {
    let message = format!("there is no picture `{target}`");
    let help = nearest_or(nearest, "put the file there, or mend the path; it counts from this page's own folder");
    problem(Code::PictureMissing, place, message, help)
}

/// A picture says where it was taken; `path` is its file.
pub fn picture_place(place: Place, path: &str) -> Problem {
    let message = format!("the picture `{path}` says where it was taken; Brink publishes it without that");
    let help = "the file beside your page still has the place: think of who else gets it, and of what can be seen in the picture; once that is looked at, settle it with `<!-- ok: picture-place reason -->`";
    problem(Code::PicturePlace, place, message, help)
}

/// A picture without a text in its place.
pub fn picture_alt(place: Place, target: &str) -> Problem {
    let message = format!("the picture `{target}` says nothing to those who cannot see it");
    let help = "say what it shows, as in `![Ruined houses along a road](road.jpg)`; one that is mere decoration is settled with `<!-- ok: picture-alt decoration -->`";
    problem(Code::PictureAlt, place, message, help)
}

/// A picture that is no picture.
pub fn picture_unreadable(place: Place, path: &str) -> Problem {
    let message = format!(
        "the picture `{path}` is damaged or no picture, so that nobody can tell what is in it; it is published empty"
    );
    let help = "open it in a program for pictures and save it anew";
    problem(Code::PictureUnreadable, place, message, help)
}

/// A picture that can be cleaned and not decoded.
pub fn picture_undecodable(place: Place, path: &str) -> Problem {
    let message = format!("the picture `{path}` is damaged and could not be made smaller; readers load all of it");
    let help = "open it in a program for pictures and save it anew";
    problem(Code::PictureUnreadable, place, message, help)
}

/// A picture that has too many pixels.
pub fn picture_too_large(place: Place, path: &str, (width, height): (u32, u32)) -> Problem {
    let message = format!("the picture `{path}` has {width} × {height} pixels, too many to be made smaller here");
    let help = "save a smaller copy of it, such as one that is 2000 pixels wide, and use that";
    problem(Code::PictureUnreadable, place, message, help)
}

/// A file that is published as it is says more than it shows.
pub fn metadata_left(place: Place, path: &str, what: &str) -> Problem {
    let message = format!("`{path}` is published as it is, and says {what}");
    let help = "remove that with the program that made the file (“document properties”, “inspect document”), or settle it with `<!-- ok: metadata-left reason -->` where it may be known";
    problem(Code::MetadataLeft, place, message, help)
}

/// A secret in a file that would be published.
pub fn secret_published(place: Place, what: &str) -> Problem {
    let message = format!("this looks like {what}, which would be published");
    let help =
        "take it out of the site's folder, and have it replaced wherever it is used: whoever has seen the file has it";
    problem(Code::SecretPublished, place, message, help)
}

/// A file is not published.
pub fn file_left_out(place: Place, path: &str, what: &str) -> Problem {
    let message = format!("`{path}` is not published: it looks like {what}");
    let help = "move it out of the site's folder; if readers need it, give it another name";
    problem(Code::FileLeftOut, place, message, help)
}

/// Something in the text that could lead to somebody; `beside` is the word of harm that stands near it, and `is_grave` whether
/// that makes it worse.
pub fn harm(code: Code, place: Place, what: &str, beside: Option<&str>, is_grave: bool) -> Problem {
    let message = match beside {
        Some(word) => format!("{what} stands beside “{word}”: it could lead to somebody who can be harmed"),
        None => match code {
            Code::HarmCoordinates => format!("{what} says to some metres where something is"),
            Code::HarmIdentity => format!("{what} would be published"),
            _ => format!("{what} of somebody would be published"),
        },
    };
    let help = match code {
        Code::HarmCoordinates => {
            "name the district or the town instead; where the exact place is known to all and hurts nobody, settle it"
        }
        Code::HarmIdentity => "take it out; if it must stay, settle it",
        _ => {
            "take it out, or link it (`mailto:`, `tel:`) where it is an office that wants to be reached; if it may stay, settle it"
        }
    };
    let mut problem = problem(code, place, message, format!("{help} with `<!-- ok: {code} reason -->`"));
    problem.rated = beside.filter(|_| is_grave).map(|_| Level::Warning);
    problem
}

/// An address that a browser would run.
pub fn link_dangerous(place: Place, scheme: &str) -> Problem {
    let message = format!("an address that begins with `{scheme}:` can run a program in the reader's browser");
    let help = "link to a page (`page.md`), a web address (`https://…`), `mailto:` or `tel:`; the link is left out";
    problem(Code::LinkDangerous, place, message, help)
}

/// Something that a page loads from another server, or sends there; `origin` is that server.
pub fn elsewhere_blocked(place: Place, url: &str, origin: &str) -> Problem {
    let message = format!("`{url}` is on another server, and readers' browsers are told to load nothing from there");
    let help = format!(
        "keep a copy of it beside the page, or link to it; where it must be loaded from there, write `allow = [\"{origin}\"]` below `[security]` in `brink.toml`"
    );
    problem(Code::ElsewhereBlocked, place, message, help)
}

/// A program in an attribute of HTML.
pub fn handler_blocked(place: Place, name: &str) -> Problem {
    let message = format!("a program in `{name}` is not run: readers' browsers are told to run none in attributes");
    let help = "put it into a `<script>`, which adds it to the element, or do without it".to_owned();
    problem(Code::HandlerBlocked, place, message, help)
}

/// An address with parameters by which readers are followed; `kept` is the address without them.
pub fn link_tracking(place: Place, kept: &str) -> Problem {
    let message =
        "this address has parameters by which whoever follows it is tracked; pages are published without them";
    let help = format!("write `{kept}`");
    problem(Code::LinkTracking, place, message.to_owned(), help)
}

/// An address elsewhere that leads to nothing any more; `what` is the link, picture or source that has it.
pub fn link_gone(place: Place, (what, url): (&str, &str), why: &str) -> Problem {
    let message = format!("this {what} leads to `{url}`, which is gone: {why}");
    let help = "look where the page has moved to, or look for a copy of it in a web archive and link to that; where it should stay, settle it with `<!-- ok: link-gone reason -->`";
    problem(Code::LinkGone, place, message, help)
}

/// An address elsewhere of which nobody can tell whether it still works.
pub fn link_unsure(place: Place, url: &str, why: &str) -> Problem {
    let message = format!("whether `{url}` still works could not be told: {why}");
    let help = "open it in a browser; if it works there, there is nothing to mend, and if it is gone, look for a copy of it in a web archive";
    problem(Code::LinkUnsure, place, message, help)
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
    problem(Code::StatusUnknown, place, message, help)
}

/// A status that is denied ("not active").
pub fn status_negated(place: Place, words: &str) -> Problem {
    let message = format!("`{words}` says what the status is not, so the row counts as unclear");
    let help = "say what it is: Planned, Suspended, Ended, Cancelled …";
    problem(Code::StatusUnknown, place, message, help)
}

/// A cell of a column for dates that holds no date.
pub fn date_unreadable(place: Place, words: &str) -> Problem {
    let help = "write it as `2024-01-15`, `2024-01`, `2024` or `15 January 2024`";
    problem(Code::DateUnreadable, place, format!("`{words}` is not a date that Brink can read"), help)
}

/// A link whose address has a space in it, which Markdown takes for text (CommonMark 0.31.2, section 6.3).
pub fn link_unreadable(place: Place, target: &str) -> Problem {
    let message = format!("this is shown as text, since the address `{target}` has a space in it");
    let help = format!("write it between angle brackets, `<{target}>`, or without the space");
    problem(Code::LinkUnreadable, place, message, help)
}

/// `[text] (address)` or `(text)[address]`.
pub fn link_misspelt(place: Place) -> Problem {
    let message = "this reads like a link and is shown as text".to_owned();
    let help = "write it as `[text](address)`, without a space between the two".to_owned();
    problem(Code::LinkUnreadable, place, message, help)
}

/// `##Causes`.
pub fn heading_unreadable(place: Place) -> Problem {
    let message = "this reads like a heading and is shown as text".to_owned();
    problem(Code::HeadingUnreadable, place, message, "put a space after the last `#`".to_owned())
}

/// A fenced block of code without its end.
pub fn code_open(place: Place) -> Problem {
    let message = "this block of code is never closed, so the rest of the page is shown as code".to_owned();
    let help = "write the same fence on a line of its own where the code ends".to_owned();
    problem(Code::CodeOpen, place, message, help)
}

/// A footnote whose label is written twice.
pub fn footnote_doubled(place: Place, label: &str, first: Place) -> Problem {
    let message = format!("the footnote `[^{label}]` is written twice, and only the first one is shown");
    let mut problem = problem(Code::FootnoteDoubled, place, message, "give this one a label of its own".to_owned());
    problem.related.push(Related { place: first, message: "the first one".to_owned() });
    problem
}

/// A link leads to the writer's own computer.
pub fn link_own_computer(place: Place, target: &str) -> Problem {
    let message = format!("this link leads to `{target}`, which is on your own computer, where no reader gets");
    let help = "put the file into `content/` and link to it there, or link to its address on the web".to_owned();
    problem(Code::LinkBroken, place, message, help)
}

/// Rows of a table without the line of dashes.
pub fn table_without_dashes(place: Place) -> Problem {
    let message = "these lines read like a table and are shown as text".to_owned();
    let help = "write a line of dashes below the header: `|---|---|`".to_owned();
    problem(Code::TableUnreadable, place, message, help)
}

/// Lines that look like a table and are none.
pub fn table_unreadable(place: Place) -> Problem {
    let message = "this line would separate a table's header from its rows, and there is no table here".to_owned();
    let help = "give it as many parts as the header above has, and leave a blank line before the header";
    problem(Code::TableUnreadable, place, message, help)
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
    problem(Code::RowRagged, place, message, help)
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

/// A settlement names no code that there is.
pub fn settlement_unknown(place: Place, word: &str, nearest: Option<&str>) -> Problem {
    let message = format!("`{word}` is no code of a problem, so this remark settles nothing");
    let help =
        nearest_or(nearest, "write `<!-- ok: CODE reason -->` with the code that stands in brackets above the problem");
    problem(Code::SettlementInvalid, place, message, help)
}

/// A settlement of something that leaves no trustworthy site.
pub fn settlement_impossible(place: Place, code: Code) -> Problem {
    let message = format!("`{code}` cannot be settled by a remark, because there is no site with it");
    problem(Code::SettlementInvalid, place, message, "mend the problem itself".to_owned())
}

/// A settlement that does not say why.
pub fn settlement_without_reason(place: Place, code: Code) -> Problem {
    let message = format!("this remark does not say why `{code}` is settled");
    let help = format!("add the reason: `<!-- ok: {code} 2024-01-15 both are right, at different times -->`");
    problem(Code::SettlementInvalid, place, message, help)
}

/// A settlement that is not needed (any more).
pub fn settlement_unused(place: Place, code: Code) -> Problem {
    let message =
        format!("there is no `{code}` here to settle, or something newer than this remark has opened it again");
    let help = "remove the remark, or put it directly above or below what it is about".to_owned();
    problem(Code::SettlementUnused, place, message, help)
}

/// The words of one side of a contradiction, with its date.
fn said(text: &str, as_of: Option<Date>) -> String {
    match as_of {
        Some(date) => format!("`{text}` as of {date}"),
        None => format!("`{text}`, undated"),
    }
}

/// Two statements on one thing that cannot both hold; each side has its words, its date and its place.
pub fn contradiction(
    subject: &str,
    attribute: &str,
    sides: [(&str, Option<Date>, Place); 2],
    is_high: bool,
) -> Problem {
    let [(text, as_of, place), (other_text, other_as_of, other)] = sides;
    let message = format!(
        "the {attribute} of “{subject}” is {} here, and {} elsewhere",
        said(text, as_of),
        said(other_text, other_as_of)
    );
    let help =
        "correct one of them, or date both (`As of`), or settle it with `<!-- ok: contradiction DATE reason -->`";
    let mut problem = problem(Code::Contradiction, place, message, help);
    problem.rated = (!is_high).then_some(Level::Hint);
    problem.known = as_of.max(other_as_of).map(Box::new);
    problem.related.push(Related { place: other, message: said(other_text, other_as_of) });
    problem
}

/// A newer statement elsewhere says something else.
pub fn superseded(place: Place, subject: &str, (text, as_of, other): (&str, Option<Date>, Place)) -> Problem {
    let message = format!("a newer statement on “{subject}” says {}", said(text, as_of));
    let mut problem = problem(
        Code::Superseded,
        place,
        message,
        "bring this row up to date, or write the change as a history: `Ongoing (2013) → Withdrawn (2023)`".to_owned(),
    );
    problem.known = as_of.map(Box::new);
    problem.related.push(Related { place: other, message: "the newer statement".to_owned() });
    problem
}

/// A statement that should be looked at again since a day that is past.
pub fn stale(place: Place, subject: &str, as_of: Date, due: Day) -> Problem {
    let message =
        format!("what is said of “{subject}” holds as of {as_of}, and should have been looked at again by {due}");
    let help =
        "look at it again and change its `As of`; where nothing is newer, settle it: `<!-- ok: stale DATE reason -->`";
    let mut problem = problem(Code::Stale, place, message, help);
    problem.known = Some(Box::new(as_of));
    problem
}

/// Something planned whose beginning is past.
pub fn overdue(place: Place, subject: &str, status: &str, start: Date) -> Problem {
    let message = format!("“{subject}” is called `{status}`, and was to start on {start}");
    problem(Code::Overdue, place, message, "say whether it has started, or change the date".to_owned())
}

/// Something active whose end is past.
pub fn expired(place: Place, subject: &str, status: &str, end: Date) -> Problem {
    let message = format!("“{subject}” is called `{status}`, and was to end on {end}");
    problem(Code::Expired, place, message, "say how it ended, or change the date".to_owned())
}

/// Something over whose end is to come.
pub fn end_to_come(place: Place, subject: &str, status: &str, end: Date) -> Problem {
    let message = format!("“{subject}” is called `{status}`, and its end is to come: {end}");
    problem(Code::ImpossibleDate, place, message, "correct the status or the date".to_owned())
}

/// A beginning after the end.
pub fn end_before_start(place: Place, subject: &str, start: Date, end: Date) -> Problem {
    let message = format!("“{subject}” would end on {end}, before it starts on {start}");
    problem(Code::ImpossibleDate, place, message, "correct one of the two dates".to_owned())
}

/// An as-of date that is still to come.
pub fn as_of_to_come(place: Place, as_of: Date, today: Day) -> Problem {
    let message = format!("a statement cannot hold as of {as_of}: today is {today}");
    problem(Code::ImpossibleDate, place, message, "correct the date".to_owned())
}

/// A number that differs from the figure that it leads to.
pub fn number_mismatch(place: Place, text: &str, (figure, value, other): (&str, &str, Place)) -> Problem {
    let message = format!("the text says `{text}`, and the figure “{figure}” is `{value}`");
    let help = "correct one of them, or write `[?](…)` and the figure's value is filled in".to_owned();
    let mut problem = problem(Code::NumberMismatch, place, message, help);
    problem.related.push(Related { place: other, message: "the figure".to_owned() });
    problem
}

/// A link that should be filled in, to something that is no figure.
pub fn figure_missing(place: Place, target: &str) -> Problem {
    let message = format!("`{target}` is no row of a table of figures, so there is nothing to fill in");
    problem(
        Code::FigureMissing,
        place,
        message,
        "link to the row: `[?](figures.md#the-first-words-of-the-row)`, or write the number yourself".to_owned(),
    )
}

/// A cell of a column of numbers that holds none.
pub fn number_unreadable(place: Place, text: &str) -> Problem {
    let message = format!("`{text}` is not a number that can be read");
    problem(
        Code::NumberUnreadable,
        place,
        message,
        "write digits, with a unit after them if need be: `about 1,200 people`".to_owned(),
    )
}

/// A cell names something that no table lists.
pub fn reference_unknown(place: Place, name: &str, kind: &str, nearest: Option<&str>) -> Problem {
    let message = format!("no table of {kind} lists `{name}`");
    problem(Code::ReferenceUnknown, place, message, nearest_or(nearest, "list it there, or correct the name"))
}

/// An actor whose type does not say whether it is part of the response.
pub fn actor_type_unknown(place: Place, actor: &str, words: &str) -> Problem {
    let message = format!(
        "`{words}` does not say whether “{actor}” is an organisation that responds to the crisis or a party to it"
    );
    let help = "in the data it counts as a group, which is the safe side; write a type such as `NGO`, `UN mission`, `Government` or `Armed group`";
    problem(Code::ActorTypeUnknown, place, message, help)
}

/// Rows that do not say where their statements come from.
pub fn source_missing(place: Place, rows: usize, of: usize) -> Problem {
    let message = match rows {
        _ if rows == of && of > 1 => "no row of this table says where its statements come from".to_owned(),
        1 => "this row does not say where its statements come from".to_owned(),
        _ => format!(
            "{rows} of the {of} rows of this table do not say where their statements come from; this is the first"
        ),
    };
    let help = "add a column `Source`, a footnote in a cell, or `Source: …` in the emphasised line below the table";
    problem(Code::SourceMissing, place, message, help)
}

/// A source without a date or a publisher.
pub fn source_undated(place: Place, name: &str, lacks: &str, rows: usize) -> Problem {
    let message = format!(
        "the source “{name}” has no {lacks}; {} on it",
        if rows == 1 { "1 row rests".to_owned() } else { format!("{rows} rows rest") }
    );
    let help =
        "write the note as `Publisher, *Title*, 2024-01-15, <https://…>`, or fill in its row in the table of sources";
    problem(Code::SourceUndated, place, message, help)
}

/// A source that nothing rests on.
pub fn source_unused(place: Place, name: &str) -> Problem {
    let message = format!("nothing on this site rests on the source “{name}”");
    problem(Code::SourceUnused, place, message, "cite it where it is used, or remove it".to_owned())
}

/// Everything rests on one source.
pub fn source_single(place: Place, name: &str, rows: usize) -> Problem {
    let message = format!("all {rows} sourced rows of this site rest on “{name}” alone");
    problem(Code::SourceSingle, place, message, "look for a second source that is independent of it".to_owned())
}

/// A footnote that nothing refers to.
pub fn footnote_unused(place: Place, label: &str) -> Problem {
    let message =
        format!("nothing refers to the footnote `[^{label}]`; it is shown at the end of the page all the same");
    problem(Code::FootnoteUnused, place, message, format!("put `[^{label}]` where it belongs, or remove it"))
}

/// A word that says a time which depends on when it is read.
pub fn undated_word(place: Place, words: &str) -> Problem {
    let message = format!("“{words}” means another time to whoever reads this later");
    problem(Code::UndatedWord, place, message, "say when: “in January 2024”, “since the coup of 2021”".to_owned())
}

/// A claim that is ascribed to nobody in particular.
pub fn unattributed(place: Place, words: &str) -> Problem {
    let message = format!("“{words}” does not say who");
    problem(Code::Unattributed, place, message, "name them, and add a footnote with the source".to_owned())
}

/// A prediction that does not say how likely it is.
pub fn prediction_vague(place: Place, words: &str) -> Problem {
    let message = format!("“{words}” does not say how likely it is");
    let help = "add a word of likelihood, such as “unlikely”, “likely” or “almost certain”, and say who judges so";
    problem(Code::PredictionVague, place, message, help)
}

/// An acronym that nothing on the page or in the tables spells out.
pub fn acronym_unexplained(place: Place, acronym: &str) -> Problem {
    let message = format!("`{acronym}` is spelt out neither on this page nor in a table of actors or terms");
    let help = format!(
        "write it out once: “Full Name ({acronym})”, or list it with its full name in a table of actors or in the glossary"
    );
    problem(Code::AcronymUnexplained, place, message, help)
}
