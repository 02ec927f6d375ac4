//! Addresses: paths of sources and outputs, URLs within the site, and the relative links between them.
//! All URLs here are relative to the site's root, without a leading slash; pages end in `/`; the home page is empty.

use std::borrow::Cow;

use memchr::memchr;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use unicode_normalization::UnicodeNormalization as _;

use crate::rules::Slugs;

/// What a URL path must not carry as it is (RFC 3986, section 3.3: `pchar` and `/` are kept).
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// What a query must not carry as it is; what is percent-encoded already stays so (RFC 3986, section 3.4).
const QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>');

/// The file that a URL is published as: `mali/why/` is `mali/why/index.html`.
pub fn output_path(url: &str) -> String {
    if url.is_empty() || url.ends_with('/') { format!("{url}index.html") } else { url.to_owned() }
}

/// A path as disks take it that regard neither case nor Unicode form: what is equal here is one file there.
pub fn folded(path: &str) -> String {
    let folded = path.to_lowercase();
    if folded.is_ascii() { folded } else { folded.nfc().collect() }
}

/// The way from the page at `url` up to the site's root: `../../` for `mali/why/`, empty for the home page.
pub fn root_of(url: &str) -> String {
    "../".repeat(url.matches('/').count())
}

/// The shortest link from the page at the URL `from` to the site's URL `to`, percent-encoded. A `from` that begins with a slash
/// is the site's root on its host, from which the link then counts. A fragment after `#` is carried over.
pub fn href(from: &str, to: &str) -> String {
    let (path, fragment) = match to.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment)),
        None => (to, None),
    };
    let mut link = String::with_capacity(from.len() + to.len() + 2);
    if from.starts_with('/') {
        link.push_str(from);
        link.extend(utf8_percent_encode(path, PATH));
    } else if path != from || fragment.is_none() {
        let folder = from.rfind('/').map_or("", |end| &from[..=end]);
        let shared = shared_folders(folder, path);
        (0..folder[shared..].matches('/').count()).for_each(|_| link.push_str("../"));
        let below = &path[shared..];
        if link.is_empty() && (below.is_empty() || below.split('/').next().is_some_and(|first| first.contains(':'))) {
            link.push_str("./"); // else it would be no link, or read as a scheme (RFC 3986, section 4.2)
        }
        link.extend(utf8_percent_encode(below, PATH));
    }
    if let Some(fragment) = fragment {
        link.push('#');
        link.extend(utf8_percent_encode(fragment, PATH));
    }
    link
}

/// How many bytes of two paths are folders that both are in.
fn shared_folders(folder: &str, path: &str) -> usize {
    let same = folder.bytes().zip(path.bytes()).take_while(|(a, b)| a == b).count();
    folder.as_bytes()[..same].iter().rposition(|byte| *byte == b'/').map_or(0, |end| end + 1)
}

/// A link of ours with the query of the address that the writer wrote: `pic.png?v=2`.
pub fn with_query(link: &str, written: &str) -> String {
    let written = written.split('#').next().unwrap_or_default();
    let Some((_, query)) = written.split_once('?') else { return link.to_owned() };
    let query = utf8_percent_encode(query, QUERY);
    match link.split_once('#') {
        Some((path, fragment)) => format!("{path}?{query}#{fragment}"),
        None => format!("{link}?{query}"),
    }
}

/// A path as a relative address, percent-encoded.
pub fn encode(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

/// Whether an address begins with a scheme, such as `https:`: with a colon before all that parts an address (RFC 3986, section
/// 4.2).
pub fn has_scheme(address: &str) -> bool {
    address.bytes().find(|byte| matches!(byte, b'/' | b'?' | b'#' | b':')) == Some(b':')
}

/// A percent-decoded path, or the text as it is where that would not be UTF-8.
pub fn decode(path: &str) -> Cow<'_, str> {
    match memchr(b'%', path.as_bytes()) {
        Some(_) => percent_decode_str(path).decode_utf8().unwrap_or(Cow::Borrowed(path)),
        None => Cow::Borrowed(path),
    }
}

