//! The site for language models: `llms.txt`, as llmstxt.org has it. Comes in: the plan. Goes out: title, bottom line, and the
//! Markdown of the pages by section, with the open data.

use std::fmt::Write as _;

use super::shortened;
use crate::output::plan::Plan;
use crate::register::PageId;
use crate::site::Pages;

/// How many pages of a section are listed; its own page leads to all of them.
const PAGES_MAX: usize = 100;

/// The text of `llms.txt`.
pub(super) fn llms(plan: &Plan) -> String {
    let site = &plan.site;
    let mut text = format!("# {}\n", line(site.title(), usize::MAX));
    let about = site.config.description.as_deref().or_else(|| site.home().description());
    if let Some(about) = about {
        let _ = write!(text, "\n> {}\n", line(about, 400));
    }
    let (sections, pages): (Vec<PageId>, Vec<PageId>) = site
        .home()
        .children
        .iter()
        .copied()
        .filter(|at| site.pages[*at].is_listed())
        .partition(|at| site.pages[*at].is_section);
    text.push('\n');
    list(plan, [PageId::HOME].into_iter().chain(pages), &mut text);
    for section in sections {
        let _ = write!(text, "\n## {}\n\n", line(&site.pages[section].title, usize::MAX));
        list(plan, [section].into_iter().chain(below(&site.pages, section)), &mut text);
    }
    if !plan.site_view.data.is_empty() {
        text.push_str("\n## Data\n\n");
        for file in &plan.site_view.data {
            let _ = writeln!(text, "- [{}]({})", label(&file.title), link(plan, &file.url));
        }
    }
    text
}

/// The pages below a section that lists show.
fn below(pages: &Pages, section: PageId) -> impl Iterator<Item = PageId> {
    pages.below(section).filter(|at| pages[*at].is_listed())
}

fn list(plan: &Plan, pages: impl Iterator<Item = PageId>, text: &mut String) {
    let twins = pages.filter_map(|at| Some((at, plan.twin_of(at)?)));
    for (at, twin) in twins.take(PAGES_MAX) {
        let page = &plan.site.pages[at];
        let about = page.teaser().map(|about| format!(": {}", line(about, 200))).unwrap_or_default();
        let _ = writeln!(text, "- [{}]({}){about}", label(&page.title), link(plan, &twin));
    }
}

/// A full address, or where the site has none, a relative one.
fn link(plan: &Plan, url: &str) -> String {
    let link = plan.absolute(url).unwrap_or_else(|| crate::address::href("", url));
    link.replace('(', "%28").replace(')', "%29")
}

/// A text on one line.
fn line(text: &str, characters: usize) -> String {
    shortened(text, characters)
}

/// The text of a link.
fn label(text: &str) -> String {
    line(text, usize::MAX).replace('[', "\\[").replace(']', "\\]")
}
