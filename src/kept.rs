//! What a site has where browsers keep the pages that were read (`offline = true`): a script on each page, the worker that it
//! registers, and the page that stands for those that are not kept. Only their names; nothing comes in.

/// The theme's script on each page.
pub const SCRIPT: &str = "offline.js";

/// The theme's worker. What it may keep is what is below its own folder, hence at the site's root.
pub const WORKER: &str = "sw.js";

/// The page that is shown without a connection where a page is not kept.
pub const PAGE: &str = "offline.html";

/// A page without the script, for the preview, of which browsers are to keep nothing.
pub fn without_script(html: &str) -> String {
    const START: &str = "<script defer src=\"";
    let script = html.match_indices(START).find_map(|(at, start)| {
        let (target, rest) = html[at + start.len()..].split_once('"')?;
        rest.strip_prefix("></script>")?;
        let is_ours = target == SCRIPT || target.strip_suffix(SCRIPT).is_some_and(|before| before.ends_with('/'));
        is_ours.then(|| at..at + start.len() + target.len() + "\"></script>".len())
    });
    match script {
        Some(range) => format!("{}{}", &html[..range.start], &html[range.end..]),
        None => html.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_goes_and_nothing_else() {
        let page = |script: &str| format!("<script defer src=\"a.js\" data-x></script>{script}<p>");
        assert_eq!(without_script(&page("<script defer src=\"../offline.js\"></script>")), page(""));
        assert_eq!(without_script(&page("<script defer src=\"offline.js\"></script>")), page(""));
        let other = page("<script defer src=\"not-offline.js\"></script>");
        assert_eq!(without_script(&other), other);
    }
}
