//! What a page is, for machines: JSON-LD in the words of schema.org (release 30.0). Comes in: a page's view and the register.
//! Goes out: one small object a page; what does not fit is left to the files of open data.

use std::borrow::Cow;

use memchr::memchr;
use serde::Serialize;

use super::sheet::side_of;
use super::view::{EventView, FigureView, PageView, TermView};
use crate::register::{PageId, Subject};
use crate::site::Site;
use crate::vocabulary::status;
use crate::vocabulary::{Date, Field, Kind, Side};

/// How many bytes a list may take that stands beside the description of its data.
const LIST_MAX: usize = 640;

/// How many bytes an article may take, to leave room for the way to it.
const ARTICLE_MAX: usize = 1_000;

/// An object while it is written, without its end. What is empty is left out.
struct Object(Vec<u8>);

impl Object {
    /// An object of a type, or of several.
    fn of(types: impl Serialize) -> Object {
        Object([&b"{\"@type\":"[..], &json(types)].concat())
    }

    /// With a member whose value is JSON already.
    fn member(mut self, key: &str, value: &[u8]) -> Object {
        [b",\"", key.as_bytes(), b"\":", value].iter().for_each(|part| self.0.extend_from_slice(part));
        self
    }

    /// With a member: a text, a number or a list of these.
    fn with(self, key: &str, value: impl Serialize) -> Object {
        let value = json(value);
        if matches!(&*value, b"null" | b"\"\"" | b"[]") { self } else { self.member(key, &value) }
    }

    /// With another object as a member.
    fn with_object(self, key: &str, object: Object) -> Object {
        self.member(key, &object.closed())
    }

    /// With a list of objects as a member.
    fn with_each(self, key: &str, objects: impl IntoIterator<Item = Object>) -> Object {
        let mut list = Vec::new();
        for object in objects {
            list.push(if list.is_empty() { b'[' } else { b',' });
            list.extend(object.closed());
        }
        if list.is_empty() {
            return self;
        }
        list.push(b']');
        self.member(key, &list)
    }

    fn closed(mut self) -> Vec<u8> {
        self.0.push(b'}');
        self.0
    }

    /// The object as text for a `script` element.
    fn finished(self) -> String {
        escaped(self.0) + CONTEXT
    }
}

/// A text, a number or a list of these as JSON.
fn json(value: impl Serialize) -> Vec<u8> {
    serde_json::to_vec(&value).expect("texts and numbers can be written to memory")
}

/// JSON as text in which `<` is escaped, so that nothing in it ends a `script` element.
fn escaped(json: Vec<u8>) -> String {
    let text = String::from_utf8(json).expect("texts are written as UTF-8");
    if memchr(b'<', text.as_bytes()).is_some() { text.replace('<', "\\u003c") } else { text }
}

/// What comes last in every object that is [`finished`].
const CONTEXT: &str = ",\"@context\":\"https://schema.org\"}";

/// How many bytes all that machines read of a page may take: domain knowledge says 1.5 KB, since a page should be whole in its
/// first 14 KB.
const ALL_MAX: usize = 1_536;

/// Objects as one graph; those that make it too large are left out, the first one never.
pub(super) fn joined(objects: &[String]) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    let mut size = 2 * CONTEXT.len();
    for object in objects {
        let Some(part) = object.strip_suffix(CONTEXT) else { continue };
        // A graph gives its members, whose last brace it has after them.
        let part = part.strip_prefix("{\"@graph\":[").and_then(|part| part.strip_suffix("}]")).unwrap_or(part);
        size += part.len() + 2;
        if parts.is_empty() || size <= ALL_MAX {
            parts.push(part);
        }
    }
    match parts[..] {
        [] => None,
        [only] => Some(format!("{only}{CONTEXT}")),
        _ => Some(format!("{{\"@graph\":[{}}}]{CONTEXT}", parts.join("},"))),
    }
}

