//! What a page is, for machines: JSON-LD in the words of schema.org (release 30.0). Comes in: a page's view and the register.
//! Goes out: one small object a page; what does not fit is left to the files of open data.

use memchr::memchr;
use serde_json::{Value, json};

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

/// An object as text for a `script` element.
fn finished(object: Value) -> String {
    escaped(opened(object) + CONTEXT)
}

/// An object as text without its end. None is empty: each has a type.
fn opened(mut object: Value) -> String {
    remove_empty(&mut object);
    let mut text = object.to_string();
    text.pop();
    text
}

/// Text in which `<` is escaped, so that nothing in it ends a `script` element.
fn escaped(text: String) -> String {
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
        json!({ "@type": "ListItem", "position": at + 1, "name": shortened(title, 80), "item": address })
    });
    let trail = json!({ "@type": "BreadcrumbList", "itemListElement": items.collect::<Vec<_>>() });
    joined(&own.into_iter().chain([finished(trail)]).collect::<Vec<_>>())
}

fn remove_empty(value: &mut Value) {
    if let Value::Object(object) = value {
        object.values_mut().for_each(remove_empty);
        object.retain(|_, value| match value {
            Value::Null => false,
            Value::String(text) => !text.is_empty(),
            Value::Array(values) => !values.is_empty(),
            Value::Object(inner) => !inner.is_empty(),
            _ => true,
        });
    } else if let Value::Array(values) = value {
        values.iter_mut().for_each(remove_empty);
    }
}

/// Adds items to a list in the object while it stays small.
fn fitted(object: Value, key: &str, items: impl Iterator<Item = Value>) -> String {
    filled(object, (key, LIST_MAX), items)
}

/// Adds items to a list in the object while it takes no more than so many bytes.
fn filled(object: Value, (key, size_max): (&str, usize), items: impl Iterator<Item = Value>) -> String {
    let mut text = escaped(opened(object));
    let mut size = text.len() + CONTEXT.len();
    let own = text.len();
    for mut item in items {
        remove_empty(&mut item);
        let item = escaped(item.to_string());
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
    let authors: Vec<Value> = page.authors.iter().map(|name| json!({ "@type": "Person", "name": name })).collect();
    let absolute = site.config.base_url.as_ref().map(|base| format!("{base}{}", crate::address::encode(&page.url)));
    let review = front.review_by.or_else(|| site.reviews.get(&id).copied().map(Date::of_day));
    let object = json!({
        "@type": ["NewsArticle", "BackgroundNewsArticle"],
        "headline": shortened(&page.title, 110),
        "description": page.description.as_deref().map(|text| shortened(text, 300)),
        "inLanguage": page.lang,
        "url": absolute.filter(|_| site.config.machines.canonical),
        "author": authors,
        "datePublished": plain(front.date),
        "dateModified": plain(front.updated),
        "contentReferenceTime": plain(front.as_of),
        "expires": plain(review),
        "spatialCoverage": front.country.as_deref().map(|country| json!({ "@type": "Place", "name": country })),
        "keywords": page.keywords,
        "isPartOf": json!({ "@type": "WebSite", "name": site.title() }),
    });
    let citations = site.pages[id].document.iter().flat_map(|document| &document.citations);
    let cited = citations.map(|citation| json!(shortened(&citation.text, 120)));
    filled(object, ("citation", ARTICLE_MAX), cited)
}

/// A text up to a number of characters, cut at a word.
pub(super) fn shortened(text: &str, characters: usize) -> String {
    if text.chars().count() <= characters {
        return text.to_owned();
    }
    let cut: String = text.chars().take(characters - 1).collect();
    let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(before, _)| before);
    format!("{cut}…")
}

