//! Pages of the writer's. Comes in: a page of the site. Goes out: its [`PageView`], with every link resolved.

use std::collections::BTreeSet;

use super::json_ld;
use super::machines::HeadView;
use super::parts::{is_superseded, step_mark};
use super::script::{direction, font};
use super::search::has_long_table;
use super::view::{BodyView, DateView, FiledView, LinkView, NavItem, PageView, Piece};
use crate::address;
use crate::document::{AsOf, Body, Document, FrontMatter, Link, Slot};
use crate::html::escaped;
use crate::register::{Contradiction, Named, PageId, RowId, Subject, is_short_form};
use crate::rules::AnchorLinks;
use crate::site::{Filing, Page, Resolved, Site, Why};
use crate::vocabulary::{Date, Field, Kind};

/// The view of a page.
pub(super) fn page_view(site: &Site, id: PageId) -> PageView {
    let page = &site.pages[id];
    let document = page.document.as_deref();
    let none = FrontMatter::default();
    let front = document.map_or(&none, |document| &document.front);
    let (previous, next) = neighbours(site, id);
    let (body, notes) = document.map(|document| body_views(site, id, &document.body)).unwrap_or_default();
    let lang = site.language_of(page);
    let shown = |date: &Option<Date>| date.as_ref().map(|date| DateView::new(date, lang));
    let review_by = front.review_by.or_else(|| site.reviews.get(&id).copied().map(Date::of_day));
    let (waits_until, expired_on) = match site.unpublished.get(&id) {
        Some(Why::Scheduled(date)) => (Some(*date), None),
        Some(Why::Expired(date)) => (None, Some(*date)),
        _ => (None, None),
    };
    let mut view = PageView {
        url: page.url.clone(),
        kind: match (page.url.is_empty(), page.is_section) {
            (true, _) => "home",
            (_, true) => "section",
            _ => "page",
        },
        title: page.title.clone(),
        title_id: document.and_then(|document| document.title_id.clone()),
        description: front.description.clone(),
        lang: lang.to_owned(),
        dir: direction(lang),
        font: font(lang),
        crumbs: crumbs(site, id),
        headings: document
            .map(|d| d.headings.iter().filter(|h| (2..=3).contains(&h.level) && !h.text.is_empty()).cloned().collect())
            .unwrap_or_default(),
        body,
        notes,
        has_code: document.is_some_and(|document| document.has_code),
        has_long_table: document.is_some_and(has_long_table),
        previous: previous.map(|at| link_view(site, at)),
        next: next.map(|at| link_view(site, at)),
        children: page.listed.iter().map(|child| link_view(site, *child)).collect(),
        pager: None,
        filed: filed(site, id),
        terms: Vec::new(),
        backlinks: Vec::new(),
        backlinks_left: 0,
        redirect: None,
        summary: page.teaser().map(str::to_owned),
        word_count: document.map_or(0, |document| document.words),
        reading_time: document.map_or(0, |document| document.words.div_ceil(200)),
        keywords: front.keywords.clone(),
        authors: authors(site, &front.authors, document.is_some()),
        date: shown(&front.date),
        updated: shown(&front.updated),
        has_undated: front.as_of.is_none() && document.is_some_and(has_undated_rows),
        as_of: shown(&front.as_of),
        is_stale: review_by.is_some_and(|date| date.latest() < site.today),
        review_by: shown(&review_by),
        trend: front.trend,
        head: HeadView::default(),
        json_ld: None,
        is_draft: site.unpublished.contains_key(&id),
        waits_until: shown(&waits_until),
        expired_on: shown(&expired_on),
        extra: front.extra.clone(),
    };
    if document.is_some() {
        view.json_ld = Some(json_ld::article(site, id, &view, front));
    }
    view
}

fn has_undated_rows(document: &Document) -> bool {
    document.tables.iter().flat_map(|table| &table.rows).any(|row| !matches!(row.as_of, AsOf::At(_)))
}

/// A page as a link.
pub(super) fn link_view(site: &Site, id: PageId) -> LinkView {
    let page = &site.pages[id];
    let description = page.teaser().map(str::to_owned);
    LinkView { url: page.url.clone(), title: page.short_title().to_owned(), description }
}

