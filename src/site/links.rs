//! Where links lead. Comes in: an address as written, and the page it stands on. Goes out: a [`Resolved`].
//! Every form that writers use is understood: `@/x.md`, `x.md`, `../x.md`, `/x/`, `x/`, `#id`, with fragments.

use std::sync::Arc;

use imbl::OrdMap;
use rayon::prelude::*;

use super::address_book::{AddressBook, Known};
use super::pages::Pages;
use super::tree::{Page, Why};
use crate::address;
use crate::document::Link;
use crate::register::PageId;
use crate::rules::Urls;
use crate::vocabulary::{alike, fold};

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// To this URL within the site, with its fragment.
    Within(String),
    /// To this address elsewhere.
    Outside(String),
    /// To a page that exists, and an anchor that it does not have.
    NoAnchor {
        /// The URL of the page.
        url: String,
        /// The anchor.
        anchor: String,
        /// The anchor of that page that is nearest to it.
        nearest: Option<String>,
    },
    /// To a page that is not published, and why it is not.
    Hidden(Why),
    /// Out of the content folder.
    OutsideContent,
    /// To the writer's own computer.
    OwnComputer,
    /// Nowhere; with the nearest address that leads somewhere, in the form that the writer used.
    Nowhere(Option<String>),
    /// To something that a browser would run; with its scheme.
    Dangerous(String),
}

/// Resolves the links of one page, in their order.
pub(super) fn resolve_all(page: &Page, pages: &Pages, addresses: &AddressBook) -> Vec<Resolved> {
    let Some(document) = &page.document else { return Vec::new() };
    let resolver = Resolver { page, pages, addresses, source: &document.path };
    document.links.iter().map(|link| resolver.link(link)).collect()
}

/// The pages that link to each URL of the site, in reading order.
pub(super) fn backlinks(
    pages: &Pages,
    links: &[Arc<[Resolved]>],
    addresses: &AddressBook,
) -> OrdMap<String, Vec<PageId>> {
    let of_page = |(id, page): (PageId, &Arc<Page>)| {
        let urls = linked(&links[id.index()], page, addresses);
        urls.into_iter().map(|url| (url, id)).collect::<Vec<_>>()
    };
    let mut all: Vec<(&str, PageId)> = pages.par_each().flat_map_iter(of_page).collect();
    all.sort_by_key(|(url, _)| *url); // those of one address stay in reading order
    let of_url = all.chunk_by(|(url, _), (next, _)| url == next);
    of_url.map(|found| (found[0].0.to_owned(), found.iter().map(|(_, id)| *id).collect::<Vec<_>>())).collect()
}

/// The URLs of the site that the links of a page lead to, each once, but for its own.
pub(super) fn linked<'r>(links: &'r [Resolved], page: &Page, addresses: &'r AddressBook) -> Vec<&'r str> {
    let mut urls: Vec<&str> = links
        .iter()
        .filter_map(|resolved| {
            let url = match resolved {
                Resolved::Within(url) => url.split('#').next().unwrap_or_default(),
                Resolved::NoAnchor { url, .. } => url,
                _ => return None,
            };
            match addresses.at(url) {
                Some(Known::Redirect(to)) => Some(to.as_str()),
                _ => Some(url),
            }
        })
        .filter(|url| *url != page.url)
        .collect();
    urls.sort_unstable();
    urls.dedup();
    urls
}

/// Resolves one address that stands on a page, such as that of a row's source.
pub(super) fn resolve(target: &str, page: &Page, pages: &Pages, addresses: &AddressBook) -> Resolved {
    let Some(document) = &page.document else { return Resolved::Nowhere(None) };
    Resolver { page, pages, addresses, source: &document.path }.target(target, false)
}

/// An address that leads nowhere as it certainly was meant: it differs from one that leads somewhere only in case, in
/// kinds of gaps, or in the form of its anchor.
pub(super) fn mended(target: &str, page: &Page, pages: &Pages, addresses: &AddressBook) -> Option<String> {
    let document = page.document.as_ref()?;
    Resolver { page, pages, addresses, source: &document.path }.mended(target)
}

struct Resolver<'a> {
    page: &'a Page,
    pages: &'a Pages,
    addresses: &'a AddressBook,
    source: &'a Arc<str>,
}

