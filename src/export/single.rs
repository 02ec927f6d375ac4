//! A page as one file to send on. Comes in: a page as it is published, and the files that it shows. Goes out: the page with its
//! pictures in it, without what is of use only within the site.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use html5gum::{StartTag, Token};

use super::edit::Edits;
use crate::address;
use crate::html::{escaped, name, tokens, value};
use crate::theme;

/// What a page in one file may weigh, in bytes, for its pictures to be in it: messengers and slow lines carry that.
const BUDGET: usize = 100_000;

/// What stands around a page.
pub(super) struct Around<'a> {
    /// Its output path.
    pub path: &'a str,
    /// The address of the site, to which its links lead.
    pub base_url: Option<&'a str>,
    /// The bytes of another output.
    pub file: &'a dyn Fn(&str) -> Option<Vec<u8>>,
}

/// A page as one file.
#[derive(Debug)]
pub struct Single {
    /// Its HTML.
    pub html: String,
    /// How many pictures had no room in it.
    pub left_out: usize,
    /// How many of its links lead nowhere any more, since the site has no address.
    pub unlinked: usize,
}

/// By what the file may be shown: nothing is loaded.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'";

/// Makes one file of a page.
pub(super) fn single(html: &str, around: &Around<'_>) -> Single {
    let tokens: Vec<Token<usize>> = tokens(html).collect();
    let mut edits = Edits::default();
    let mut single = Single { html: String::new(), left_out: 0, unlinked: 0 };
    let dropped = dropped(&tokens);
    for range in &dropped {
        edits.replace(range.clone(), "");
    }
    let is_dropped = |at: usize| dropped.iter().any(|range| range.contains(&at));
    let kept = html.len() - dropped.iter().map(Range::len).sum::<usize>();
    let mut room = BUDGET.saturating_sub(kept);
    let mut is_style = false;
    let mut offered: Option<String> = None;
    for token in &tokens {
        match token {
            Token::StartTag(tag) if !is_dropped(tag.span.start) => {
                is_style = name(&tag.name) == "style";
                match name(&tag.name) {
                    "meta"
                        if value(tag, "http-equiv")
                            .is_some_and(|kind| kind.eq_ignore_ascii_case("content-security-policy")) =>
                    {
                        let policy = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">");
                        edits.replace(tag.span.start..tag.span.end, policy);
                    }
                    "link" if value(tag, "rel") == Some("stylesheet") => {
                        let path = value(tag, "href").and_then(|href| around.path_of(href));
                        let style = path.and_then(|path| (around.file)(&path)).unwrap_or_default();
                        let style = String::from_utf8_lossy(&style).replace("</", "<\\/");
                        edits.replace(tag.span.start..tag.span.end, format!("<style>{style}</style>"));
                    }
                    "link" if value(tag, "rel") != Some("canonical") => edits.replace(tag.span.start..tag.span.end, ""),
                    "picture" => offered = None,
                    "source" => {
                        offered = offered.or_else(|| smallest(tag));
                        edits.replace(tag.span.start..tag.span.end, "");
                    }
                    "img" => {
                        let target =
                            offered.take().or_else(|| smallest(tag)).or_else(|| value(tag, "src").map(str::to_owned));
                        let within =
                            target.filter(|target| !target.starts_with("data:")).map(|target| around.data(&target));
                        match within {
                            None => {}
                            Some(Some(data)) if data.len() <= room => {
                                room -= data.len();
                                edits.replace(tag.span.start..tag.span.end, with_picture(tag, &data));
                            }
                            Some(_) => {
                                single.left_out += 1;
                                let alt = value(tag, "alt").filter(|alt| !alt.is_empty());
                                let alt = alt.map(|alt| format!("<em>[{}]</em>", escaped(alt))).unwrap_or_default();
                                edits.replace(tag.span.start..tag.span.end, alt);
                            }
                        }
                    }
                    "a" | "area" => around.link(tag, &mut edits, &mut single.unlinked),
                    _ => {}
                }
            }
            Token::String(text) if is_style => {
                is_style = false;
                let style = &html[text.span.start..text.span.end];
                edits.replace(text.span.start..text.span.end, around.style(style, &mut room));
            }
            _ => {}
        }
    }
    single.html = edits.apply(html);
    single
}

/// The address of the smallest picture that is offered: the first one, as Brink writes them.
fn smallest(tag: &StartTag<usize>) -> Option<String> {
    let first = value(tag, "srcset")?.split(", ").next()?;
    first.split_ascii_whitespace().next().map(str::to_owned)
}

/// A picture's tag with the picture in it.
fn with_picture(tag: &StartTag<usize>, data: &str) -> String {
    let mut html = format!("<img src=\"{data}\"");
    for name in ["alt", "width", "height", "class"] {
        if let Some(value) = value(tag, name) {
            html.push_str(&format!(" {name}=\"{}\"", theme::escaped(value)));
        }
    }
    html + ">"
}

/// A link's tag that leads elsewhere, or nowhere.
fn with_target(tag: &StartTag<usize>, target: Option<&str>) -> String {
    let own = tag.attributes.keys().map(|key| name(key)).filter(|name| *name != "href");
    let own = own.filter_map(|name| Some((name, value(tag, name)?)));
    let mut html = format!("<{}", name(&tag.name));
    for (name, value) in target.map(|target| ("href", target)).into_iter().chain(own) {
        html.push_str(&format!(" {name}=\"{}\"", theme::escaped(value)));
    }
    html + ">"
}

