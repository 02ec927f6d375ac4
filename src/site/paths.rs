//! Names that some disk cannot hold. Comes in: the path of an output, and the place that it comes from. Goes out: a problem,
//! where a path is too long for any disk, or has a name that Windows refuses.

use crate::address;
use crate::problem::{Place, Problem, catalogue};

/// How many bytes a name, and a whole path, may have (Linux: `NAME_MAX`, `PATH_MAX` without its final zero; a site's own
/// folder comes on top, so that some are left for it).
const NAME_MAX: usize = 255;
const PATH_MAX: usize = 4096 - 512;

/// What is wrong with the path of an output.
pub(super) fn check(path: &str, place: &Place) -> Option<Problem> {
    if path.len() > PATH_MAX {
        return Some(catalogue::path_too_long(place.clone(), path, path.len(), PATH_MAX));
    }
    let mut parts = path.split('/');
    if let Some(name) = parts.clone().find(|name| name.len() > NAME_MAX) {
        return Some(catalogue::name_too_long(place.clone(), name, name.len(), NAME_MAX));
    }
    parts.find_map(|name| Some(catalogue::name_not_portable(place.clone(), name, &refused(name)?)))
}

/// Why Windows refuses a name (Microsoft, "Naming Files, Paths, and Namespaces").
fn refused(name: &str) -> Option<String> {
    const DEVICES: [&str; 4] = ["con", "nul", "prn", "aux"];
    let numbered = |stem: &str| {
        let number = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
        number.is_some_and(|number| matches!(number, "¹" | "²" | "³") || matches!(number.as_bytes(), [b'1'..=b'9']))
    };
    if let Some(c) = name.chars().find(|c| r#"<>:"|?*\"#.contains(*c)) {
        return Some(format!("has `{c}` in it"));
    }
    match name.chars().last()? {
        '.' => return Some("ends in a full stop".to_owned()),
        ' ' => return Some("ends in a space".to_owned()),
        _ => {}
    }
    let stem = address::folded(name.split('.').next().unwrap_or_default());
    let stem = stem.trim_end();
    (DEVICES.contains(&stem) || numbered(stem)).then(|| "is the name of a device there".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Code;

    fn code(path: &str) -> Option<Code> {
        check(path, &Place::start_of("content/a.md")).map(|problem| problem.code)
    }

    #[test]
    fn names_that_windows_refuses_are_told() {
        for path in
            ["CON", "a/nul.txt", "com1/x", "LPT9.csv", "lpt¹", "a./b", "a ", "a/b:c", "what?.png", "a\\b", "AUX"]
        {
            assert_eq!(code(path), Some(Code::NameNotPortable), "{path}");
        }
        for path in ["console", "a/nulls.txt", "com0", "com10", "a.b", ".nojekyll", "a b", "école/مالي.html", "com"]
        {
            assert_eq!(code(path), None, "{path}");
        }
    }

    #[test]
    fn names_that_no_disk_holds_are_told() {
        let name = "é".repeat(127);
        assert_eq!(code(&format!("{name}x/index.html")), None);
        assert_eq!(code(&format!("{name}xy/index.html")), Some(Code::NameTooLong));
        assert_eq!(code(&"abcdefg/".repeat(500)), Some(Code::NameTooLong));
    }
}