/// The writers of a page: its own, else the site's.
fn authors(site: &Site, own: &[String], is_written: bool) -> Vec<String> {
    match own {
        [] => site.config.author.iter().filter(|_| is_written).cloned().collect(),
        own => own.to_vec(),
    }
}

/// The terms under which a page is filed.
fn filed(site: &Site, id: PageId) -> Vec<FiledView> {
    let mut filed: Vec<FiledView> = Vec::new();
    for (filing, term) in site.filed.get(&id).into_iter().flatten() {
        let filing: &Filing = &site.filings[*filing];
        let term = &filing.terms[*term];
        let link = LinkView { url: term.url.clone(), title: term.name.clone(), description: None };
        match filed.last_mut().filter(|last| last.taxonomy.url == filing.url) {
            Some(last) => last.terms.push(link),
            None => {
                let taxonomy = LinkView { url: filing.url.clone(), title: filing.title(), description: None };
                filed.push(FiledView { taxonomy, terms: vec![link] });
            }
        }
    }
    filed
}

/// The page before and the one after a page on a reader's walk: the section directly below the home page that it is in,
/// with all that is in that. The home page itself is not part of a walk.
fn neighbours(site: &Site, id: PageId) -> (Option<PageId>, Option<PageId>) {
    let top_of = |page: PageId| site.pages.upwards(page).take_while(|at| *at != PageId::HOME).last();
    let Some(top) = top_of(id) else { return (None, None) };
    // Pages are in reading order: what is in a section follows it directly.
    let is_in_walk = |at: &PageId| top_of(*at) == Some(top);
    (site.pages.before(id).filter(is_in_walk), site.pages.after(id).next().filter(is_in_walk))
}

/// The sections above a page, from the home page down.
pub(super) fn crumbs(site: &Site, id: PageId) -> Vec<LinkView> {
    let mut crumbs: Vec<LinkView> = site.pages.above(id).map(|at| link_view(site, at)).collect();
    crumbs.reverse();
    if let Some(home) = crumbs.first_mut() {
        home.title = site.title().to_owned();
    }
    crumbs
}

/// The navigation of the pages in a section: all that is directly below the home page, and the branch that the section is in.
/// `own` gives for a section what [`nav_items`] does.
pub(super) fn nav(
    site: &Site,
    section: PageId,
    own: impl Fn(PageId) -> Vec<NavItem>,
    registers: &[LinkView],
) -> Vec<NavItem> {
    let mut items = own(section);
    for (inner, outer) in site.pages.upwards(section).zip(site.pages.above(section)) {
        let mut around = own(outer);
        if let Some(entry) = around.iter_mut().find(|entry| entry.url == site.pages[inner].url) {
            entry.children = items;
        }
        items = around;
    }
    for register in registers {
        if !items.iter().any(|item| item.url == register.url) {
            items.push(NavItem {
                url: register.url.clone(),
                title: register.title.clone(),
                children: Vec::new(),
                is_more: false,
            });
        }
    }
    items
}

/// How many pages of a section the navigation lists; the section's own page lists them all. It stands on every page, and each
/// entry costs a reader some 25 bytes of the first 14,000.
const NAV_MAX: usize = 20;

/// What is in a section, as the navigation lists it, without what is in that.
pub(super) fn nav_items(site: &Site, section: PageId) -> Vec<NavItem> {
    let page: &Page = &site.pages[section];
    let shown: Vec<PageId> = page.children.iter().copied().filter(|child| site.pages[*child].is_listed()).collect();
    let item = |child: &PageId| {
        let page: &Page = &site.pages[*child];
        NavItem { url: page.url.clone(), title: page.short_title().to_owned(), children: Vec::new(), is_more: false }
    };
    let mut items: Vec<NavItem> = shown.iter().take(NAV_MAX).map(item).collect();
    if shown.len() > NAV_MAX {
        let title = shown.len().to_string();
        items.push(NavItem { url: page.url.clone(), title, children: Vec::new(), is_more: true });
    }
    items
}

