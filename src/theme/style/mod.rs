//! Style for each page. Comes in: the theme's stylesheets, once; then a finished page. Goes out: the rules that the page uses
//! as a `style` element, with its hash for the page's policy. Pages with the same names share it.

mod lean;
mod names;
mod parse;
mod selector;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use sha2::{Digest as _, Sha256};

use crate::key::Key;
pub(crate) use names::Bits;
use names::{Names, Sort};
use parse::{Item, Selector};

/// Stands in a stylesheet for the way from the page to the root of the site.
const ROOT: char = '\u{1}';

/// How many styles are kept. A site has far fewer sets of names; one that has more makes the others anew each time.
const KEPT_MAX: usize = 4096;

/// By what a style is known: the names that a page has, the way to the root where that matters, and the custom properties that
/// the page itself uses.
type Wanted = (Bits, String, Vec<String>);

/// A stylesheet, ready to be asked for the style of a page.
#[derive(Debug)]
pub(crate) struct Sheet {
    /// The key of its texts.
    key: Key,
    names: Names,
    items: Vec<Item>,
    /// Whether it has addresses that count from it, so that a style depends on where its page lies.
    has_addresses: bool,
    kept: Mutex<HashMap<Wanted, Arc<Style>>>,
}

/// The style of a page.
#[derive(Debug, Default)]
pub(crate) struct Style {
    /// The element; empty where the page needs no style.
    pub element: String,
    /// What the page's policy says of it: `'sha256-…'`.
    pub source: String,
}

/// What a page has that selectors speak of.
#[derive(Debug)]
pub(crate) struct Used<'s> {
    sheet: &'s Sheet,
    bits: Bits,
    /// The custom properties that the page itself uses.
    variables: Vec<String>,
}

impl Used<'_> {
    /// The page has such an element.
    pub(crate) fn element(&mut self, name: &[u8]) {
        self.sheet.names.note(Sort::Element, name, &mut self.bits);
    }

    /// The page has an element with such an attribute.
    pub(crate) fn attribute(&mut self, name: &[u8], value: &[u8]) {
        match name {
            b"class" => {
                for class in value.split(u8::is_ascii_whitespace).filter(|class| !class.is_empty()) {
                    self.sheet.names.note(Sort::Class, class, &mut self.bits);
                }
            }
            b"id" => self.sheet.names.note(Sort::Id, value, &mut self.bits),
            _ => {}
        }
        self.sheet.names.note_attribute(name, value, &mut self.bits);
    }

    /// The page itself uses the custom properties in this text.
    pub(crate) fn variables_of(&mut self, text: &str) {
        self.variables.extend(lean::variables(text));
    }
}

impl Sheet {
    /// A stylesheet of several texts, in their order.
    pub(crate) fn new(texts: &[&str]) -> Sheet {
        let mut names = Names::default();
        let items = texts.iter().flat_map(|text| parse::parse(text, &mut names)).collect();
        let has_addresses = texts.iter().any(|text| text.to_ascii_lowercase().contains("url("));
        Sheet { key: key_of(texts), names, items, has_addresses, kept: Mutex::default() }
    }

    /// Whether it is that of these texts.
    pub(crate) fn is_of(&self, texts: &[&str]) -> bool {
        self.key == key_of(texts)
    }

    /// What no page has yet.
    pub(crate) fn used(&self) -> Used<'_> {
        Used { sheet: self, bits: self.names.none(), variables: Vec::new() }
    }

    /// The style of a page; `root` is the way from it to the root of the site.
    pub(crate) fn style(&self, used: Used<'_>, root: &str) -> Arc<Style> {
        let root = if self.has_addresses { root } else { "" };
        let mut variables = used.variables;
        variables.sort_unstable();
        variables.dedup();
        let key = (used.bits, root.to_owned(), variables);
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept().get(&key) {
            return known.clone();
        }
        let css = self.css(&key.0, &key.2).replace(ROOT, root);
        let style = Arc::new(if css.is_empty() { Style::default() } else { Style::of(&css) });
        let mut kept = kept();
        if kept.len() < KEPT_MAX {
            kept.insert(key, style.clone());
        }
        style
    }

    /// The rules for a page with these names, which itself uses these custom properties.
    fn css(&self, bits: &Bits, variables: &[String]) -> String {
        let mut used: BTreeSet<&str> = variables.iter().map(String::as_str).collect();
        let mut waiting: Vec<(&str, &[String])> = Vec::new();
        gather(&self.items, bits, &mut used, &mut waiting);
        // What a custom property uses is used where it is used itself.
        loop {
            let before = waiting.len();
            waiting.retain(|(name, uses)| {
                let is_used = used.contains(name);
                if is_used {
                    used.extend(uses.iter().map(String::as_str));
                }
                !is_used
            });
            if waiting.len() == before {
                break;
            }
        }
        let mut css = String::new();
        write(&self.items, bits, &used, &mut css);
        let named: String =
            named(&self.items).into_iter().filter(|(name, _)| css.contains(*name)).map(|(_, all)| all).collect();
        css + &named
    }
}