impl Resolver<'_> {
    fn link(&self, link: &Link) -> Resolved {
        self.target(&link.target, link.is_picture)
    }

    fn target(&self, target: &str, is_picture: bool) -> Resolved {
        let target = target.trim();
        if is_own_computer(target) {
            return Resolved::OwnComputer;
        }
        // An address of the site itself is one within it.
        if let Some(below) = self.addresses.base_url.as_deref().and_then(|base| target.strip_prefix(base)) {
            return self.target(&format!("/{below}"), is_picture);
        }
        if let Some(meant) = misspelt_scheme(target) {
            return Resolved::Nowhere(Some(meant));
        }
        if let Some(scheme) = scheme(target) {
            let is_dangerous = matches!(scheme.as_str(), "javascript" | "vbscript" | "livescript" | "data" | "blob");
            // A picture that is its own address cannot be run.
            let is_picture = is_picture && target.to_ascii_lowercase().starts_with("data:image/");
            return if is_dangerous && !is_picture {
                Resolved::Dangerous(scheme)
            } else {
                Resolved::Outside(target.to_owned())
            };
        }
        if target.starts_with("//") {
            return Resolved::Outside(target.to_owned());
        }
        let (path, fragment) = target.split_once('#').map_or((target, None), |(path, fragment)| (path, Some(fragment)));
        let path = address::decode(path.split('?').next().unwrap_or_default());
        if path.is_empty() {
            return match fragment {
                Some(fragment) => self.with_fragment(&self.page.url, Some(fragment)),
                None if target.starts_with('?') => Resolved::Within(self.page.url.clone()),
                None => Resolved::Nowhere(None),
            };
        }
        self.path(&path, fragment)
    }

    fn path(&self, path: &str, fragment: Option<&str>) -> Resolved {
        let folder = address::folder_of(self.source);
        let as_source = match path.strip_prefix("@/").or(path.strip_prefix('/')) {
            Some(from_root) => address::join("content", from_root),
            None => address::join(folder, path),
        };
        // A path may leave the folder of its source and still be an address that counts from the page.
        let as_url = match path.strip_prefix('/') {
            Some(from_root) => address::join("", from_root),
            None => address::join(&self.page.url, path),
        };
        let in_content =
            as_source.as_deref().is_some_and(|source| source == "content" || source.starts_with("content/"));
        for source in as_source.iter().filter(|_| in_content) {
            if let Some(url) = self.addresses.of_source(source) {
                return self.with_fragment(url, fragment);
            }
            let by_address = [".md", "/_index.md", "/index.md"].map(|ending| format!("{source}{ending}"));
            let mut sources = std::iter::once(source).chain(&by_address);
            if let Some(why) = sources.find_map(|source| self.addresses.why_hidden(source)) {
                return Resolved::Hidden(why);
            }
            let below = source.strip_prefix("content").unwrap_or_default().trim_start_matches('/');
            if let Some(url) = self.known_url(below) {
                return self.with_fragment(&url, fragment);
            }
        }
        if let Some(url) = as_url.filter(|_| !path.ends_with(".md")).and_then(|url| self.known_url(&url)) {
            return self.with_fragment(&url, fragment);
        }
        if let Some(url) = self.by_hugos_ref(path) {
            return self.with_fragment(&url, fragment);
        }
        if !in_content {
            return Resolved::OutsideContent;
        }
        let near = self.nearest(path, as_source.as_deref().unwrap_or_default());
        Resolved::Nowhere(near.or_else(|| self.meant(path)))
    }

    /// The page that lies at a path without its ending, or its translation in the language of this page.
    fn by_logical_path(&self, path: &str) -> Option<&str> {
        let stem = path.strip_suffix(".md").unwrap_or(path).trim_end_matches('/');
        let suffixes = [self.page.language.as_ref().map(|language| format!(".{language}")), Some(String::new())];
        let folders = ["content", address::folder_of(self.source)];
        let folders = if path.starts_with('/') { &folders[..1] } else { &folders[..] };
        let stems = folders.iter().rev().filter_map(|folder| address::join(folder, stem));
        let sources = stems.flat_map(|stem| {
            let of = |suffix: &String| {
                [format!("{stem}{suffix}.md"), format!("{stem}/_index{suffix}.md"), format!("{stem}/index{suffix}.md")]
            };
            suffixes.iter().flatten().flat_map(of).collect::<Vec<String>>()
        });
        sources.into_iter().find_map(|source| self.addresses.of_source(&source))
    }

    /// For Hugo's `ref`: the page at this path from the content folder, or the one page of the site that has this name, with
    /// or without its ending.
    fn by_hugos_ref(&self, path: &str) -> Option<String> {
        if self.addresses.urls != Urls::Hugo {
            return None;
        }
        if let Some(url) = self.by_logical_path(path) {
            return Some(url.to_owned());
        }
        // A path that is none from the page on counts from the content folder.
        let from_root = path.trim_start_matches('/').trim_end_matches(".md").to_lowercase();
        if let Some(url) = self.known_url(&from_root).filter(|_| !from_root.is_empty() && !path.starts_with('.')) {
            return Some(url);
        }
        if path.contains('/') {
            return None;
        }
        let names = [path.to_owned(), format!("{path}.md")];
        let mut found = names.iter().flat_map(|name| self.addresses.named(&fold(name)));
        let source = found.next().filter(|_| found.next().is_none())?;
        self.addresses.of_source(source).map(str::to_owned)
    }

    /// What was probably meant: an address of the web or of mail, a path as Windows writes it.
    fn meant(&self, path: &str) -> Option<String> {
        let is_mail = path.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
        match path {
            _ if path.starts_with("www.") => Some(format!("https://{path}")),
            _ if is_mail && !path.contains('/') => Some(format!("mailto:{path}")),
            _ if path.contains('\\') => {
                let slashed = path.replace('\\', "/");
                matches!(self.target(&slashed, false), Resolved::Within(_)).then_some(slashed)
            }
            _ => None,
        }
    }

    /// A URL of the site, with or without its final slash.
    fn known_url(&self, url: &str) -> Option<String> {
        let url = url.strip_suffix("index.html").unwrap_or(url);
        let with_slash = if url.is_empty() || url.ends_with('/') { url.to_owned() } else { format!("{url}/") };
        [url.to_owned(), with_slash].into_iter().find(|url| self.addresses.at(url).is_some())
    }

    fn with_fragment(&self, url: &str, fragment: Option<&str>) -> Resolved {
        let Some(fragment) = fragment else { return Resolved::Within(url.to_owned()) };
        let anchor = address::decode(fragment);
        let document = self.addresses.page(url).and_then(|id| self.pages[id].document.as_ref());
        match document {
            // Editors and forges give headings ids of their own; what reads like a heading of the page leads to it.
            Some(document)
                if !document.anchors.contains(&anchor) && document.anchors.contains(&address::slug(&anchor)) =>
            {
                Resolved::Within(format!("{url}#{}", address::slug(&anchor)))
            }
            Some(document) if !anchor.is_empty() && anchor != "top" && !document.anchors.contains(&anchor) => {
                let nearest = nearest_name(&anchor, document.anchors.iter());
                Resolved::NoAnchor { url: url.to_owned(), anchor: anchor.into_owned(), nearest }
            }
            _ => Resolved::Within(format!("{url}#{anchor}")),
        }
    }

    fn mended(&self, target: &str) -> Option<String> {
        let mended = match self.target(target, false) {
            Resolved::NoAnchor { url, anchor, .. } => {
                let anchors = &self.pages[self.addresses.page(&url)?].document.as_ref()?.anchors;
                let slug = address::slug(&anchor);
                let mut same = anchors.iter().filter(|known| !slug.is_empty() && address::slug(known) == slug);
                let known = same.next().filter(|_| same.next().is_none())?;
                format!("{}#{}", target.split_once('#')?.0, address::encode(known))
            }
            Resolved::Nowhere(_) => {
                let end = target.find(['#', '?']).unwrap_or(target.len());
                format!("{}{}", self.mended_path(&target[..end])?, &target[end..])
            }
            _ => return None,
        };
        matches!(self.target(&mended, false), Resolved::Within(_)).then_some(mended)
    }

    /// The path of the one file that differs only in case and kinds of gaps, written as the writer wrote.
    fn mended_path(&self, written: &str) -> Option<String> {
        let path = address::decode(written);
        let wanted = match path.strip_prefix("@/").or(path.strip_prefix('/')) {
            Some(from_root) => address::join("content", from_root)?,
            None => address::join(address::folder_of(self.source), &path)?,
        };
        let named = self.addresses.named(&fold(address::name_of(&wanted)));
        let found = alike(&wanted, named.iter().map(AsRef::as_ref))?;
        let mended = self.as_written(&path, found);
        let is_encoded = written.contains('%') || (mended.contains(' ') && !written.contains(' '));
        let is_plain = !mended.contains(['(', ')', '<', '>', '\\', '#', '?', '%', '|', '&']);
        match is_encoded {
            true => Some(address::encode(&mended)).filter(|mended| !mended.contains(['(', ')'])),
            false => Some(mended).filter(|_| is_plain),
        }
    }

    /// The published file whose path is nearest, written as the writer wrote: from `@/`, from `/`, or from the page.
    fn nearest(&self, written: &str, wanted: &str) -> Option<String> {
        let is_page = wanted.ends_with(".md");
        // An `_index.md` elsewhere has the same name, and nothing else in common.
        let fits = |source: &&Arc<str>| {
            let is_index = matches!(address::name_of(source), "_index.md" | "index.md");
            !is_index && (source.ends_with(".md") == is_page || !wanted.contains('.'))
        };
        let folder = self.addresses.in_folder(address::folder_of(wanted));
        let near =
            nearest_name(address::name_of(wanted), folder.iter().filter(fits).map(|source| address::name_of(source)));
        let same_name = self.addresses.named(&fold(address::name_of(wanted))).iter().filter(fits);
        let same_name = same_name.filter(|source| source.as_ref() != wanted).min();
        let near = near.map(|name| format!("{}/{name}", address::folder_of(wanted)));
        let found = near.or_else(|| same_name.map(|source| source.to_string()))?;
        Some(self.as_written(written, &found))
    }

    /// The path of a source in the form that the writer used.
    fn as_written(&self, written: &str, source: &str) -> String {
        let below = source.strip_prefix("content/").unwrap_or(source);
        match written {
            written if written.starts_with("@/") => format!("@/{below}"),
            written if written.starts_with('/') => format!("/{below}"),
            _ => relative_path(address::folder_of(self.source), source),
        }
    }
}