/// The text of a page and its footnotes with their links filled in; words of the interface are put in when they are
/// rendered.
pub(super) fn body_views(site: &Site, id: PageId, body: &Body) -> (BodyView, BodyView) {
    let url = &site.pages[id].url;
    let headings = site.pages[id].document.as_ref().map_or(&[][..], |document| &document.headings);
    let (text, notes) = body.html.split_at(body.notes_start);
    let mut additions = first_mentions(site, text, url).into_iter().peekable();
    let mut writer = Pieces::default();
    // The body, and what stands in its slots: mostly addresses.
    writer.html.reserve(body.html.len() + 64 * body.slots.len());
    let anchors = anchor_links(site, id);
    let mut from = 0;
    for (at, slot) in &body.slots {
        while let Some((place, html)) = additions.next_if(|(place, _)| place <= at && *place <= text.len()) {
            writer.html.push_str(&body.html[from..place]);
            from = place;
            writer.html.push_str(&html);
        }
        if writer.text.is_none() && *at >= body.notes_start {
            writer.html.push_str(&body.html[from..body.notes_start]);
            from = body.notes_start;
            writer.finish_text();
        }
        writer.html.push_str(&body.html[from..*at]);
        from = *at;
        match slot {
            Slot::Link(link) => writer.html.push_str(&link_attribute(site, id, *link, url)),
            Slot::Address(link) => {
                let address = address_text(site, id, *link, url);
                pulldown_cmark_escape::escape_html(&mut writer.html, &address).expect("a String takes all text");
            }
            Slot::Anchor(heading, is_start) => {
                if let Some(heading) = headings.get(*heading) {
                    anchor_link(&mut writer, anchors, &heading.id, *is_start);
                }
            }
            Slot::Subject(table, row) => {
                let subject = site.register.subject_of(RowId { page: id, table: *table, row: *row });
                if let Some(subject) = subject.filter(|subject| leads_somewhere(subject)) {
                    push_attribute(&mut writer.html, "href", &address::href(url, &subject.url));
                }
            }
            Slot::Figure(link) => writer.html.push_str(&escaped(&figure_text(site, id, *link))),
            Slot::Note(table, row) => row_note(site, &mut writer, RowId { page: id, table: *table, row: *row }, url),
            Slot::Word(word) => writer.word(word),
        }
    }
    for (place, html) in additions {
        writer.html.push_str(&body.html[from..place]);
        from = place;
        writer.html.push_str(&html);
    }
    if writer.text.is_none() && !notes.is_empty() {
        writer.html.push_str(&body.html[from..body.notes_start]);
        from = body.notes_start;
        writer.finish_text();
    }
    writer.html.push_str(&body.html[from..]);
    let last = writer.finished();
    match writer.text {
        Some(text) => (text, last),
        None => (last, BodyView::default()),
    }
}

/// A body while it is put together.
#[derive(Default)]
struct Pieces {
    pieces: Vec<Piece>,
    html: String,
    /// The text, once the footnotes have begun.
    text: Option<BodyView>,
}

impl Pieces {
    fn word(&mut self, word: &'static str) {
        self.pieces.push(Piece::Html(std::mem::take(&mut self.html)));
        self.pieces.push(Piece::Word(word));
    }

    /// The pieces so far as a view; there are none after it.
    fn finished(&mut self) -> BodyView {
        if !self.html.is_empty() {
            self.pieces.push(Piece::Html(std::mem::take(&mut self.html)));
        }
        BodyView { pieces: std::mem::take(&mut self.pieces) }
    }

    fn finish_text(&mut self) {
        let text = self.finished();
        self.text = Some(text);
    }
}

/// Where the headings of a page show a link to themselves: as the nearest section says, else the site.
fn anchor_links(site: &Site, id: PageId) -> AnchorLinks {
    let said = site.pages.upwards(id).find_map(|at| site.pages[at].document.as_ref()?.front.insert_anchor_links);
    said.unwrap_or(site.config.anchor_links)
}

/// The link of a heading to itself.
fn anchor_link(writer: &mut Pieces, links: AnchorLinks, id: &str, is_start: bool) {
    let mut open = String::from("<a class=\"anchor\"");
    push_attribute(&mut open, "href", &own_fragment(id));
    match (links, is_start) {
        (AnchorLinks::Heading, true) => writer.html.push_str(&format!("{open}>")),
        (AnchorLinks::Heading, false) => writer.html.push_str("</a>"),
        (AnchorLinks::Left, true) | (AnchorLinks::Right, false) => {
            writer.html.push_str(&format!("{open} aria-label=\""));
            writer.word("heading_link");
            writer.html.push_str("\">#</a>");
        }
        _ => {}
    }
}

