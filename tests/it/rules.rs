//! What peers promise their writers, rule by rule: `tests/sites/NAME/rules.txt` says in each line which rule it is about and
//! what must hold in what the site beside it gives. How such a line is written stands at the top of
//! `tests/sites/zola-rules/rules.txt`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use brink::address;
use brink::build::{Built, Memory};

use crate::support::{brink, build, errors, folders_in, outputs, run, site, tests_folder};

/// A site with all that it gives.
struct Outcome {
    root: PathBuf,
    built: Built,
    files: BTreeMap<String, Vec<u8>>,
    said: String,
}

impl Outcome {
    fn of(root: &Path) -> Outcome {
        let built = build(root, &mut Memory::default()).unwrap_or_else(|stop| panic!("{}: {stop:?}", root.display()));
        let files =
            built.render_each(root, |output, bytes| Ok((output.path.clone(), bytes))).unwrap().into_iter().collect();
        Outcome { root: root.to_owned(), built, files, said: errors(&run(root, &["check"])) }
    }

    /// Why a line does not hold.
    fn objection(&self, line: &str) -> Result<(), String> {
        if let Some((source, output)) = line.split_once(" -> ").filter(|_| line.starts_with("content/")) {
            return self.is_published(source, output);
        }
        let (subject, wanted) = line.split_once(": ").unwrap_or((line, ""));
        let (verb, subject) = subject.split_once(' ').ok_or("a line needs a word and what it is about")?;
        match verb {
            "absent" => match self.files.keys().find(|path| path.contains(subject)) {
                Some(path) => Err(format!("there is {path}")),
                None => Ok(()),
            },
            "ids" => same(wanted, &self.ids(subject)?),
            "order" => same(wanted, &listed(&self.text(subject)?).join(" · ")),
            "redirect" => same(wanted, &leads_to(subject, &self.text(subject)?)),
            "summary" => same(wanted, self.document(subject)?.summary.as_deref().unwrap_or("none")),
            "date" => same(wanted, &self.date(subject)?),
            "words" => same(wanted, &self.document(subject)?.words.to_string()),
            "has" if self.text(subject)?.contains(&unescaped(wanted)) => Ok(()),
            "lacks" if !self.text(subject)?.contains(&unescaped(wanted)) => Ok(()),
            "has" | "lacks" => Err(article(&self.text(subject)?).to_owned()),
            "hidden" => same(wanted, &self.why_hidden(subject)?),
            "told" => self.is_told(subject, wanted),
            "silent" if !self.said.contains(subject) => Ok(()),
            "silent" => Err(self.said.clone()),
            "broken" => exists(&tests_folder().join("broken").join(subject).join("expected.txt")),
            "test" => is_test(subject),
            _ => Err("this word is not known".to_owned()),
        }
    }

    fn is_published(&self, source: &str, output: &str) -> Result<(), String> {
        let is_page = brink::source::is_page(source);
        match self.built.site.addresses.of_source(source) {
            Some(url) if is_page => same(output, &address::output_path(url)),
            None if is_page => Err("it is not published".to_owned()),
            _ => {
                let bytes = fs::read(self.root.join(source)).map_err(|error| error.to_string())?;
                let found = self.files.get(output).ok_or("there is no such output")?;
                if *found == bytes { Ok(()) } else { Err("its bytes are others".to_owned()) }
            }
        }
    }

    fn document(&self, source: &str) -> Result<&brink::document::Document, String> {
        let documents = self.built.site.pages.iter().filter_map(|page| page.document.as_ref());
        let mut found = documents.filter(|document| *document.path == *source);
        found.next().map(|document| &**document).ok_or_else(|| format!("there is no page {source}"))
    }

    fn text(&self, output: &str) -> Result<String, String> {
        let bytes = self.files.get(output).ok_or_else(|| format!("there is no output {output}"))?;
        Ok(String::from_utf8_lossy(bytes).into_owned())
    }