fn key_of(texts: &[&str]) -> Key {
    Key::of(texts.join("\0").as_bytes())
}

/// The custom properties that kept rules use, and those that they set, which are used only if another uses them.
fn gather<'i>(
    items: &'i [Item],
    bits: &Bits,
    used: &mut BTreeSet<&'i str>,
    waiting: &mut Vec<(&'i str, &'i [String])>,
) {
    for item in items {
        match item {
            Item::Declaration(declaration) => match &declaration.custom {
                Some(name) => waiting.push((name, &declaration.uses)),
                None => used.extend(declaration.uses.iter().map(String::as_str)),
            },
            Item::Rule { selectors, items } if kept(selectors, bits).next().is_some() => {
                gather(items, bits, used, waiting)
            }
            Item::Group(_, items) => gather(items, bits, used, waiting),
            Item::Rule { .. } | Item::Named(..) | Item::Other(_) => {}
        }
    }
}

fn kept<'i>(selectors: &'i [Selector], bits: &Bits) -> impl Iterator<Item = &'i str> {
    selectors.iter().filter(|selector| bits.have(&selector.needs)).map(|selector| selector.text.as_str())
}

fn write(items: &[Item], bits: &Bits, used: &BTreeSet<&str>, css: &mut String) {
    for item in items {
        match item {
            Item::Declaration(declaration) => {
                if declaration.custom.as_deref().is_none_or(|name| used.contains(name)) {
                    if !css.is_empty() && !css.ends_with(['{', '}', ';']) {
                        css.push(';');
                    }
                    css.push_str(&declaration.text);
                }
            }
            Item::Rule { selectors, items } => {
                let list: Vec<&str> = kept(selectors, bits).collect();
                if !list.is_empty() {
                    write_block(&list.join(","), items, (bits, used), css);
                }
            }
            Item::Group(prelude, items) => write_block(prelude, items, (bits, used), css),
            Item::Named(..) => {}
            Item::Other(all) => {
                separate(css);
                css.push_str(all);
            }
        }
    }
}

/// Ends a declaration before something that is none.
fn separate(css: &mut String) {
    if !css.is_empty() && !css.ends_with(['{', '}', ';']) {
        css.push(';');
    }
}

fn write_block(prelude: &str, items: &[Item], (bits, used): (&Bits, &BTreeSet<&str>), css: &mut String) {
    let before = css.len();
    separate(css);
    css.push_str(prelude);
    css.push('{');
    let inside = css.len();
    write(items, bits, used, css);
    if css.len() == inside {
        css.truncate(before);
    } else {
        css.push('}');
    }
}

/// All fonts and animations, wherever they stand.
fn named(items: &[Item]) -> Vec<(&str, &str)> {
    let mut all = Vec::new();
    for item in items {
        match item {
            Item::Named(name, text) => all.push((name.as_str(), text.as_str())),
            Item::Group(_, items) => all.extend(named(items)),
            _ => {}
        }
    }
    all
}

impl Style {
    fn of(css: &str) -> Style {
        // Nothing in a stylesheet may end its element.
        let css = css.replace("</", "<\\/");
        Style { source: source_of(css.as_bytes()), element: format!("<style>{css}</style>") }
    }
}