/// What a page is, with the way to it from the home page, where the site has a full address.
pub(super) fn with_trail(site: &Site, page: &PageView) -> Option<String> {
    let own = page.json_ld.clone();
    let base = site.config.base_url.as_ref().filter(|_| !page.crumbs.is_empty() && page.kind != "missing");
    let Some(base) = base.filter(|_| page.redirect.is_none()) else { return own };
    let crumbs = page.crumbs.iter().map(|crumb| (crumb.title.as_str(), crumb.url.as_str()));
    let items = crumbs.chain([(page.title.as_str(), page.url.as_str())]).enumerate().map(|(at, (title, url))| {
        let address = format!("{base}{}", crate::address::encode(url));
        Object::of("ListItem").with("position", at + 1).with("name", shortened(title, 80)).with("item", address)
    });
    let trail = Object::of("BreadcrumbList").with_each("itemListElement", items);
    joined(&own.into_iter().chain([trail.finished()]).collect::<Vec<_>>())
}

/// Adds objects to a list in the object while it stays small.
fn fitted(object: Object, key: &str, items: impl Iterator<Item = Object>) -> String {
    filled(object, (key, LIST_MAX), items.map(Object::closed))
}

/// Adds items, which are JSON, to a list in the object while it takes no more than so many bytes.
fn filled(object: Object, (key, size_max): (&str, usize), items: impl Iterator<Item = Vec<u8>>) -> String {
    let mut text = escaped(object.0);
    let mut size = text.len() + CONTEXT.len();
    let own = text.len();
    for item in items {
        let item = escaped(item);
        size += item.len() + 1;
        if size > size_max {
            break;
        }
        match text.len() == own {
            true => text += &format!(",\"{key}\":["),
            false => text.push(','),
        }
        text += &item;
    }
    if text.len() > own {
        text.push(']');
    }
    text + CONTEXT
}

/// A date as schema.org wants it: ISO 8601 without marks of doubt, its beginning where it is an interval.
fn plain(date: Option<Date>) -> Option<String> {
    date.and_then(|date| date.beginning()).map(|date| date.unqualified().to_string())
}

/// A page of the writer's: a background article.
pub(super) fn article(site: &Site, id: PageId, page: &PageView, front: &crate::document::FrontMatter) -> String {
    let absolute = site.config.base_url.as_ref().map(|base| format!("{base}{}", crate::address::encode(&page.url)));
    let review = front.review_by.or_else(|| site.reviews.get(&id).copied().map(Date::of_day));
    let mut object = Object::of(["NewsArticle", "BackgroundNewsArticle"])
        .with("headline", shortened(&page.title, 110))
        .with("description", page.description.as_deref().map(|text| shortened(text, 300)))
        .with("inLanguage", &page.lang)
        .with("url", absolute.filter(|_| site.config.machines.canonical))
        .with_each("author", page.authors.iter().map(|name| Object::of("Person").with("name", name)))
        .with("datePublished", plain(front.date))
        .with("dateModified", plain(front.updated))
        .with("contentReferenceTime", plain(front.as_of))
        .with("expires", plain(review));
    if let Some(country) = &front.country {
        object = object.with_object("spatialCoverage", Object::of("Place").with("name", country));
    }
    let site_object = Object::of("WebSite").with("name", site.title());
    let object = object.with("keywords", &page.keywords).with_object("isPartOf", site_object);
    let citations = site.pages[id].document.iter().flat_map(|document| &document.citations);
    let cited = citations.map(|citation| json(shortened(&citation.text, 120)));
    filled(object, ("citation", ARTICLE_MAX), cited)
}

/// A text up to a number of characters, cut at a word.
pub(super) fn shortened(text: &str, characters: usize) -> Cow<'_, str> {
    if text.len() <= characters || text.chars().count() <= characters {
        return Cow::Borrowed(text);
    }
    let cut: String = text.chars().take(characters - 1).collect();
    let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(before, _)| before);
    Cow::Owned(format!("{cut}…"))
}

