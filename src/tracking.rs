//! Parameters by which services follow who clicks a link. Comes in: an address. Goes out: the same without them.

use std::borrow::Cow;

/// The names of such parameters.
const NAMES: [&str; 24] = [
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "ysclid",
    "twclid",
    "ttclid",
    "li_fat_id",
    "igshid",
    "igsh",
    "mc_cid",
    "mc_eid",
    "_hsenc",
    "_hsmi",
    "__hssc",
    "__hstc",
    "mkt_tok",
    "vero_id",
    "oly_enc_id",
    "_openstat",
];

fn is_tracking(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or_default().to_ascii_lowercase();
    name.starts_with("utm_") || NAMES.contains(&name.as_str())
}

/// A web address without the parameters that only serve to follow readers; nothing else in it is touched. It may stand as it
/// does in HTML, with `&amp;` between parameters.
pub fn without_tracking(address: &str) -> Cow<'_, str> {
    let is_web = address.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("http")) || address.starts_with("//");
    let (before, fragment) = address.find('#').map_or((address, ""), |at| address.split_at(at));
    let Some((path, query)) = before.split_once('?').filter(|_| is_web) else { return Cow::Borrowed(address) };
    // Each parameter with the sign before it.
    let parameters: Vec<(&str, &str)> = query
        .split('&')
        .enumerate()
        .map(|(at, parameter)| match parameter.strip_prefix("amp;").filter(|_| at > 0) {
            Some(parameter) => ("&amp;", parameter),
            None => (if at == 0 { "" } else { "&" }, parameter),
        })
        .collect();
    if !parameters.iter().any(|(_, parameter)| is_tracking(parameter)) {
        return Cow::Borrowed(address);
    }
    let mut kept = String::with_capacity(address.len());
    kept.push_str(path);
    let mut sign = "?";
    for (before, parameter) in parameters.into_iter().filter(|(_, parameter)| !is_tracking(parameter)) {
        kept.push_str(if sign.is_empty() { if before.is_empty() { "&" } else { before } } else { sign });
        kept.push_str(parameter);
        sign = "";
    }
    kept.push_str(fragment);
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use super::without_tracking;

    #[test]
    fn only_what_follows_readers_goes() {
        for (written, kept) in [
            ("https://a.org/x?utm_source=y", "https://a.org/x"),
            ("https://a.org/x?utm_source=y&id=1#z", "https://a.org/x?id=1#z"),
            ("https://a.org/x?id=1&amp;fbclid=2&amp;b=3", "https://a.org/x?id=1&amp;b=3"),
            ("HTTPS://a.org/?a&UTM_Medium=1&b&&c=%20#?utm_source=kept", "HTTPS://a.org/?a&b&&c=%20#?utm_source=kept"),
            ("//a.org/?gclid=1", "//a.org/"),
            ("https://a.org/?q=utm_source", "https://a.org/?q=utm_source"),
            ("page/?utm_source=own", "page/?utm_source=own"),
            ("https://a.org/utm_source=1", "https://a.org/utm_source=1"),
        ] {
            assert_eq!(without_tracking(written), kept, "{written}");
        }
    }
}
