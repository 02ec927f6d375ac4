//! What a page may load, run and send, as its Content Security Policy (CSP Level 3). Comes in: what is in the page. Goes out:
//! the policy. The site's own files, and what stands in the page itself, are named exactly as far as the page has them;
//! nothing from elsewhere is allowed but what the writer allows by name.

use crate::html;
use crate::html::tags::Tag;
use crate::theme::{Security, source_of};

/// The policy of a page while it is gathered.
#[derive(Debug)]
pub(super) struct Policy<'t> {
    security: &'t Security,
    /// What was found that the page needs, as a directive and a source.
    needs: Vec<(&'static str, String)>,
    /// What a template says that its page needs besides: whole directives.
    said: Vec<String>,
    /// The allowed origins that the page names.
    origins: Vec<&'t str>,
}

const OWN: &str = "'self'";

impl<'t> Policy<'t> {
    pub(super) fn new(security: &'t Security) -> Policy<'t> {
        Policy { security, needs: Vec::new(), said: Vec::new(), origins: Vec::new() }
    }

    fn need(&mut self, directive: &'static str, source: impl Into<String>) {
        let source = source.into();
        if !self.needs.iter().any(|known| known.0 == directive && known.1 == source) {
            self.needs.push((directive, source));
        }
    }

    /// A template says that its page needs this: a directive with its sources.
    pub(super) fn say(&mut self, directive: &str) {
        self.said.push(directive.to_owned());
    }

    /// The style that the page has.
    pub(super) fn style(&mut self, source: &str) {
        if !source.is_empty() {
            self.need("style-src", source);
        }
    }

    /// An address that the page loads something from; its own need no more than `directive`.
    fn load(&mut self, directive: Option<&'static str>, address: &str) {
        match self.security.origin_of(address) {
            None => {
                if let Some(directive) = directive {
                    self.need(directive, OWN);
                }
            }
            Some(Some(allowed)) if !self.origins.contains(&allowed) => self.origins.push(allowed),
            Some(_) => {}
        }
    }

    /// An element of the page.
    pub(super) fn see<'h>(&mut self, html: &'h str, tag: &Tag<'h, '_>) {
        if let Some(style) = tag.value(html, "style") {
            // The hash is of the value as a browser reads it.
            self.need("style-src", "'unsafe-hashes'");
            self.need("style-src", source_of(html::unescaped(style).as_bytes()));
        }
        let (rel, src) = (tag.value(html, "rel").unwrap_or_default(), tag.value(html, "src"));
        match tag.name.as_ref() {
            "style" => self.need("style-src", source_of(html[tag.inside.clone()].as_bytes())),
            "script" => match src {
                Some(src) => self.load(Some("script-src"), src),
                // A script that never ends is not run, and has no bytes of its own.
                None if is_run(tag.value(html, "type")) && tag.inside.end < html.len() => {
                    self.need("script-src", source_of(html[tag.inside.clone()].as_bytes()));
                }
                None => {}
            },
            "link" => {
                let rels: Vec<&str> = rel.split_ascii_whitespace().collect();
                let has = |name: &str| rels.iter().any(|rel| rel.eq_ignore_ascii_case(name));
                let href = tag.value(html, "href").unwrap_or_default();
                if has("stylesheet") {
                    self.load(Some("style-src"), href);
                } else if has("manifest") {
                    self.load(Some("manifest-src"), href);
                } else if has("modulepreload") {
                    self.load(Some("script-src"), href);
                } else if has("icon") || has("preload") || has("preconnect") {
                    self.load(None, href);
                }
            }
            "iframe" | "frame" => self.load(Some("frame-src"), src.unwrap_or_default()),
            "object" => self.load(Some("object-src"), tag.value(html, "data").unwrap_or_default()),
            "embed" => self.load(Some("object-src"), src.unwrap_or_default()),
            "video" | "audio" | "track" | "source" => {
                src.into_iter().for_each(|src| self.load(Some("media-src"), src));
                let pictures = [tag.value(html, "poster"), tag.value(html, "srcset")];
                pictures.into_iter().flatten().for_each(|address| self.load(None, address));
            }
            "img" | "input" | "image" | "use" => {
                let pictures = [src, tag.value(html, "srcset"), tag.value(html, "href")];
                pictures.into_iter().flatten().for_each(|address| self.load(None, address));
            }
            "form" => self.load(Some("form-action"), tag.value(html, "action").unwrap_or_default()),
            _ => {}
        }
    }

    /// The element; nothing where the site has no policies.
    pub(super) fn element(self) -> String {
        if !self.security.has_policy {
            return String::new();
        }
        let mut directives: Vec<(&str, Vec<&str>)> = vec![
            ("default-src", Vec::new()),
            ("style-src", Vec::new()),
            ("img-src", vec![OWN, "data:"]),
            ("font-src", vec![OWN]),
            ("base-uri", Vec::new()),
            ("form-action", Vec::new()),
        ];
        let said = self.said.iter().flat_map(|said| said.split(';')).filter_map(|said| {
            let mut words = said.split_ascii_whitespace();
            words.next().map(|name| words.map(move |source| (name, source)))
        });
        let needs = self.needs.iter().map(|(name, source)| (*name, source.as_str())).chain(said.flatten());
        for (name, source) in needs {
            let at = directives.iter().position(|known| known.0 == name).unwrap_or_else(|| {
                directives.push((name, Vec::new()));
                directives.len() - 1
            });
            if !directives[at].1.contains(&source) {
                directives[at].1.push(source);
            }
        }
        for (_, sources) in directives.iter_mut().filter(|(name, _)| *name != "base-uri") {
            sources.extend(&self.origins);
        }
        // Without a hash of its own, a page has no style; the first directive says so.
        directives.retain(|(name, sources)| !(*name == "style-src" && sources.is_empty()));
        let written = directives.iter().map(|(name, sources)| match sources.is_empty() {
            true => format!("{name} 'none'"),
            false => format!("{name} {}", sources.join(" ")),
        });
        let content = written.collect::<Vec<String>>().join("; ");
        format!(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">",
            content.replace('&', "&amp;").replace('"', "&quot;")
        )
    }
}

/// Whether a browser runs a script of this type (WHATWG HTML, section 4.12.1); data is none.
fn is_run(kind: Option<&str>) -> bool {
    let kind = kind.unwrap_or_default().trim().to_ascii_lowercase();
    let is_script = kind.contains("javascript") || kind.contains("ecmascript");
    kind.is_empty() || is_script || matches!(kind.as_str(), "module" | "importmap" | "speculationrules")
}