impl Around<'_> {
    /// The output path of an address within the site.
    fn path_of(&self, target: &str) -> Option<String> {
        address::within(target, self.path, self.base_url)
    }

    /// A file as an address that holds it (RFC 2397).
    fn data(&self, target: &str) -> Option<String> {
        let path = self.path_of(target)?;
        let bytes = (self.file)(&path)?;
        let kind = mime_guess::from_path(&path).first_or_octet_stream();
        Some(format!("data:{kind};base64,{}", STANDARD.encode(bytes)))
    }

    /// A link: within the page as it is, within the site to its address, else without a target.
    fn link(&self, tag: &StartTag<usize>, edits: &mut Edits, unlinked: &mut usize) {
        let Some(target) = value(tag, "href").filter(|target| !target.starts_with('#')) else { return };
        let Some(path) = self.path_of(target) else { return };
        let page = self.path.trim_end_matches("index.html").trim_end_matches('/');
        let rest = target.find(['?', '#']).map_or("", |at| &target[at..]);
        let range = tag.span.start..tag.span.end;
        match self.base_url {
            _ if path == page && rest.starts_with('#') => edits.replace(range, with_target(tag, Some(rest))),
            Some(base) => {
                let is_folder = target.split(['?', '#']).next().is_some_and(|path| path.ends_with(['/', '.']));
                let slash = if is_folder && !path.is_empty() { "/" } else { "" };
                let whole = format!("{base}{}{slash}{rest}", address::encode(&path));
                edits.replace(range, with_target(tag, Some(&whole)));
            }
            None => {
                *unlinked += 1;
                edits.replace(range, with_target(tag, None));
            }
        }
    }

    /// A style with its fonts in it, as far as there is room.
    fn style(&self, style: &str, room: &mut usize) -> String {
        let mut parts = style.split("url(");
        let mut whole = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (target, rest) = part.split_once(')').unwrap_or((part, ""));
            let plain = target.trim().trim_matches(['"', '\'']);
            let data = if plain.starts_with("data:") { Some(plain.to_owned()) } else { self.data(plain) };
            let data = data.filter(|data| data.len() <= *room).unwrap_or_else(|| "data:,".to_owned());
            *room -= data.len().min(*room);
            whole.push_str(&format!("url({data}){rest}"));
        }
        whole
    }
}

/// What is of use only within the site, or needs a server: scripts, forms, and navigation of which nothing leads within the page.
fn dropped(tokens: &[Token<usize>]) -> Vec<Range<usize>> {
    let mut dropped = Vec::new();
    let within = ids_in_navigation(tokens);
    let leads_within = |href: &str| href.strip_prefix('#').is_some_and(|id| !id.is_empty() && !within.contains(&id));
    // What is open: its name, where it began, and whether anything in it leads within the page.
    let mut open: Vec<(String, usize, bool)> = Vec::new();
    for token in tokens {
        match token {
            Token::StartTag(tag) => match name(&tag.name) {
                element @ ("nav" | "form" | "script" | "iframe") => {
                    open.push((element.to_owned(), tag.span.start, false));
                }
                "a" if value(tag, "href").is_some_and(leads_within) => {
                    for (_, _, stays) in &mut open {
                        *stays = true;
                    }
                }
                _ => {}
            },
            Token::EndTag(tag) => {
                let Some((element, start, stays)) = open.pop_if(|(element, ..)| element == name(&tag.name)) else {
                    continue;
                };
                if !(stays && element == "nav") {
                    dropped.push(start..tag.span.end);
                }
            }
            _ => {}
        }
    }
    dropped
}

/// The ids of navigation and of what is in it: a menu that leads to another leads to nothing that stays.
fn ids_in_navigation(tokens: &[Token<usize>]) -> Vec<&str> {
    let (mut ids, mut depth) = (Vec::new(), 0_usize);
    for token in tokens {
        match token {
            Token::StartTag(tag) => {
                depth += usize::from(name(&tag.name) == "nav");
                ids.extend(value(tag, "id").filter(|_| depth > 0));
            }
            Token::EndTag(tag) if name(&tag.name) == "nav" => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(html: &str, base_url: Option<&str>) -> Single {
        let file = |path: &str| match path {
            "mali/small.png" => Some(vec![1; 30]),
            "mali/large.png" => Some(vec![1; 200_000]),
            "f.woff2" => Some(vec![2; 3]),
            _ => None,
        };
        single(html, &Around { path: "mali/index.html", base_url, file: &file })
    }

    #[test]
    fn what_needs_the_site_goes_and_what_is_shown_comes_in() {
        let html = "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'\"><style>@font-face{src:url(../f.woff2)}</style>\
            <script src=x.js></script><nav><a href=../>Home</a><a href=#_menu>Menu</a></nav><nav id=_menu><a href=../>Home</a></nav><nav><a href=#a>A</a></nav><form action=../search/><input></form>\
            <picture><source srcset=\"small.png 400w, large.png 800w\"><img src=large.png alt=S width=4 height=5 loading=lazy></picture>\
            <img alt='A map' src=large.png><a href=\"../why/?q=1#x\">W</a> <a href=./#a>a</a> <a href='https://b.example/'>b</a>";
        let with = of(html, Some("https://mali.example/"));
        let wanted = format!(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\"><style>@font-face{{src:url(data:font/woff2;base64,AgIC)}}</style>\
             <nav><a href=#a>A</a></nav><picture><img src=\"data:image/png;base64,{}\" alt=\"S\" width=\"4\" height=\"5\"></picture>\
             <em>[A map]</em><a href=\"https://mali.example/why/?q=1#x\">W</a> <a href=\"#a\">a</a> <a href='https://b.example/'>b</a>",
            "AQEB".repeat(10)
        );
        assert_eq!(with.html, wanted);
        assert_eq!((with.left_out, with.unlinked), (1, 0));
        let without = of(html, None);
        assert!(without.html.contains("<a>W</a> <a href=\"#a\">a</a>"), "{}", without.html);
        assert_eq!(without.unlinked, 1);
    }
}