/// Whether a row's subject has more to show elsewhere than the row itself.
fn leads_somewhere(subject: &Subject) -> bool {
    !matches!(subject.kind, Kind::Timeline | Kind::Updates)
}

/// The value of the figure that a link leads to, in the number format of its page; `?` where there is none.
fn figure_text(site: &Site, id: PageId, link: usize) -> String {
    let value = site.links_of(id).get(link).and_then(|resolved| figure_value(site, id, resolved));
    value.unwrap_or_else(|| "?".to_owned())
}

/// The value of the figure that an address leads to, in the number format of a page.
pub(super) fn figure_value(site: &Site, id: PageId, resolved: &Resolved) -> Option<String> {
    let language = site.language_of(&site.pages[id]);
    let statement = site.figure(resolved).and_then(Subject::current)?;
    Some(match statement.number(&site.config.language) {
        Some(number) => number.in_language(language),
        None => statement.row.text(Field::Value).to_owned(),
    })
}

/// What is to be said beside a row: that a newer statement says something else, that sources disagree, or that it is old.
fn row_note(site: &Site, writer: &mut Pieces, row: RowId, from: &str) {
    let Some((subject, statement)) = site.register.stated(row) else { return };
    let open = |writer: &mut Pieces, class: &str, word: &'static str, url: Option<&str>| {
        writer.html.push_str(&format!(" <small class=\"row-note {class}\">"));
        if let Some(url) = url {
            writer.html.push_str("<a");
            push_attribute(&mut writer.html, "href", &address::href(from, url));
            writer.html.push('>');
        }
        writer.word(word);
        if url.is_some() {
            writer.html.push_str("</a>");
        }
    };
    if is_superseded(subject, statement)
        && let Some(current) = subject.current()
    {
        let language = site.language_of(&site.pages[row.page]);
        let said = current
            .step()
            .map_or_else(|| current.row.text(Field::Value).to_owned(), |step| step_mark(step, language).label);
        let page = format!("{}#{}", current.page, current.row.anchor);
        open(writer, "superseded", "superseded_by", Some(&page));
        let date = current.as_of.map(|date| format!(" ({})", date.in_words(language))).unwrap_or_default();
        writer.html.push_str(&format!(" {}{}</small>", escaped(&said), escaped(&date)));
        return;
    }
    let is_side = |found: &&Contradiction| {
        found.sides.iter().any(|side| side.page == statement.page && side.anchor == statement.row.anchor)
    };
    if site.register.open_contradictions(subject).any(|found| is_side(&found)) {
        open(writer, "contested", "sources_disagree", Some("contested/"));
        writer.html.push_str("</small>");
    }
    let is_current = subject.is_as_new(statement);
    let due = crate::site::review_by(&site.config, subject).filter(|day| is_current && *day < site.today);
    if let Some(day) = due {
        let language = site.language_of(&site.pages[row.page]);
        open(writer, "stale", "look_again", None);
        writer.html.push_str(&format!(" {}</small>", escaped(&Date::of_day(day).in_words(language))));
    }
}

/// What is to be added to a page's HTML, by byte offset: at the first mention of a short form of a known actor or term its
/// full name, at that of another term the way to the glossary.
fn first_mentions(site: &Site, html: &str, url: &str) -> Vec<(usize, String)> {
    let register = &site.register;
    if !register.book.explains() {
        return Vec::new();
    }
    let mut seen: BTreeSet<Named> = BTreeSet::new();
    let mut additions = Vec::new();
    for segment in running_text(html) {
        for (range, named) in register.book.find(&html[segment.clone()]) {
            let subject = &register.subjects(named.kind)[named.at];
            if !seen.insert(named) || subject.url == url {
                continue;
            }
            let (start, end) = (segment.start + range.start, segment.start + range.end);
            let is_short = is_short_form(&html[start..end]);
            let full = register.book.full_name(named).filter(|full| is_short && !html.contains(full));
            match (named.kind, full) {
                (_, Some(full)) => {
                    let mut link = String::from("<span class=\"full\"> (<a");
                    push_attribute(&mut link, "href", &address::href(url, &subject.url));
                    link.push_str(&format!(">{}</a>)</span>", escaped(full)));
                    additions.push((end, link));
                }
                (Kind::Glossary, None) => {
                    let mut link = String::from("<a class=\"term\"");
                    push_attribute(&mut link, "href", &address::href(url, &subject.url));
                    link.push('>');
                    additions.push((start, link));
                    additions.push((end, "</a>".to_owned()));
                }
                _ => {}
            }
        }
    }
    additions
}