/// An intervention as an action.
fn action(site: &Site, subject: &Subject) -> Object {
    let step = subject.step();
    let schema = step.map(|step| status::by_code(step.code).schema.as_str()).filter(|schema| !schema.is_empty());
    // An organisation is who responds; nobody else is called one.
    let names = crate::register::split(subject.text(Field::Actor), |name| site.register.names.actor(name).is_some());
    let agents = names.into_iter().filter(|name| side_of(site, name) == Side::Response);
    let places = subject.places();
    let places = places.iter().map(|place| Object::of("Place").with("name", place.name_in(&site.config.language)));
    Object::of("Action")
        .with("name", &subject.name)
        .with("description", shortened(subject.text(Field::Objective), 160))
        .with("actionStatus", schema.map(|schema| format!("https://schema.org/{schema}")))
        .with_each("agent", agents.map(|name| Object::of("Organization").with("name", name)))
        .with("startTime", plain(Date::parse(subject.text(Field::Start))))
        .with("endTime", plain(Date::parse(subject.text(Field::End)).and_then(|date| date.ending())))
        .with_each("location", places)
}

/// The page of an intervention.
pub(super) fn intervention(site: &Site, subject: &Subject) -> String {
    action(site, subject).finished()
}

/// A list of so many things.
fn list(title: &str, number: usize) -> Object {
    Object::of("ItemList").with("name", title).with("numberOfItems", number)
}

/// A board: the list of its actions.
pub(super) fn board(site: &Site, title: &str, members: &[usize]) -> String {
    let subjects = site.register.subjects(Kind::Interventions);
    let items = members.iter().filter_map(|at| subjects.get(*at)).map(|subject| action(site, subject));
    fitted(list(title, members.len()), "itemListElement", items)
}

/// A timeline: the list of its events.
pub(super) fn timeline(title: &str, events: &[EventView]) -> String {
    let event = |event: &EventView| {
        let date = event.date.as_ref().and_then(|date| date.datetime.as_ref());
        Object::of("Event").with("name", shortened(&event.text, 120)).with("startDate", date)
    };
    fitted(list(title, events.len()), "itemListElement", events.iter().map(event))
}

/// Key figures: the list of what was observed.
pub(super) fn figures(title: &str, figures: &[FigureView]) -> String {
    let observation = |figure: &FigureView| {
        Object::of("Observation")
            .with("variableMeasured", shortened(&figure.name, 120))
            .with("value", &figure.value)
            .with("unitText", &figure.unit)
            .with("observationDate", figure.as_of.as_ref().and_then(|date| date.datetime.as_ref()))
    };
    fitted(list(title, figures.len()), "itemListElement", figures.iter().map(observation))
}

/// The glossary: a set of terms.
pub(super) fn glossary(title: &str, terms: &[TermView]) -> String {
    let term = |term: &TermView| {
        let definition = if term.definition.is_empty() { &term.full } else { &term.definition };
        Object::of("DefinedTerm").with("name", &term.term).with("description", shortened(definition, 160))
    };
    fitted(Object::of("DefinedTermSet").with("name", title), "hasDefinedTerm", terms.iter().map(term))
}

/// A register that is open data: a dataset with its files.
pub(super) fn dataset(site: &Site, title: &str, name: &str) -> String {
    let absolute = |path: String| site.config.base_url.as_ref().map_or(path.clone(), |base| format!("{base}{path}"));
    let file = |(ending, format): (&str, &str)| {
        let url = absolute(format!("data/{name}{ending}"));
        Object::of("DataDownload").with("encodingFormat", format).with("contentUrl", url)
    };
    let about = site.config.description.as_deref().unwrap_or_default();
    // Search engines ask for fifty characters at least.
    let description = format!(
        "{title}. {}. Every row has its as-of date, its sources and the page that states it. {about}",
        site.title()
    );
    Object::of("Dataset")
        .with("name", format!("{title}: {}", site.title()))
        .with("description", shortened(&description, 200))
        .with("inLanguage", &site.config.language)
        .with_each("distribution", [(".csv", "text/csv"), (".json", "application/json")].map(file))
        .finished()
}