/// The name that is nearest to `wanted`: few edits, or one that begins or ends with the other.
fn nearest_name<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let folded = fold(wanted);
    let length = folded.chars().count();
    let reach = (length / 3).max(1);
    names
        .filter_map(|name| {
            let name_folded = fold(name);
            let is_long = name_folded.chars().count().abs_diff(length) > reach;
            let distance = if is_long { usize::MAX } else { strsim::osa_distance(&folded, &name_folded) };
            let is_part = folded.len() > 3 && (name_folded.starts_with(&folded) || folded.starts_with(&name_folded));
            (distance <= reach || is_part).then_some((distance, name))
        })
        .min()
        .map(|(_, name)| name.to_owned())
}

/// The way from a folder to a file, both below the site's root.
fn relative_path(folder: &str, file: &str) -> String {
    let from: Vec<&str> = folder.split('/').collect();
    let to: Vec<&str> = file.split('/').collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let ups = "../".repeat(from.len() - shared);
    format!("{ups}{}", to[shared..].join("/"))
}

/// Whether an address is one that only the writer's own computer has: a drive, a file, the preview.
fn is_own_computer(target: &str) -> bool {
    let lower = target.to_ascii_lowercase();
    let mut chars = lower.chars();
    let is_drive = chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && chars.next() == Some(':')
        && chars.next().is_some_and(|c| c == '\\' || c == '/');
    let host = lower.strip_prefix("http://").or(lower.strip_prefix("https://")).map(|rest| {
        rest.split(['/', '?', '#'])
            .next()
            .unwrap_or_default()
            .trim_end_matches(|c: char| c.is_ascii_digit() || c == ':')
    });
    let is_local = host.is_some_and(|host| host == "localhost" || host.starts_with("[::1"))
        || lower.starts_with("http://127.0.0.1")
        || lower.starts_with("http://0.0.0.0");
    is_drive || is_local || lower.starts_with("file:")
}