/// The stretches of a page's HTML that are running text: outside of tags, links, headings, code and tables.
fn running_text(html: &str) -> Vec<std::ops::Range<usize>> {
    const CLOSED: [&str; 18] = [
        "a", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "code", "pre", "table", "script", "style", "caption",
        "textarea", "button", "select", "title",
    ];
    let mut segments = Vec::new();
    let mut depth = 0usize;
    let mut at = 0;
    while at < html.len() {
        let Some(open) = html[at..].find('<').map(|offset| at + offset) else {
            segments.push(at..html.len());
            break;
        };
        if depth == 0 && open > at {
            segments.push(at..open);
        }
        let end = if html[open..].starts_with("<!--") { "-->" } else { ">" };
        let close = html[open..].find(end).map_or(html.len(), |offset| open + offset + end.len());
        let tag = html[open + 1..close].trim_end_matches(['>', '/']);
        let name = tag.trim_start_matches('/').split(char::is_whitespace).next().unwrap_or_default();
        if CLOSED.iter().any(|closed| name.eq_ignore_ascii_case(closed)) {
            depth = if tag.starts_with('/') { depth.saturating_sub(1) } else { depth + 1 };
        }
        at = close;
    }
    segments
}

/// A link of a page as it was written, and where it leads.
fn link_of(site: &Site, id: PageId, link: usize) -> Option<(&Link, &Resolved)> {
    let document = site.pages[id].document.as_ref()?;
    Some((document.links.get(link)?, site.links_of(id).get(link)?))
}

/// The address of a link that leads somewhere within the site, from its own page.
pub(super) fn address_within(page: &Page, written: &str, resolved: &Resolved, from: &str) -> Option<String> {
    match resolved {
        Resolved::Within(url) if is_own_fragment(url, &page.url) => Some(own_fragment(&url[page.url.len() + 1..])),
        Resolved::Within(url) | Resolved::NoAnchor { url, .. } => {
            Some(address::with_query(&address::href(from, url), written))
        }
        _ => None,
    }
}

/// The `href` or `src` of a link; a link that leads nowhere has none, so that no reader follows it in vain.
fn link_attribute(site: &Site, id: PageId, link: usize, from: &str) -> String {
    let Some((written, resolved)) = link_of(site, id, link) else { return String::new() };
    let name = if written.is_picture { "src" } else { "href" };
    let mut html = String::new();
    match (address_within(&site.pages[id], &written.target, resolved, from), resolved) {
        (Some(address), _) => push_attribute(&mut html, name, &address),
        (None, Resolved::Outside(url)) => {
            push_attribute(&mut html, name, url);
            if !written.is_picture {
                html.push_str(" rel=\"noopener noreferrer\"");
            }
        }
        // A picture without an address would be no HTML: its alternative text stands in for it.
        _ if written.is_picture => push_attribute(&mut html, name, "data:,"),
        _ => html.push_str(" class=\"broken\""),
    }
    html
}

/// The address in an attribute of raw HTML; one that leads nowhere stays as it is written.
pub(super) fn address_text(site: &Site, id: PageId, link: usize, from: &str) -> String {
    let Some((written, resolved)) = link_of(site, id, link) else { return String::new() };
    let elsewhere = || match resolved {
        Resolved::Dangerous(_) => "about:invalid".to_owned(),
        _ => written.target.clone(),
    };
    address_within(&site.pages[id], &written.target, resolved, from).unwrap_or_else(elsewhere)
}

/// A link to a place on the page itself.
fn own_fragment(id: &str) -> String {
    address::href("", &format!("#{id}"))
}

fn is_own_fragment(url: &str, page: &str) -> bool {
    url.strip_prefix(page).is_some_and(|rest| rest.starts_with('#'))
}

fn push_attribute(html: &mut String, name: &str, value: &str) {
    html.push(' ');
    html.push_str(name);
    html.push_str("=\"");
    pulldown_cmark_escape::escape_html(&mut *html, value).expect("a String takes all text");
    html.push('"');
}