/// What a policy says of something by its bytes (CSP Level 3, section 2.3.1).
pub(crate) fn source_of(bytes: &[u8]) -> String {
    format!("'sha256-{}'", base64::engine::general_purpose::STANDARD.encode(Sha256::digest(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSS: &str = r#"@charset "utf-8";
        :root { --a: 1px; --b: var(--a) ; --unused: 3 }
        /* a remark; with { braces } */
        p , .x > a:hover,h2.big[data-k="v;}"] ~ p { margin : 0 auto ; padding: calc( 1px + var(--b) ) !important }
        .none { color: red } #id, .none { color : blue }
        .\31 x { top: 0 } svg|rect { left: 0 } *::before { content: "a  /* b */ \" }" }
        [dir=rtl] p { right: 0 } p:not(.none):is(.gone, b) { float: left }
        p:lang(ff-Adlm) { font-family: "Own, Sans" }
        @media ( min-width: 10em ) and (hover) { .none { a: b } @supports (x: y) { p { c: d } } }
        @media print { .none { a: b } }
        @font-face { font-family: "Own, Sans"; src: url(own.woff2) , url("/abs.woff2") }
        @font-face { font-family: Unused; src: url(x.woff2) }
        @keyframes turn { from { opacity: 0 } 50% { opacity: .5; } }
        @keyframes unused { to { opacity: 0 } }
        b { animation: turn 1s; & .x { z: 1; .none { y: 1 } } &:hover { x: 1 } background: url( 'pic.png' ) }
        /* keep */ .made { m: 1 } .made { m: 2 }
        /* keep with #id */ .made i { n: 1 }
        @page :first { margin: 1cm; }
        .bare { --set: ; color: var(--page) } :root { --page: 4 }
        } i { after: brace }"#;

    fn style(html: &[(&str, &[(&str, &str)])], text: &str) -> String {
        let sheet = Sheet::new(&[CSS]);
        let mut used = sheet.used();
        for (element, attributes) in html {
            used.element(element.as_bytes());
            attributes.iter().for_each(|(name, value)| used.attribute(name.as_bytes(), value.as_bytes()));
        }
        used.variables_of(text);
        sheet.style(used, "../").element.clone()
    }

    #[test]
    fn a_page_gets_the_rules_that_can_match_in_it() {
        let always = r#".\31 x{top:0}svg|rect{left:0}*::before{content:"a  /* b */ \" }"}"#;
        let ends = ".made{m:1}@page :first{margin:1cm}";
        assert_eq!(style(&[("main", &[])], ""), format!("<style>{always}{ends}</style>"));
        let page = style(&[("p", &[("id", "id"), ("class", "y\tx")])], "");
        let root = ":root{--a:1px;--b:var(--a)}p{margin:0 auto;padding:calc(1px + var(--b))!important}#id{color:blue}";
        let rest = "p:not(.none):is(.gone,b){float:left}@media (min-width:10em) and (hover){@supports (x:y){p{c:d}}}";
        assert_eq!(page, format!("<style>{root}{always}{rest}{}</style>", ends.replace("@page", ".made i{n:1}@page")));
    }

    #[test]
    fn fonts_animations_and_properties_come_where_they_are_used() {
        let adlam = style(&[("p", &[("lang", "ff-Adlm-GN"), ("dir", "rtl")])], "");
        assert!(
            adlam.contains(r#"p:lang(ff-Adlm){font-family:"Own, Sans"}"#) && adlam.contains("[dir=rtl] p{right:0}"),
            "{adlam}"
        );
        assert!(
            adlam.contains(r#"@font-face{font-family:"Own, Sans";src:url(../own.woff2),url("/abs.woff2")}"#),
            "{adlam}"
        );
        assert!(!adlam.contains("Unused") && !adlam.contains("turn"), "{adlam}");
        let other = style(&[("p", &[("lang", "ff"), ("dir", "ltr")])], "x style=\"y: var(--page)\" x");
        assert!(!other.contains("lang") && !other.contains("dir") && other.contains(":root{--page:4}"), "{other}");
        let bold = style(&[("b", &[]), ("i", &[("class", "x bare")])], "");
        assert!(bold.contains("b{animation:turn 1s;& .x{z:1}&:hover{x:1}background:url('../pic.png')}"), "{bold}");
        assert!(bold.contains("@keyframes turn{from{opacity:0}50%{opacity:.5}}") && !bold.contains("unused"), "{bold}");
        assert!(bold.contains(".bare{color:var(--page)}:root{--page:4}i{after:brace}"), "{bold}");
    }

    #[test]
    fn nothing_in_a_stylesheet_makes_it_fail() {
        for css in [
            "",
            "}",
            "{",
            "a{",
            "a{b",
            "a{b:c",
            "@",
            "@media",
            "@media{",
            "/*",
            "\"",
            "a{b:\"",
            "\\",
            "url(",
            "a{--b:{c}",
            "é{ü:ß",
            "a[",
            ":lang(",
            "/* keep",
            "/*keep*/}",
        ] {
            let sheet = Sheet::new(&[css]);
            sheet.style(sheet.used(), "");
            let deep = css.repeat(1000);
            let sheet = Sheet::new(&[deep.as_str()]);
            sheet.style(sheet.used(), "");
        }
        let sheet = Sheet::new(&["*{content:\"</style>\"}"]);
        assert!(sheet.style(sheet.used(), "").element.contains("<\\/style>"));
    }
}
