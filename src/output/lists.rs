//! Long lists, taxonomies and addresses that lead elsewhere. Comes in: the plan. Goes out: their views.

use super::page::link_view;
use super::parts::link_to;
use super::plan::{Plan, Target};
use super::script::{direction, font};
use super::view::{HtmlView, PageView, PagerView, RegisterView, TermLinkView};
use crate::address;
use crate::register::PageId;
use crate::site::{Filing, Redirect, Resolved, Term};

impl Plan {
    /// A further part of the list of a page, which has the list and no text.
    pub(super) fn part(&self, id: PageId, part: usize) -> HtmlView {
        let (page, list) = (&self.site.pages[id], &self.lists[&id]);
        let shown = list.pages.chunks(list.size).nth(part).unwrap_or_default();
        let view = PageView {
            children: shown.iter().map(|at| link_view(&self.site, *at)).collect(),
            pager: pager(&list.urls, part),
            ..self.made_page(&list.urls[part], "section", page.title.clone())
        };
        self.html("section.html".to_owned(), view, RegisterView::default(), self.branch_of(id))
    }

    /// Where the visitors of a section are sent to, where it says so.
    pub(super) fn sent_on(&self, id: PageId) -> Option<Target> {
        let page = &self.site.pages[id];
        let to = page.document.as_ref()?.front.redirect_to.as_ref()?;
        match self.site.resolve(to, &page.url) {
            Resolved::Within(url) | Resolved::NoAnchor { url, .. } => Some(Target::Within(url)),
            Resolved::Outside(url) => Some(Target::Outside(url)),
            _ => None,
        }
    }

    /// An older address.
    pub(super) fn redirect(&self, redirect: &Redirect) -> HtmlView {
        self.way_on(&redirect.url, &Target::Within(redirect.to.clone()), None)
    }

    /// A page that leads on.
    pub(super) fn way_on(&self, url: &str, target: &Target, branch: Option<PageId>) -> HtmlView {
        let (link, title) = match target {
            Target::Within(to) => {
                let page = self.site.page_at(to.split('#').next().unwrap_or_default());
                let title = page.map_or(to.as_str(), |page| page.title.as_str());
                (address::href(&address::output_path(url), to), title)
            }
            Target::Outside(to) => (to.clone(), to.as_str()),
        };
        let page = PageView { redirect: Some(link), ..self.made_page(url, "redirect", title.to_owned()) };
        self.html("redirect.html".to_owned(), page, RegisterView::default(), branch)
    }

    /// The page of a taxonomy.
    pub(super) fn taxonomy(&self, filing: &Filing) -> HtmlView {
        let mut view = self.register_page(&filing.url, "taxonomy", filing.title(), RegisterView::default());
        in_language(&mut view, filing);
        let link =
            |term: &Term| TermLinkView { url: term.url.clone(), title: term.name.clone(), pages: term.pages.len() };
        view.page.terms = filing.terms.iter().map(link).collect();
        view
    }

    /// A part of the list of a term, from 0.
    pub(super) fn term(&self, filing: &Filing, term: &Term, part: usize) -> HtmlView {
        let (url, total) = (|at: usize| filing.part_url(term, at + 1), filing.parts_of(term));
        let mut view = self.register_page(&url(part), "term", term.name.clone(), RegisterView::default());
        in_language(&mut view, filing);
        view.page.children = filing.part(term, part).iter().map(|page| link_view(&self.site, *page)).collect();
        view.page.pager = (total > 1).then(|| PagerView {
            number: part + 1,
            total,
            previous: part.checked_sub(1).map(url),
            next: (part + 1 < total).then(|| url(part + 1)),
        });
        view.page.crumbs.push(link_to(&filing.url, &filing.title()));
        view
    }
}

/// A page that is made in the language of its taxonomy.
fn in_language(view: &mut HtmlView, filing: &Filing) {
    if let Some(language) = &filing.language {
        view.page.lang.clone_from(language);
        view.page.dir = direction(language);
        view.page.font = font(language);
    }
}

/// The place of a part among the parts of a list; `None` where there is only one.
pub(super) fn pager(urls: &[String], at: usize) -> Option<PagerView> {
    let previous = at.checked_sub(1).and_then(|before| urls.get(before)).cloned();
    let pager = PagerView { number: at + 1, total: urls.len(), previous, next: urls.get(at + 1).cloned() };
    (urls.len() > 1).then_some(pager)
}
