//! One output, looked at. Comes in: its path and bytes. Goes out: what it costs by itself, and which other outputs it asks for.

use std::collections::BTreeMap;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

use super::packed;
use crate::address;
use crate::site::Site;

/// What an output is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A stylesheet, without which nothing shows.
    Style,
    /// A script that holds the page back.
    NeededScript,
    /// A script that comes later.
    Script,
    /// A font.
    Font,
    /// A picture, or something that plays.
    Picture,
    /// The picture for sharing; no reader's browser asks for it.
    Card,
    /// A page in a frame, or anything else.
    Other,
}

/// An output, looked at.
#[derive(Debug)]
pub enum Looked {
    /// A page.
    Page(Page),
    /// Any other file.
    File(File),
}

/// A page, by itself.
#[derive(Debug, Default)]
pub struct Page {
    /// Its address, from the site's root.
    pub url: String,
    /// Its title.
    pub title: String,
    /// The bytes of its HTML, compressed.
    pub packed: usize,
    /// The bytes of its HTML.
    pub html: usize,
    /// Its elements.
    pub elements: usize,
    /// The bytes of the style in it, compressed.
    pub style: usize,
    /// The bytes of its text.
    pub text: usize,
    /// The bytes of scripts in it.
    pub needed_script: usize,
    /// The words in its scripts that keep something in the browser.
    pub kept: usize,
    /// Whether it does nothing but lead its visitors on.
    pub leads_on: bool,
    /// The output paths of its pictures without width or height.
    pub unsized_pictures: Vec<String>,
    /// The output paths that it asks for, each for the most urgent of its uses.
    pub asked: BTreeMap<String, What>,
    /// What it asks of other sites, as it is written; what its own policy forbids is not asked.
    pub elsewhere: Vec<String>,
    /// The addresses within the site that begin with `/` or with the site's own address, as they are written.
    pub rooted: Vec<String>,
}

/// A file that is no page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct File {
    /// Its bytes.
    pub bytes: usize,
    /// The same as hosts send them: compressed, where that is done.
    pub packed: usize,
    /// The words in it that keep something in the browser; of scripts.
    pub kept: usize,
    /// The number of its entries; of feeds.
    pub entries: Option<usize>,
}

/// What outputs are looked at with.
#[derive(Debug, Clone, Copy)]
pub struct Scales<'s> {
    /// The site's own address, if it has one.
    pub base_url: Option<&'s str>,
}

/// By what scripts keep things in browsers, or send them. What the site's own worker keeps is not counted: a writer who asks for it
/// has decided that (`offline = true`).
const KEEPING: [&str; 6] =
    ["localStorage", "sessionStorage", "indexedDB", "document.cookie", "cookieStore", "sendBeacon"];

fn kept(script: &str) -> usize {
    KEEPING.iter().filter(|word| script.contains(**word)).count()
}

/// A start tag, as it is read.
#[derive(Debug, Default)]
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether one of the words of an attribute is this one.
    fn is(&self, name: &str, word: &str) -> bool {
        self.get(name).is_some_and(|value| value.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(word)))
    }
}

/// Where the reader of a page stands.
struct Reader<'s> {
    scales: &'s Scales<'s>,
    page: Page,
    tag: Tag,
    /// The element in which text is none.
    inside: Option<&'static str>,
    /// Whether the script that it stands in is data.
    is_data: bool,
    styles: String,
    /// What the page allows itself to load (its Content Security Policy), if it says so.
    policy: Option<String>,
    /// Whether the `picture` that it stands in has offered something already.
    has_offered: bool,
    /// The page for missing addresses is shown anywhere, so that its addresses cannot be relative.
    may_be_rooted: bool,
}