    /// The ids of the headings of a page.
    fn ids(&self, source: &str) -> Result<String, String> {
        let headings = self.document(source)?.headings.iter();
        Ok(headings.map(|heading| heading.id.as_str()).collect::<Vec<_>>().join(" "))
    }

    fn date(&self, source: &str) -> Result<String, String> {
        Ok(self.document(source)?.front.date.map_or("none".to_owned(), |date| date.to_string()))
    }

    fn why_hidden(&self, source: &str) -> Result<String, String> {
        let mut hidden = self.built.site.hidden.iter().filter(|hidden| *hidden.path == *source);
        hidden.next().map(brink::site::Hidden::reason).ok_or_else(|| "it is not hidden".to_owned())
    }

    /// Whether `check` says this of this line of a file; the code is in the line above.
    fn is_told(&self, place: &str, code: &str) -> Result<(), String> {
        let lines: Vec<&str> = self.said.lines().collect();
        let is_it = |pair: &[&str]| pair[0].contains(&format!("[{code}]")) && pair[1].contains(&format!("{place}:"));
        if lines.windows(2).any(is_it) { Ok(()) } else { Err(self.said.clone()) }
    }
}

fn same(wanted: &str, actual: &str) -> Result<(), String> {
    if wanted == actual { Ok(()) } else { Err(format!("it is: {actual}")) }
}

fn exists(path: &Path) -> Result<(), String> {
    if path.is_file() { Ok(()) } else { Err("there is no such site".to_owned()) }
}

/// Whether a test of this name is in one of our sources.
fn is_test(name: &str) -> Result<(), String> {
    let root = tests_folder().join("..");
    let sources = ["src", "tests/it"].map(|folder| crate::support::read_all(&root.join(folder)));
    let declared = format!("fn {name}(");
    let has = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).contains(&declared);
    if sources.iter().any(|files| files.values().any(has)) { Ok(()) } else { Err("there is no such test".to_owned()) }
}

fn unescaped(wanted: &str) -> String {
    wanted.replace("\\n", "\n")
}

/// The middle of a page, to be shown where it is not as it should be.
fn article(html: &str) -> &str {
    let start = html.find("<article>").unwrap_or_default();
    &html[start..html.find("</article>").unwrap_or(html.len())]
}

/// The titles in the list of a section or term, in order.
fn listed(html: &str) -> Vec<&str> {
    let Some(start) = html.find("class=\"parts\"") else { return Vec::new() };
    let list = &html[start..];
    let list =
        &list[..list.find("</section>").unwrap_or(list.len()).min(list.find("</article>").unwrap_or(list.len()))];
    list.split("<a href=").skip(1).filter_map(|link| link.split_once("<strong>")?.1.split('<').next()).collect()
}

/// Where a page of ours that redirects leads to: from the root of the site, or elsewhere.
fn leads_to(output: &str, html: &str) -> String {
    let target =
        html.split_once("http-equiv=\"refresh\" content=\"0; url=").and_then(|(_, rest)| rest.split('"').next());
    match target {
        Some(target) if target.contains("://") => target.to_owned(),
        Some(target) => {
            let joined = address::join(address::folder_of(output), &address::decode(target));
            joined.map_or("out of the site".to_owned(), |joined| format!("/{joined}"))
        }
        None => "nowhere".to_owned(),
    }
}

/// The lines of a table of rules: each with its number, its rule, and what it says.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str, &str)> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    lines.filter_map(|(at, line)| {
        let (rule, rest) = line.split_once(' ')?;
        Some((at + 1, rule, rest.trim()))
    })
}

fn tables() -> Vec<PathBuf> {
    let sites = folders_in(&tests_folder().join("sites"));
    sites.into_iter().filter(|site| site.join("rules.txt").is_file()).collect()
}