/// An intervention as an action.
fn action(site: &Site, subject: &Subject) -> Value {
    let step = subject.step();
    let schema = step.map(|step| status::by_code(step.code).schema.as_str()).filter(|schema| !schema.is_empty());
    // An organisation is who responds; nobody else is called one.
    let names = crate::register::split(subject.text(Field::Actor), |name| site.register.names.actor(name).is_some());
    let agents: Vec<Value> = names
        .into_iter()
        .filter(|name| side_of(site, name) == Side::Response)
        .map(|name| json!({ "@type": "Organization", "name": name }))
        .collect();
    let places: Vec<Value> = subject
        .places()
        .iter()
        .map(|place| json!({ "@type": "Place", "name": place.name_in(&site.config.language) }))
        .collect();
    json!({
        "@type": "Action",
        "name": subject.name,
        "description": shortened(subject.text(Field::Objective), 160),
        "actionStatus": schema.map(|schema| format!("https://schema.org/{schema}")),
        "agent": agents,
        "startTime": plain(Date::parse(subject.text(Field::Start))),
        "endTime": plain(Date::parse(subject.text(Field::End)).and_then(|date| date.ending())),
        "location": places,
    })
}

/// The page of an intervention.
pub(super) fn intervention(site: &Site, subject: &Subject) -> String {
    finished(action(site, subject))
}

/// A board: the list of its actions.
pub(super) fn board(site: &Site, title: &str, members: &[usize]) -> String {
    let subjects = site.register.subjects(Kind::Interventions);
    let items = members.iter().filter_map(|at| subjects.get(*at)).map(|subject| action(site, subject));
    let object = json!({ "@type": "ItemList", "name": title, "numberOfItems": members.len() });
    fitted(object, "itemListElement", items)
}

/// A timeline: the list of its events.
pub(super) fn timeline(title: &str, events: &[EventView]) -> String {
    let event = |event: &EventView| json!({ "@type": "Event", "name": shortened(&event.text, 120), "startDate": event.date.as_ref().and_then(|date| date.datetime.clone()) });
    let object = json!({ "@type": "ItemList", "name": title, "numberOfItems": events.len() });
    fitted(object, "itemListElement", events.iter().map(event))
}

/// Key figures: the list of what was observed.
pub(super) fn figures(title: &str, figures: &[FigureView]) -> String {
    let observation = |figure: &FigureView| {
        json!({
            "@type": "Observation",
            "variableMeasured": shortened(&figure.name, 120),
            "value": figure.value,
            "unitText": figure.unit,
            "observationDate": figure.as_of.as_ref().and_then(|date| date.datetime.clone()),
        })
    };
    let object = json!({ "@type": "ItemList", "name": title, "numberOfItems": figures.len() });
    fitted(object, "itemListElement", figures.iter().map(observation))
}

/// The glossary: a set of terms.
pub(super) fn glossary(title: &str, terms: &[TermView]) -> String {
    let term = |term: &TermView| {
        let definition = if term.definition.is_empty() { &term.full } else { &term.definition };
        json!({ "@type": "DefinedTerm", "name": term.term, "description": shortened(definition, 160) })
    };
    fitted(json!({ "@type": "DefinedTermSet", "name": title }), "hasDefinedTerm", terms.iter().map(term))
}

/// A register that is open data: a dataset with its files.
pub(super) fn dataset(site: &Site, title: &str, name: &str) -> String {
    let absolute = |path: String| site.config.base_url.as_ref().map_or(path.clone(), |base| format!("{base}{path}"));
    let file = |ending: &str, format: &str| json!({ "@type": "DataDownload", "encodingFormat": format, "contentUrl": absolute(format!("data/{name}{ending}")) });
    let about = site.config.description.as_deref().unwrap_or_default();
    // Search engines ask for fifty characters at least.
    let description = format!(
        "{title}. {}. Every row has its as-of date, its sources and the page that states it. {about}",
        site.title()
    );
    let object = json!({
        "@type": "Dataset",
        "name": format!("{title}: {}", site.title()),
        "description": shortened(&description, 200),
        "inLanguage": site.config.language,
        "distribution": [file(".csv", "text/csv"), file(".json", "application/json")],
    });
    finished(object)
}