impl Scales<'_> {
    /// For the outputs of a site.
    pub fn of(site: &Site) -> Scales<'_> {
        Scales { base_url: site.config.base_url.as_deref() }
    }

    /// Looks at an output.
    pub fn look(&self, path: &str, bytes: &[u8]) -> Looked {
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        let text = |bytes| std::str::from_utf8(bytes).unwrap_or_default();
        match ending {
            "html" => Looked::Page(self.page(path, bytes)),
            "js" => Looked::File(File { kept: kept(text(bytes)), ..packed_file(bytes) }),
            "css" | "svg" => Looked::File(packed_file(bytes)),
            "xml" if text(bytes).contains("<feed") => {
                let entries = text(bytes).matches("<entry>").count();
                Looked::File(File { entries: Some(entries), bytes: bytes.len(), ..File::default() })
            }
            _ => Looked::File(File { bytes: bytes.len(), packed: bytes.len(), ..File::default() }),
        }
    }

    fn page(&self, path: &str, bytes: &[u8]) -> Page {
        let html = String::from_utf8_lossy(bytes);
        let url = path.strip_suffix("index.html").unwrap_or(path).to_owned();
        let page = Page { url, packed: packed(bytes), html: bytes.len(), ..Page::default() };
        let mut reader = Reader {
            scales: self,
            page,
            tag: Tag::default(),
            inside: None,
            is_data: false,
            styles: String::new(),
            policy: None,
            has_offered: false,
            may_be_rooted: path == "404.html",
        };
        let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<()> {
            reader.read(&event);
            None
        });
        // Inside `script`, `style` and their like there are no tags.
        emitter.naively_switch_states(true);
        Tokenizer::new_with_emitter(&*html, emitter).for_each(drop);
        reader.styles();
        reader.page
    }
}

fn packed_file(bytes: &[u8]) -> File {
    File { bytes: bytes.len(), packed: packed(bytes), ..File::default() }
}

