//! What web servers are told: headers that a page cannot say of itself, and redirects. Comes in: the plan. Goes out: the same
//! in the words of Netlify (also Cloudflare Pages and others), Apache and nginx.

use std::fmt::Write as _;

use crate::address;
use crate::output::plan::{Plan, Recipe, Target};

/// For all files. A page says its own policy; no page can say who may frame it (CSP level 3, section 6.4.2).
const HEADERS: [(&str, &str); 7] = [
    ("Content-Security-Policy", "frame-ancestors 'none'"),
    ("X-Frame-Options", "DENY"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    // A correction is seen within five minutes; when a server is away, what was read still is.
    ("Cache-Control", "public, max-age=300, stale-if-error=604800"),
];

/// For pictures that could hold scripts, where somebody opens one by itself.
const SVG: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// Headers as Netlify reads them.
pub(super) fn headers() -> String {
    let mut text = String::from("/*\n");
    for (name, value) in HEADERS {
        let _ = writeln!(text, "  {name}: {value}");
    }
    let _ = writeln!(text, "/*.svg\n  Content-Security-Policy: {SVG}");
    text.push_str("/data/*\n  Access-Control-Allow-Origin: *\n");
    text
}

/// A redirect: the address of the URL from the host's root, and where it leads.
struct Lead<'p> {
    from: &'p str,
    to: String,
}

/// All redirects, by their paths.
fn leads(plan: &Plan) -> Vec<Lead<'_>> {
    let base = plan.site.config.base_path();
    let within = |url: &str| match url.split_once('#') {
        Some((path, fragment)) => format!("/{base}{}#{}", address::encode(path), address::encode(fragment)),
        None => format!("/{base}{}", address::encode(url)),
    };
    let lead = |recipe: &Recipe| match recipe {
        Recipe::Onward(id, target) => {
            let to = match target {
                Target::Within(url) => within(url),
                Target::Outside(url) => url.clone(),
            };
            Some((plan.site.pages[*id].url.as_str(), to))
        }
        Recipe::Redirect(at) => {
            let redirect = &plan.site.redirects[*at];
            Some((redirect.url.as_str(), within(&redirect.to)))
        }
        _ => None,
    };
    let found = plan.outputs().filter_map(|output| lead(&output.recipe));
    // White space would end the address, and a `$` begin a variable.
    found.map(|(from, to)| Lead { from, to: to.replace(char::is_whitespace, "%20").replace('$', "%24") }).collect()
}

/// Redirects as Netlify reads them.
pub(super) fn redirects(plan: &Plan) -> String {
    let base = plan.site.config.base_path();
    let mut text = String::new();
    for Lead { from, to } in leads(plan) {
        // What begins with a colon or is a star stands for anything.
        let from = address::encode(from).replace(':', "%3A").replace('*', "%2A");
        let _ = writeln!(text, "/{base}{from} {to} 301");
    }
    text
}

/// Headers and redirects as Apache reads them; each part only where the module for it is there.
pub(super) fn htaccess(plan: &Plan) -> String {
    let base = plan.site.config.base_path();
    let mut text = format!("ErrorDocument 404 /{}404.html\n", address::encode(base));
    text.push_str("<IfModule mod_mime.c>\nAddType text/markdown .md\nAddType text/csv .csv\n");
    text.push_str("AddCharset utf-8 .html .md .csv .json .xml .txt .css .js\n</IfModule>\n");
    text.push_str("<IfModule mod_headers.c>\n");
    for (name, value) in HEADERS {
        let _ = writeln!(text, "Header always set {name} \"{value}\"");
    }
    let _ =
        write!(text, "<FilesMatch \"\\.svg$\">\nHeader always set Content-Security-Policy \"{SVG}\"\n</FilesMatch>\n");
    text.push_str(
        "<FilesMatch \"\\.(csv|json)$\">\nHeader always set Access-Control-Allow-Origin \"*\"\n</FilesMatch>\n",
    );
    text.push_str("</IfModule>\n<IfModule mod_alias.c>\n");
    for Lead { from, to } in leads(plan) {
        let pattern = pattern(&format!("/{base}{from}"));
        let _ = writeln!(text, "RedirectMatch 301 \"^{pattern}$\" \"{}\"", to.replace('"', "%22"));
    }
    text.push_str("</IfModule>\n");
    text
}

/// A path as a regular expression that matches it alone.
fn pattern(path: &str) -> String {
    let mut pattern = String::with_capacity(path.len());
    for c in path.chars() {
        match c {
            '"' => pattern.push_str("\\x22"),
            c if c.is_ascii() && !c.is_ascii_alphanumeric() && !"/-_ ".contains(c) => pattern.extend(['\\', c]),
            c => pattern.push(c),
        }
    }
    pattern
}

/// Headers and redirects as nginx reads them, to be included in a `server`.
pub(super) fn nginx(plan: &Plan) -> String {
    let base = plan.site.config.base_path();
    let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    let mut text = String::from("# Within `server { … }`: include /the/way/to/_nginx.conf;\ncharset utf-8;\n");
    let _ = writeln!(text, "error_page 404 \"/{}404.html\";", quoted(base));
    for (name, value) in HEADERS {
        let _ = writeln!(text, "add_header {name} \"{value}\" always;");
    }
    // What a location adds replaces all that was added outside of it.
    let others = HEADERS.iter().filter(|(name, _)| *name != "Content-Security-Policy");
    let _ = writeln!(text, "location ~ \\.svg$ {{\n  add_header Content-Security-Policy \"{SVG}\" always;");
    for (name, value) in others {
        let _ = writeln!(text, "  add_header {name} \"{value}\" always;");
    }
    text.push_str("}\n");
    let _ = writeln!(text, "location = \"/{}_nginx.conf\" {{ return 404; }}", quoted(base));
    for Lead { from, to } in leads(plan) {
        let _ =
            writeln!(text, "location = \"/{}{}\" {{ return 301 \"{}\"; }}", quoted(base), quoted(from), quoted(&to));
    }
    text
}