/// Joins a relative path to a folder and resolves `.` and `..`; `None` where it would leave the root.
/// Both use `/`; the folder is without a trailing slash.
pub fn join(folder: &str, relative: &str) -> Option<String> {
    let mut joined = String::with_capacity(folder.len() + relative.len() + 2);
    let push = |joined: &mut String, part: &str| {
        if !joined.is_empty() {
            joined.push('/');
        }
        joined.push_str(part);
    };
    folder.split('/').filter(|part| !part.is_empty()).for_each(|part| push(&mut joined, part));
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." if joined.is_empty() => return None,
            ".." => joined.truncate(joined.rfind('/').unwrap_or(0)),
            part => push(&mut joined, part),
        }
    }
    Some(joined)
}

/// The output path that an address on the page at `from` (its URL or output path) leads to, with or without the site's own
/// address; `None` where it leads elsewhere. Query and fragment do not count.
pub fn within(target: &str, from: &str, base_url: Option<&str>) -> Option<String> {
    let whole = base_url.and_then(|base| target.strip_prefix(base)).map(|path| format!("/{path}"));
    let path = whole.as_deref().unwrap_or(target).split(['?', '#']).next().unwrap_or_default();
    if path.starts_with("//") || has_scheme(path) {
        return None;
    }
    let folder = if path.starts_with('/') { "" } else { folder_of(from) };
    join(folder, &decode(path))
}

/// The folder part of a path: `mali` for `mali/why.md`, empty at the top.
pub fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The folders that a path is in, the outermost first: `a` and `a/b` for `a/b/c.md`.
pub fn folders_above(path: &str) -> impl DoubleEndedIterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

/// The last part of a path.
pub fn name_of(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// Words as a part of a URL: lower-case ASCII letters, digits and hyphens, transliterated from any script.
/// Empty only where `words` has no letter or digit at all.
pub fn slug(words: &str) -> String {
    slug::slugify(words)
}

/// A name as a part of an address, by the site's rules.
pub fn path_slug(name: &str, slugs: Slugs) -> String {
    match slugs {
        Slugs::On => slug(name),
        Slugs::Safe => name.trim_end_matches([' ', '.']).replace(|c| "<>:\"/\\|?*".contains(c), ""),
        Slugs::Off => name.to_owned(),
    }
}

/// A name as a part of an address as Hugo makes it: lower case; spaces become one hyphen; letters, digits and marks of all
/// scripts stay, and of the signs `. _ + ~ - @`. Hugo keeps `#` as well, which our URLs have for fragments alone.
pub fn hugo_slug(name: &str) -> String {
    let mut url = String::with_capacity(name.len());
    for c in name.to_lowercase().replace(' ', "-").chars() {
        // Marks, such as vowel signs, are neither letters nor digits, and no ASCII.
        let is_mark = !c.is_ascii() && !c.is_whitespace() && !is_general_punctuation(c);
        if c.is_alphanumeric() || "._+~-@".contains(c) || is_mark {
            url.push(c);
        }
    }
    url
}

/// Punctuation and symbols outside ASCII that writers use in names.
fn is_general_punctuation(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{bf}' | '\u{d7}' | '\u{f7}' | '\u{2000}'..='\u{206f}' | '\u{20a0}'..='\u{20cf}' | '\u{2100}'..='\u{2bff}' | '\u{3000}'..='\u{303f}' | '\u{1f000}'..='\u{1faff}' | '\u{60c}' | '\u{61b}' | '\u{61f}')
}

/// The id of a heading as forges and Hugo make it: lower case, spaces become hyphens, punctuation goes, letters and digits
/// of all scripts stay, but for raised and circled ones and fractions. Empty where nothing is left.
pub fn github_id(text: &str) -> String {
    let kept = |c: char| match c {
        ' ' | '-' => Some('-'),
        '_' => Some('_'),
        c if c.is_alphanumeric() && !is_other_number(c) => Some(c),
        _ => None,
    };
    // Of `İ` only the letter stays.
    text.trim().chars().filter_map(kept).filter_map(|c| c.to_lowercase().next()).collect()
}

/// Numbers that are no digits, such as `²` and `½` (Unicode, category No), and letters in circles.
fn is_other_number(c: char) -> bool {
    matches!(c, '\u{b2}' | '\u{b3}' | '\u{b9}' | '\u{bc}'..='\u{be}' | '\u{2070}' | '\u{2074}'..='\u{2079}' | '\u{2080}'..='\u{2089}' | '\u{2150}'..='\u{215f}' | '\u{2460}'..='\u{24ff}' | '\u{2776}'..='\u{2793}')
}

/// The id of a heading as Hugo makes it with `autoHeadingIDType = "blackfriday"`: lower case, everything between letters and
/// digits one hyphen. Empty where nothing is left.
pub fn blackfriday_id(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric() || is_other_number(c)).filter(|word| !word.is_empty());
    words.collect::<Vec<&str>>().join("-").chars().filter_map(|c| c.to_lowercase().next()).collect()
}