impl Reader<'_> {
    fn read(&mut self, event: &CallbackEvent<'_>) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag.name.clear();
                self.tag.name.push_str(&String::from_utf8_lossy(name));
                self.tag.attributes.clear();
            }
            CallbackEvent::AttributeName { name } => self.tag.attributes.push((text(name), String::new())),
            CallbackEvent::AttributeValue { value } => {
                if let Some((_, known)) = self.tag.attributes.last_mut() {
                    *known = text(value);
                }
            }
            CallbackEvent::CloseStartTag { .. } => self.opened(),
            CallbackEvent::EndTag { name } if self.inside.is_some_and(|inside| inside.as_bytes() == *name) => {
                self.inside = None;
            }
            CallbackEvent::String { value } => self.text(value),
            _ => {}
        }
    }

    fn text(&mut self, value: &[u8]) {
        match self.inside {
            None => self.page.text += value.trim_ascii().len() + 1,
            Some("title") => self.page.title.push_str(&String::from_utf8_lossy(value)),
            Some("style") => self.styles.push_str(&String::from_utf8_lossy(value)),
            Some("script") if !self.is_data => {
                let script = String::from_utf8_lossy(value);
                self.page.needed_script += script.len();
                self.page.kept += kept(&script);
            }
            _ => {}
        }
    }

    /// A tag has been read.
    fn opened(&mut self) {
        self.page.elements += 1;
        let tag = std::mem::take(&mut self.tag);
        let named = |name: &str| ["title", "style", "script"].into_iter().find(|known| *known == name);
        self.inside = named(&tag.name).or(self.inside);
        match tag.name.as_str() {
            "script" => {
                let kind = tag.get("type").unwrap_or_default();
                self.is_data = !matches!(kind, "" | "module" | "text/javascript" | "application/javascript");
                let is_late = tag.has("defer") || tag.has("async") || kind == "module";
                self.asks(tag.get("src"), if is_late { What::Script } else { What::NeededScript });
            }
            "link" if tag.is("rel", "stylesheet") => self.asks(tag.get("href"), What::Style),
            "link" if ["icon", "apple-touch-icon"].iter().any(|rel| tag.is("rel", rel)) => {
                self.asks(tag.get("href"), What::Picture);
            }
            "link" if ["preload", "prefetch", "preconnect", "modulepreload"].iter().any(|rel| tag.is("rel", rel)) => {
                let what = if tag.is("as", "font") { What::Font } else { What::Other };
                self.asks(tag.get("href"), what);
            }
            "meta" if tag.is("http-equiv", "refresh") => self.page.leads_on = true,
            "meta" if tag.is("http-equiv", "content-security-policy") => {
                self.policy = tag.get("content").map(str::to_owned);
            }
            "meta" if tag.is("property", "og:image") => {
                let within = self.scales.base_url.zip(tag.get("content"));
                if let Some(path) = within.and_then(|(base, content)| content.strip_prefix(base)) {
                    self.page.asked.insert(address::decode(path).into_owned(), What::Card);
                }
            }
            "picture" => self.has_offered = false,
            "img" | "source" | "image" => self.pictured(&tag),
            "video" | "audio" | "track" | "input" | "embed" => self.asks(tag.get("src"), What::Picture),
            "iframe" | "frame" => self.asks(tag.get("src"), What::Other),
            "object" => self.asks(tag.get("data"), What::Other),
            "form" if tag.get("action").is_some_and(|to| self.path_of(to).is_none()) => {
                self.leaves(tag.get("action").unwrap_or_default());
            }
            _ => {}
        }
        self.asks(tag.get("poster"), What::Picture);
        self.check_rooted(&tag);
        self.tag = tag;
    }

    /// A picture. Of several that are offered the browser takes one: the largest counts, of what is offered first.
    fn pictured(&mut self, tag: &Tag) {
        let is_picture = tag.name == "img";
        if is_picture && !(tag.has("width") && tag.has("height")) {
            self.page.unsized_pictures.extend(tag.get("src").and_then(|src| self.path_of(src)));
        }
        let offered = tag.get("srcset").map(|offered| candidates(offered).collect::<Vec<_>>()).unwrap_or_default();
        let has_offered = std::mem::replace(&mut self.has_offered, !is_picture);
        if has_offered {
            return; // a browser that knows the first form asks for none of the others
        }
        match offered.last() {
            Some(largest) => self.asks(Some(largest), What::Picture),
            None => self.asks(tag.get("src").or_else(|| tag.get("href")), What::Picture),
        }
    }

    /// The page asks for something.
    fn asks(&mut self, target: Option<&str>, what: What) {
        let Some(target) = target.filter(|target| !target.starts_with("data:") && !target.is_empty()) else { return };
        match self.path_of(target) {
            Some(path) => {
                let known = self.page.asked.entry(path).or_insert(what);
                *known = what.min(*known);
            }
            None => self.leaves(target),
        }
    }

    /// The page asks for something elsewhere, unless its policy forbids that.
    fn leaves(&mut self, target: &str) {
        let host = target.split_once("//").map_or(target, |(_, rest)| rest).split(['/', '?', '#']).next();
        let is_allowed = |policy: &String| host.is_some_and(|host| !host.is_empty() && policy.contains(host));
        if self.policy.as_ref().is_none_or(is_allowed) {
            self.page.elsewhere.push(target.to_owned());
        }
    }

    /// The output path of an address within the site.
    fn path_of(&self, target: &str) -> Option<String> {
        address::within(target, &self.page.url, self.scales.base_url)
    }

    /// Looks for addresses that work at one place only.
    fn check_rooted(&mut self, tag: &Tag) {
        const LEADING: [&str; 3] = ["href", "src", "action"];
        // What is said to machines has to be whole.
        let is_said = tag.name == "meta" || (tag.name == "link" && !tag.is("rel", "stylesheet"));
        if self.may_be_rooted || is_said {
            return;
        }
        for target in LEADING.into_iter().filter_map(|name| tag.get(name)) {
            let is_own = self.scales.base_url.is_some_and(|base| target.starts_with(base));
            if is_own || (target.starts_with('/') && !target.starts_with("//")) {
                self.page.rooted.push(target.to_owned());
            }
        }
    }

    /// What the style in the page asks for, and weighs.
    fn styles(&mut self) {
        let styles = std::mem::take(&mut self.styles);
        if styles.is_empty() {
            return;
        }
        self.page.style = packed(styles.as_bytes());
        for asked in styles.split("url(").skip(1) {
            let target = asked.split(')').next().unwrap_or_default().trim().trim_matches(['"', '\'']);
            let path = target.split(['?', '#']).next().unwrap_or_default();
            let is_font = ["woff2", "woff", "ttf", "otf"].iter().any(|ending| path.ends_with(ending));
            self.asks(Some(target), if is_font { What::Font } else { What::Picture });
        }
    }
}

