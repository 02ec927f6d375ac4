//! Problems as SARIF 2.1.0 (OASIS), which code scanning and editors read.
//! Comes in: sorted problems. Goes out: a log of one run, with a rule for every code that occurs.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::address;
use crate::problem::{Code, Fix, Level, Place, Problem, explain};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What paths of files are relative to: where Brink was started if the site lies there, else the site's folder.
const ROOT: &str = "%SRCROOT%";

/// All problems as a SARIF log; lines and columns from 1, columns in characters. `folder` is the way to the site from where
/// paths begin: empty, or ending in `/`.
pub fn sarif(problems: &[Problem], folder: &str) -> String {
    let codes: BTreeSet<Code> = problems.iter().map(|problem| problem.code).collect();
    let codes: Vec<Code> = codes.into_iter().collect();
    let results: Vec<Value> = problems.iter().map(|problem| result(problem, &codes, folder)).collect();
    let driver = json!({
        "name": "Brink",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": codes.iter().copied().map(rule).collect::<Vec<_>>(),
    });
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "originalUriBaseIds": { ROOT: { "description": { "text": "Where Brink was started if the site lies there, else the folder of the site." } } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&log).expect("a log has only text and numbers")
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.as_str(),
        "shortDescription": { "text": code.summary() },
        "help": { "text": explain::prose(code), "markdown": explain::markdown(code) },
        "defaultConfiguration": { "level": word(code.level()) },
    })
}

fn result(problem: &Problem, codes: &[Code], folder: &str) -> Value {
    let mut result = json!({
        "ruleId": problem.code.as_str(),
        "ruleIndex": codes.iter().position(|code| *code == problem.code),
        "level": word(problem.level()),
        "message": { "text": plain(&format!("{}\nHelp: {}", problem.message, problem.help)) },
        "locations": [location(&problem.place, folder)],
    });
    if !problem.related.is_empty() {
        let related = problem.related.iter().enumerate().map(|(at, related)| {
            let mut location = location(&related.place, folder);
            location["id"] = json!(at + 1);
            location["message"] = json!({ "text": plain(&related.message) });
            location
        });
        result["relatedLocations"] = related.collect();
    }
    if let Some(fix) = &problem.fix {
        result["fixes"] = json!([change(fix, folder)]);
    }
    result
}

fn change(fix: &Fix, folder: &str) -> Value {
    let replacement =
        json!({ "deletedRegion": region(&fix.place), "insertedContent": { "text": fix.replacement.as_str() } });
    json!({
        "description": { "text": plain(&fix.title) },
        "artifactChanges": [{ "artifactLocation": artifact(&fix.place, folder), "replacements": [replacement] }],
    })
}

fn location(place: &Place, folder: &str) -> Value {
    json!({ "physicalLocation": { "artifactLocation": artifact(place, folder), "region": region(place) } })
}

fn artifact(place: &Place, folder: &str) -> Value {
    json!({ "uri": address::encode(&format!("{folder}{}", place.file)), "uriBaseId": ROOT })
}

fn region(place: &Place) -> Value {
    let (start, end) = (place.span.start, place.span.end);
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Hint => "note",
    }
}

/// A text in which nothing reads as a link of SARIF's own (section 3.11.6).
fn plain(text: &str) -> String {
    if text.contains("](") {
        text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{Lines, catalogue};
    use std::sync::Arc;

    fn log(problems: &[Problem]) -> Value {
        serde_json::from_str(&sarif(problems, "my/")).unwrap()
    }

    #[test]
    fn a_result_has_its_rule_place_and_related_places() {
        let text = "# مالي\nécole [x](y.md)\n";
        let lines = Lines::new(Arc::from("content/á b#c.md"), text);
        let at = text.find('[').unwrap();
        let place = lines.place(at..at + 9);
        let problems = [
            catalogue::link_broken(place.clone(), "y.md", None),
            catalogue::superseded(place.clone(), "Aid", ("x", None, place)),
        ];
        let log = log(&problems);
        let run = &log["runs"][0];
        assert_eq!((&log["version"], &run["columnKind"]), (&json!("2.1.0"), &json!("unicodeCodePoints")));
        let rules = &run["tool"]["driver"]["rules"];
        assert_eq!(rules.as_array().unwrap().len(), 2);
        let [first, second] = [0, 1].map(|at| &run["results"][at]);
        assert_eq!((&first["ruleId"], &first["level"]), (&json!("link-broken"), &json!("error")));
        assert_eq!(rules[first["ruleIndex"].as_u64().unwrap() as usize]["id"], "link-broken");
        assert_eq!((&second["level"], &second["relatedLocations"][0]["id"]), (&json!("note"), &json!(1)));
        let physical = &first["locations"][0]["physicalLocation"];
        assert_eq!(
            physical["artifactLocation"],
            json!({ "uri": "my/content/%C3%A1%20b%23c.md", "uriBaseId": "%SRCROOT%" })
        );
        let region = json!({ "startLine": 2, "startColumn": 7, "endLine": 2, "endColumn": 16 });
        assert_eq!(physical["region"], region);
    }

    #[test]
    fn what_looks_like_a_link_is_none() {
        assert_eq!(plain("write `[?](…)`"), "write `\\[?\\](…)`");
        assert_eq!(plain("a `[^n]`"), "a `[^n]`");
        assert_eq!(log(&[])["runs"][0]["results"], json!([]));
    }
}
