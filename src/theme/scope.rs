//! What a template could have used where it failed. Comes in: the error, and the values that the template was given. Goes out: a
//! few words on each value named there, whatever its size.

use minijinja::value::ValueKind;
use minijinja::{Error, ErrorKind, Value};

use crate::vocabulary::nearest;

/// How many values are described, how many keys of one are named, and how many characters of one are shown.
const VALUES_MAX: usize = 5;
const KEYS_MAX: usize = 16;
const SHOWN_MAX: usize = 60;

/// A value that the template could use: its name, and what is known of it.
struct Named {
    name: String,
    keys: Vec<String>,
    shown: String,
}

/// What was in scope, as the beginning of a help; empty where nothing is known.
pub(super) fn told(error: &Error, values: &Value) -> String {
    let mut named = referenced(&error.display_debug_info().to_string(), values);
    let missing = missing(error);
    let (of, key) = missing.rsplit_once('.').unwrap_or(("", &missing));
    if of.is_empty() && !key.is_empty() {
        let all: Vec<String> = keys(values);
        let near = nearest(key, all.iter().map(String::as_str));
        let near = near.map(|near| format!("did you mean `{near}`? "));
        return format!("{}templates are given {}; ", near.unwrap_or_default(), some(&all));
    }
    // What the error is about comes first.
    named.sort_by_key(|value| value.name != of);
    let near = named.iter().find(|value| value.name == of);
    let near = near.and_then(|value| nearest(key, value.keys.iter().map(String::as_str)));
    let near = near.map(|near| format!("did you mean `{of}.{near}`? ")).unwrap_or_default();
    let described: Vec<String> = named.iter().take(VALUES_MAX).map(Named::described).collect();
    if described.is_empty() { near } else { format!("{near}{}; ", described.join(", ")) }
}

impl Named {
    fn described(&self) -> String {
        match self.keys.is_empty() {
            true => format!("`{}` is {}", self.name, self.shown),
            false => format!("`{}` has {}", self.name, some(&self.keys)),
        }
    }
}

/// The name that does not exist, as it was written.
fn missing(error: &Error) -> String {
    let detail = error.detail().filter(|_| error.kind() == ErrorKind::UndefinedError);
    let name = detail.and_then(|detail| detail.strip_suffix(" is undefined")).unwrap_or_default();
    name.trim_matches('`').to_owned()
}

/// The first of some names, and how many more there are.
fn some(names: &[String]) -> String {
    let first: Vec<String> = names.iter().take(KEYS_MAX).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(KEYS_MAX) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// The keys of a value that has some.
fn keys(value: &Value) -> Vec<String> {
    let keys = (value.kind() == ValueKind::Map).then(|| value.try_iter().ok()).flatten();
    keys.into_iter().flatten().filter_map(|key| key.as_str().map(str::to_owned)).collect()
}

/// The values that the engine says were named near the error. It gives them as text alone, each on a line that is indented once,
/// with what is in it on lines that are indented further, and never more than a few of those.
fn referenced(debug: &str, values: &Value) -> Vec<Named> {
    let lines: Vec<&str> = debug.lines().skip_while(|line| !line.starts_with("Referenced variables")).skip(1).collect();
    let mut found: Vec<Named> = Vec::new();
    for line in lines {
        let Some(line) = line.strip_prefix("    ") else { break };
        if let Some(inner) = line.strip_prefix("    ") {
            let key = inner.strip_prefix('\'').and_then(|inner| inner.split_once("': ")).map(|(key, _)| key.to_owned());
            if let Some(value) = found.last_mut().filter(|value| value.shown == "{") {
                value.keys.extend(key);
            }
        } else if let Some((name, shown)) = line.split_once(": ") {
            let shown = shown.trim_end_matches(',');
            found.push(Named { name: name.to_owned(), keys: Vec::new(), shown: shown.to_owned() });
        }
    }
    for value in &mut found {
        // What the page was given is known whole.
        let given = values.get_attr(&value.name).map(|given| keys(&given)).unwrap_or_default();
        if !given.is_empty() {
            value.keys = given;
        }
        value.shown = match value.shown.as_str() {
            "[" => "a list".to_owned(),
            "{" => "empty".to_owned(),
            shown if shown.chars().count() > SHOWN_MAX => {
                format!("{}…", shown.chars().take(SHOWN_MAX).collect::<String>())
            }
            shown => shown.to_owned(),
        };
    }
    found.retain(|value| value.name != "loop");
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use minijinja::context;

    fn told_of(template: &str) -> String {
        let mut environment = super::super::environment::new();
        environment.add_template("x.html", template).unwrap();
        let long = "x".repeat(10_000);
        let many: Vec<String> = (0..1000).map(|at| format!("<{at}>")).collect();
        let wide: std::collections::BTreeMap<String, usize> = (0..1000).map(|at| (format!("k{at}"), at)).collect();
        let values = context! { page => context! { title => "T", url => "u" }, long, many, wide };
        let error = environment.get_template("x.html").unwrap().render(values.clone()).unwrap_err();
        told(&error, &values)
    }

    #[test]
    fn the_nearest_name_and_what_there_is_are_told() {
        assert_eq!(told_of("{{ page.titel }}"), "did you mean `page.title`? `page` has `title`, `url`; ");
        assert!(told_of("{{ pages }}").starts_with("did you mean `page`? templates are given `"));
        assert!(told_of("{% for one in many %}{{ one.x.y }}{% endfor %}").contains("`one` is '<0>'"));
    }

    #[test]
    fn it_stays_short_whatever_the_values_are() {
        for template in ["{{ long.x.y }}{{ many }}{{ wide }}", "{{ wide.x.y }}{{ long }}", "{{ many.x.y }}{{ wide }}"] {
            let told = told_of(template);
            assert!(told.chars().count() < 500, "{told}");
        }
    }
}
