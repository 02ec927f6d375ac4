//! Long lists, taxonomies and addresses that lead elsewhere. Comes in: the planner. Goes out: their outputs.

use std::sync::Arc;

use super::Output;
use super::page::link_view;
use super::parts::link_to;
use super::plan::Planner;
use super::view::{LinkView, PageView, PagerView, RegisterView, TermLinkView, View};
use crate::address;
use crate::site::{Filing, Page, Resolved, Term, further_parts, parts_of};

/// The file of the script that keeps the fragment of an address when it leads on; pages with a redirect need it.
const SCRIPT: &str = "_redirect.js";

/// The section whose navigation a page shows, and the source that it comes from.
type Of = (Option<usize>, Option<Arc<str>>);

impl Planner<'_> {
    /// The template that a page asks for, where the theme has it.
    pub(super) fn template_of(&self, page: &Page) -> Option<String> {
        page.template.clone().filter(|name| !self.site.config.is_peers() && self.theme.has_template(name))
    }

    /// A page, or, where its list has several parts, each of them.
    pub(super) fn parts(
        &self,
        index: usize,
        template: &str,
        (view, register): (PageView, RegisterView),
        of: Of,
    ) -> Vec<Output> {
        let page = &self.site.pages[index];
        let Some((size, _)) = parts_of(page) else { return vec![self.html(template.to_owned(), view, register, of)] };
        let (sections, mut listed): (Vec<usize>, Vec<usize>) =
            page.listed.iter().partition(|at| self.site.pages[**at].is_section);
        if page.document.as_ref().is_some_and(|document| document.front.paginate_reversed) {
            listed.reverse();
        }
        let mut urls = vec![page.url.clone()];
        urls.extend(further_parts(page, &self.site.pages));
        let links =
            |indices: &[usize]| -> Vec<LinkView> { indices.iter().map(|at| link_view(self.site, *at)).collect() };
        let mut outputs = Vec::new();
        let (mut view, mut register) = (Some(view), Some(register));
        for (at, url) in urls.iter().enumerate() {
            let chunk = listed.chunks(size).nth(at).unwrap_or_default();
            let children = if at == 0 { links(&[&sections, chunk].concat()) } else { links(chunk) };
            // The further parts have the list and no text.
            let first = view.take();
            let is_first = first.is_some();
            let own = first.unwrap_or_else(|| PageView {
                kind: "section",
                title: page.title.clone(),
                ..self.made_page(url, "section", String::new())
            });
            let part = PageView { url: url.clone(), children, pager: pager(&urls, at), ..own };
            let template = if is_first { template.to_owned() } else { "section.html".to_owned() };
            outputs.push(self.html(template, part, register.take().unwrap_or_default(), of.clone()));
        }
        outputs
    }

    /// Where the visitors of a section are sent to, where it says so.
    pub(super) fn sent_on(&self, index: usize) -> Option<String> {
        let page = &self.site.pages[index];
        let to = page.document.as_ref()?.front.redirect_to.as_ref()?;
        match self.site.resolve(to, &page.url) {
            Resolved::Within(url) | Resolved::NoAnchor { url, .. } => Some(url),
            Resolved::Outside(url) => Some(url),
            _ => None,
        }
    }

    /// A page that leads to `to`, a URL within the site or an address elsewhere.
    pub(super) fn redirect(&self, url: &str, to: &str, of: Of) -> Output {
        let is_outside = to.contains("://") || to.starts_with("mailto:");
        let link =
            if is_outside { to.to_owned() } else { address::href(&address::root_of(&address::output_path(url)), to) };
        let title = self.site.page_at(to.split('#').next().unwrap_or_default()).map_or(to, |page| page.title.as_str());
        let page = PageView { redirect: Some(link), ..self.made_page(url, "redirect", title.to_owned()) };
        self.html("redirect.html".to_owned(), page, RegisterView::default(), of)
    }

    /// All aliases, and the script that they need.
    pub(super) fn redirects(&self) -> Vec<Output> {
        let mut outputs: Vec<Output> =
            self.site.addresses.redirects().map(|(url, to)| self.redirect(url, to, (None, None))).collect();
        let is_sent_on = |index: &usize| self.sent_on(*index).is_some();
        if !outputs.is_empty() || (0..self.site.pages.len()).any(|index| is_sent_on(&index)) {
            outputs.push(Output {
                path: SCRIPT.to_owned(),
                view: View::Bytes(self.theme.redirect_script()),
                source: None,
            });
        }
        outputs
    }

    /// The pages of all taxonomies and their terms.
    pub(super) fn filings(&self) -> Vec<Output> {
        let mut outputs = Vec::new();
        for filing in &self.site.filings {
            let title = filing.title();
            let mut output = self.register_page(&filing.url, "taxonomy", title.clone(), RegisterView::default());
            self.in_language(&mut output, filing);
            if let View::Html(view) = &mut output.view {
                let link = |term: &Term| TermLinkView {
                    url: term.url.clone(),
                    title: term.name.clone(),
                    pages: term.pages.len(),
                };
                view.page.terms = filing.terms.iter().map(link).collect();
            }
            outputs.push(output);
            for term in &filing.terms {
                outputs.extend(self.term(filing, term, &title));
            }
        }
        outputs
    }

    fn term(&self, filing: &Filing, term: &Term, taxonomy: &str) -> Vec<Output> {
        let parts = filing.parts_of(term);
        let urls: Vec<String> = parts.iter().map(|(url, _)| url.clone()).collect();
        let mut outputs = Vec::new();
        for (at, (url, pages)) in parts.iter().enumerate() {
            let mut output = self.register_page(url, "term", term.name.clone(), RegisterView::default());
            self.in_language(&mut output, filing);
            if let View::Html(view) = &mut output.view {
                view.page.children = pages.iter().map(|page| link_view(self.site, *page)).collect();
                view.page.pager = pager(&urls, at);
                view.page.crumbs.push(link_to(&filing.url, taxonomy));
            }
            outputs.push(output);
        }
        outputs
    }

    /// A page that is made in the language of its taxonomy.
    fn in_language(&self, output: &mut Output, filing: &Filing) {
        if let (View::Html(view), Some(language)) = (&mut output.view, &filing.language) {
            view.page.lang.clone_from(language);
            view.page.dir = super::page::direction(language);
        }
    }
}

/// The place of a part among the parts of a list; `None` where there is only one.
fn pager(urls: &[String], at: usize) -> Option<PagerView> {
    let previous = at.checked_sub(1).and_then(|before| urls.get(before)).cloned();
    let pager = PagerView { number: at + 1, total: urls.len(), previous, next: urls.get(at + 1).cloned() };
    (urls.len() > 1).then_some(pager)
}