/// The addresses in a `srcset`, smallest first as Brink writes them.
fn candidates(srcset: &str) -> impl Iterator<Item = &str> {
    srcset.split(", ").filter_map(|candidate| candidate.split_ascii_whitespace().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(path: &str, html: &str) -> Page {
        match (Scales { base_url: Some("https://mali.example/") }).look(path, html.as_bytes()) {
            Looked::Page(page) => page,
            Looked::File(_) => panic!("{path} is a page"),
        }
    }

    #[test]
    fn a_page_asks_for_what_browsers_ask_for() {
        let html = "<title>A &amp; B</title><style>@font-face{src:url(../f.woff2)}</style>\
            <link rel=stylesheet href=../s.css><script src=/x.js></script><script defer src=y.js></script>\
            <script type=application/ld+json>{}</script><script>localStorage.x=1</script>\
            <meta property=og:image content=https://mali.example/why/card.png>\
            <picture><source srcset='a-400.webp 400w, a-800.webp 800w'><img src=a.jpg width=1 height=1></picture>\
            <img src=b.png><img src=https://other.example/c.png width=1 height=1><a href=https://other.example/>x</a>\
            <a href=/why/>y</a><a href=https://mali.example/>z</a>";
        let page = page("why/index.html", html);
        let asked: Vec<(&str, What)> = page.asked.iter().map(|(path, what)| (path.as_str(), *what)).collect();
        let wanted = [
            ("f.woff2", What::Font),
            ("s.css", What::Style),
            ("why/a-800.webp", What::Picture),
            ("why/b.png", What::Picture),
            ("why/card.png", What::Card),
            ("why/y.js", What::Script),
            ("x.js", What::NeededScript),
        ];
        assert_eq!(asked, wanted);
        assert_eq!(page.title, "A & B");
        assert_eq!(page.elsewhere, ["https://other.example/c.png"]);
        assert_eq!(page.rooted, ["/x.js", "/why/", "https://mali.example/"]);
        assert_eq!(page.unsized_pictures, ["why/b.png"]);
        assert_eq!((page.kept, page.needed_script), (1, "localStorage.x=1".len()));
        assert_eq!(page.elements, 16);
    }

    #[test]
    fn what_the_policy_of_a_page_forbids_is_not_asked_for() {
        let policy = |sources: &str| format!("<meta http-equiv=Content-Security-Policy content=\"img-src {sources}\">");
        let picture = "<img src=https://other.example/c.png width=1 height=1>";
        assert!(page("index.html", &(policy("'self'") + picture)).elsewhere.is_empty());
        let allowed = page("index.html", &(policy("'self' https://other.example") + picture));
        assert_eq!(allowed.elsewhere, ["https://other.example/c.png"]);
        assert!(page("old/index.html", "<meta http-equiv=refresh content='0; url=../'>").leads_on);
    }

    #[test]
    fn the_page_for_missing_addresses_may_be_anywhere() {
        assert!(page("404.html", "<a href=/x/>x</a>").rooted.is_empty());
    }
}
