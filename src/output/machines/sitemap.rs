//! The sitemap (sitemaps.org, protocol 0.9) and what leads to it. Comes in: the plan. Goes out: the text of `sitemap.xml`, or,
//! where there are too many pages for one, of its parts and their list; and of `robots.txt`. Days are those that pages say.

use std::fmt::Write as _;

use super::feed::changed;
use super::{Machine, xml};
use crate::machines::SITEMAP;
use crate::output::Output;
use crate::output::plan::{Plan, Recipe};
use crate::site::Site;
use crate::vocabulary::Day;

/// How many addresses a sitemap may have.
const PAGES_MAX: usize = 50_000;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
const NAMESPACE: &str = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"";

/// How many parts the sitemap of a site with these outputs has; none where it is whole.
pub(super) fn parts<'o>(plan: &Plan, outputs: impl ExactSizeIterator<Item = &'o Output>) -> usize {
    if outputs.len() <= PAGES_MAX {
        return 0;
    }
    let pages = outputs.filter(|output| is_in(&plan.site, &output.recipe)).count();
    if pages > PAGES_MAX { pages.div_ceil(PAGES_MAX) } else { 0 }
}

/// The path of a part.
pub(super) fn part_path(part: usize) -> String {
    format!("sitemap-{}.xml", part + 1)
}

/// Whether an output is a page that search engines should know: boards with several filters are found from those with one.
fn is_in(site: &Site, recipe: &Recipe) -> bool {
    match recipe {
        Recipe::Page(id) => {
            let page = &site.pages[*id];
            let is_wanted = page.document.as_ref().is_none_or(|document| document.front.in_sitemap);
            is_wanted && page.is_listed()
        }
        Recipe::Board(at) => site.boards.all()[*at].filters.len() < 2,
        Recipe::Part(..)
        | Recipe::Register(_)
        | Recipe::Subject(..)
        | Recipe::Source(_)
        | Recipe::Timeline(_)
        | Recipe::Names(_)
        | Recipe::Taxonomy(_)
        | Recipe::Term(..) => true,
        _ => false,
    }
}

/// The day of which the statements on a page are, or on which it was changed.
fn day(plan: &Plan, recipe: &Recipe) -> Option<Day> {
    match recipe {
        Recipe::Page(id) => changed(&plan.site.pages[*id]),
        Recipe::Subject(kind, at) => {
            let statements = &plan.site.register.subjects(*kind)[*at].statements;
            let known = statements.iter().filter(|statement| !statement.is_future);
            known
                .filter_map(|statement| statement.as_of)
                .map(|date| date.earliest())
                .filter(|day| *day > Day::MIN)
                .max()
        }
        _ => None,
    }
}

/// All pages of the sitemap, in the order of their paths.
fn pages(plan: &Plan) -> impl Iterator<Item = &Output> {
    plan.outputs().filter(|output| is_in(&plan.site, &output.recipe))
}

/// The sitemap, or the list of its parts.
pub(super) fn whole(plan: &Plan) -> String {
    let parts = plan.outputs().filter(|output| matches!(output.recipe, Recipe::Machine(Machine::SitemapPart(_))));
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return set(plan, pages(plan));
    }
    let mut text = format!("{HEAD}<sitemapindex {NAMESPACE}>\n");
    for part in parts {
        let _ = writeln!(text, "<sitemap><loc>{}</loc></sitemap>", xml(&plan.absolute(&part.path).unwrap_or_default()));
    }
    text.push_str("</sitemapindex>\n");
    text
}

/// A part of the sitemap.
pub(super) fn part(plan: &Plan, part: usize) -> String {
    set(plan, pages(plan).skip(part * PAGES_MAX).take(PAGES_MAX))
}

fn set<'p>(plan: &Plan, pages: impl Iterator<Item = &'p Output>) -> String {
    let mut text = format!("{HEAD}<urlset {NAMESPACE}>\n");
    for output in pages {
        let url = output.path.strip_suffix("index.html").filter(|url| url.is_empty() || url.ends_with('/'));
        let address = plan.absolute(url.unwrap_or(&output.path)).unwrap_or_default();
        let _ = write!(text, "<url><loc>{}</loc>", xml(&address));
        if let Some(day) = day(plan, &output.recipe) {
            let _ = write!(text, "<lastmod>{day}</lastmod>");
        }
        text.push_str("</url>\n");
    }
    text.push_str("</urlset>\n");
    text
}

/// What programs may read: everything.
pub(super) fn robots(plan: &Plan) -> String {
    let sitemap = plan.absolute(SITEMAP).filter(|_| plan.at(SITEMAP).is_some());
    let sitemap = sitemap.map(|address| format!("\nSitemap: {address}\n")).unwrap_or_default();
    format!("User-agent: *\nAllow: /\n{sitemap}")
}