/// An absolute path within the site as a URL of Brink's: without the leading slash, and ending in one unless it names a file.
/// `None` where it is no path within the site.
pub fn own_path(path: &str, may_name_file: bool) -> Option<String> {
    let path = path.trim();
    if path.is_empty() || path.contains(['\\', '?', '#', '\n', '\t']) || path.contains("://") || path.starts_with("//")
    {
        return None;
    }
    let joined = join("", path)?;
    let is_file = may_name_file && !path.ends_with('/') && name_of(&joined).contains('.');
    Some(if joined.is_empty() || is_file { joined } else { format!("{joined}/") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_to_files_of_the_site_or_elsewhere() {
        let base = Some("https://mali.example/");
        assert_eq!(within("../a%20b.png?v=1#x", "mali/why/", base).as_deref(), Some("mali/a b.png"));
        assert_eq!(within("/a.css", "mali/", None).as_deref(), Some("a.css"));
        assert_eq!(within("https://mali.example/a.css", "mali/", base).as_deref(), Some("a.css"));
        assert_eq!(within("https://a.example/x.png", "", base), None);
        assert_eq!(within("//a.example/x.png", "", base), None);
        assert_eq!(within("../../x.png", "mali/", base), None);
    }

    #[test]
    fn links_lead_from_any_depth_to_any_page() {
        for (from, to, link) in [
            ("mali/why/", "data/x.csv", "../../data/x.csv"),
            ("mali/why/", "mali/", "../"),
            ("mali/why/", "mali/how/#x", "../how/#x"),
            ("mali/why/", "mali/why/", "./"),
            ("mali/why/", "mali/why/#x", "#x"),
            ("mali/why/", "mali/why/deep/", "deep/"),
            ("mali/", "malian/", "../malian/"),
            ("malian/", "mali", "../mali"),
            ("mali/why/", "", "../../"),
            ("", "", "./"),
            ("", "#x", "#x"),
            ("", "a:b/", "./a:b/"),
            ("a/", "a/b:c", "./b:c"),
            ("a/x.html", "a/", "./"),
            ("404.html", "a/", "a/"),
            ("/base/", "a/", "/base/a/"),
            ("/", "#x", "/#x"),
            ("a/", "My Section/é/#zone", "../My%20Section/%C3%A9/#zone"),
        ] {
            assert_eq!(href(from, to), link, "{from} to {to}");
            if let Some(url) = from.rfind('/').map(|end| &from[..end]).filter(|_| !from.starts_with('/')) {
                let path = decode(link.split('#').next().unwrap_or_default());
                let wanted = to.split('#').next().unwrap_or_default();
                assert_eq!(join(url, &path).as_deref(), Some(wanted.trim_end_matches('/')), "{from} to {to}");
            }
        }
    }

    #[test]
    fn queries_stay() {
        assert_eq!(with_query("../a/#b", "/a?x=1&y=é#b"), "../a/?x=1&y=%C3%A9#b");
        assert_eq!(with_query("../a/", "/a#b?c"), "../a/");
    }

    #[test]
    fn joining_never_leaves_the_root() {
        assert_eq!(join("a/b", "../c.md").as_deref(), Some("a/c.md"));
        assert_eq!(join("a", "../../c.md"), None);
        assert_eq!(join("", "./c.md").as_deref(), Some("c.md"));
    }
}