/// The web address that was meant where its beginning is misspelt: `http:/x`, `htps://x`.
fn misspelt_scheme(target: &str) -> Option<String> {
    let (written, rest) = target.split_once(':')?;
    let lower = written.to_ascii_lowercase();
    let host = rest.trim_start_matches('/');
    let slashes = rest.len() - host.len();
    match lower.as_str() {
        "http" | "https" if slashes != 2 && host.contains('.') => Some(format!("{lower}://{host}")),
        "http" | "https" => None,
        other if slashes >= 1 && other.starts_with('h') && strsim::osa_distance(other, "https") <= 2 => {
            Some(format!("https://{host}"))
        }
        _ => None,
    }
}

/// The scheme of an address (RFC 3986, section 3.1), found as browsers find it: white space and control characters
/// before and in it do not count.
fn scheme(target: &str) -> Option<String> {
    let cleaned: String = target.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    let (scheme, _) = cleaned.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    is_scheme.then(|| scheme.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_in_web_addresses_are_seen() {
        assert_eq!(misspelt_scheme("http:/example.org/x").as_deref(), Some("http://example.org/x"));
        assert_eq!(misspelt_scheme("htps://example.org").as_deref(), Some("https://example.org"));
        for right in ["https://example.org", "mailto:a@b.org", "tel:+223", "ftp://x.org", "a.md"] {
            assert_eq!(misspelt_scheme(right), None, "{right}");
        }
        for own in ["C:\\x\\y.png", "file:///home/x", "http://localhost:4000/x/", "http://127.0.0.1:4000/"] {
            assert!(is_own_computer(own), "{own}");
        }
        assert!(!is_own_computer("https://localhost.example.org/") && !is_own_computer("c.md"));
    }

    #[test]
    fn schemes_are_found_as_browsers_find_them() {
        assert_eq!(scheme("https://a"), Some("https".into()));
        assert_eq!(scheme(" java\tscript:alert(1)"), Some("javascript".into()));
        assert_eq!(scheme("a/b:c"), None);
        assert_eq!(scheme("x.md#a:b"), None);
    }

    #[test]
    fn ways_between_files_are_relative() {
        assert_eq!(relative_path("content/mali", "content/mali/why.md"), "why.md");
        assert_eq!(relative_path("content/mali", "content/x.md"), "../x.md");
    }
}