#[test]
fn every_line_of_the_tables_of_rules_holds() {
    let mut wrong = String::new();
    for site in tables() {
        let outcome = Outcome::of(&site);
        let text = fs::read_to_string(site.join("rules.txt")).unwrap();
        for (number, rule, line) in lines(&text) {
            if let Err(why) = outcome.objection(line) {
                let name = site.file_name().unwrap().to_string_lossy();
                let _ = write!(wrong, "\n{name}/rules.txt:{number}: rule {rule}: {line}\n    {why}\n");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// No rule of Zola's, no observation about the peers' mistakes and no row of Hugo's may be without a line.
#[test]
fn every_rule_has_a_line() {
    let mut covered: BTreeSet<String> = BTreeSet::new();
    for site in tables() {
        let text = fs::read_to_string(site.join("rules.txt")).unwrap();
        covered.extend(lines(&text).map(|(_, rule, _)| rule.to_owned()));
    }
    let zola = (1..=30).map(|number| number.to_string());
    let wanted = zola.chain((1..=20).map(|number| format!("R{number}")));
    let missing: Vec<String> = wanted.filter(|rule| !covered.contains(rule)).collect();
    assert!(missing.is_empty(), "without a line: {missing:?}");
}

/// A link to a page elsewhere in the site is as good as the page (rule 1).
#[cfg(unix)]
#[test]
fn links_to_files_within_the_site_are_followed() {
    let folder =
        site(&[("zola.toml", ""), ("content/a.md", "# A\n"), ("shared/b.md", "# B\n"), ("shared/b.txt", "b\n")]);
    let link = |name: &str| {
        std::os::unix::fs::symlink(format!("../shared/{name}"), folder.path().join("content").join(name)).unwrap();
    };
    ["b.md", "b.txt"].into_iter().for_each(link);
    let files = outputs(folder.path(), &mut Memory::default()).unwrap();
    assert!(files.contains_key("b/index.html") && files.contains_key("b.txt"));
}

/// A time of day in a name counts as its date does (rule 12); such a name cannot be in a repository, since some systems
/// refuse the colon.
#[cfg(unix)]
#[test]
fn a_time_in_a_name_is_no_part_of_the_address() {
    let folder = site(&[("zola.toml", ""), ("content/2024-01-15T10:00:00+01:00-why.md", "# Why\n")]);
    assert!(outputs(folder.path(), &mut Memory::default()).unwrap().contains_key("why/index.html"));
}

/// Pages of a section that is no page itself have the template that it names for them.
#[test]
fn pages_of_a_section_without_a_page_have_its_template() {
    let section = "+++\nrender = false\npage_template = \"told.html\"\n+++\n";
    let told = "{% extends \"page.html\" %}{% block body %}As it is told.{% endblock %}";
    let folder = site(&[("content/s/_index.md", section), ("content/s/a.md", "# A\n"), ("templates/told.html", told)]);
    let files = outputs(folder.path(), &mut Memory::default()).unwrap();
    assert!(String::from_utf8_lossy(&files["s/a/index.html"]).contains("As it is told."));
}

/// A site of a peer that lies inside another site is the one that is built there.
#[test]
fn the_nearest_site_counts() {
    let folder = site(&[
        ("brink.toml", ""),
        ("content/a.md", "# A\n"),
        ("inner/zola.toml", ""),
        ("inner/content/b.md", "# B\n"),
    ]);
    let status = brink().args(["build", "--quiet"]).current_dir(folder.path().join("inner")).status().unwrap();
    assert_eq!(status.code(), Some(0));
    assert!(folder.path().join("inner/public/b/index.html").is_file());
}

/// Two pages are a few small files (R19).
#[test]
fn a_site_of_two_pages_is_small() {
    let folder =
        site(&[("brink.toml", "search = false\n"), ("content/_index.md", "# Home\n"), ("content/a.md", "# A\n")]);
    let files = outputs(folder.path(), &mut Memory::default()).unwrap();
    assert!(files.len() <= 11, "{:?}", files.keys());
    assert!(files.values().map(Vec::len).sum::<usize>() < 50_000);
}
