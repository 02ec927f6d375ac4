//! A site that is edited at random, hundreds of times: what is kept in memory never shows. After each edit the warm build
//! gives what a clean one gives, outputs and problems alike, and the published folder holds exactly that. How many edits and
//! pages there are can be said in `BRINK_EDITS` and `BRINK_PAGES`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use brink::build::{Built, Memory, Profile};
use brink::problem::Stop;
use brink::site::Kept;
use brink::source;

use crate::support::{build, read_all, site, write};

/// Numbers that look random and are the same every time (SplitMix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) % sides as u64) as usize
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.roll(from.len())]
    }
}

const SENTENCES: [&str; 16] = [
    "Rains come late this year.",
    "Families sell what they own.",
    "The road was closed again.",
    "Prices have doubled since spring.",
    "Markets have reopened in the north.",
    "MINUSMA has left the north of Mali.",
    "The cash programme has ended.",
    "The cash programme reaches most families, says MINUSMA.",
    "Reports suggest that prices could collapse now.",
    "See [the other page](@/s0/p1.md) and [its causes](@/s0/p1.md#causes).",
    "Nobody knows [what is there](nowhere.md).",
    "ECOWAS met in Abuja.[^1]",
    "There are [?](@/s0/_index.md#people-in-need) people in need.",
    "It holds as of 2024-01-15.",
    "A [link](https://example.org/report) leads elsewhere.",
    "{{ data(name=\"numbers\") }}",
];
/// What a page says that states nothing.
const REMARKS: [&str; 11] = [
    "Nothing is known of it yet.",
    "See [the first note](@/s0/note-1.md).",
    "See [a note beside it](note-2.md), and [another](../s1/note-3.md#later).",
    "See [a note](note-0/) and [one elsewhere](/s2/note-2/).",
    "See [a page](@/s0/p1.md).",
    "A [link](https://example.org/more) leads elsewhere.",
    "See [the section](@/s0/_index.md) or [what is above](../).",
    "See [a note that is misspelt](@/s3/not-1.md).",
    "MINUSMA is named.",
    "The cash programme is named, and mobile clinics.",
    "## Later\n\nMore is to come.",
];
const STATUSES: [&str; 6] =
    ["Ongoing", "Suspended", "Planned → Ongoing (2023)", "Completed", "ongonig", "Withdrawn since 2023-12"];
const NAMES: [&str; 5] = ["Cash programme", "Mobile clinics", "MINUSMA", "Water trucking", "Seed distribution"];

/// A page as its writer has it.
#[derive(Clone)]
pub(crate) struct Page {
    title: String,
    front: String,
    texts: Vec<String>,
    rows: Vec<(String, String)>,
    /// Whether it states nothing.
    is_note: bool,
}

impl Page {
    fn new(dice: &mut Dice, at: usize) -> Page {
        let texts = (0..1 + dice.roll(3)).map(|_| dice.pick(&SENTENCES).to_owned()).collect();
        let rows = (0..dice.roll(3)).map(|_| (dice.pick(&NAMES).to_owned(), dice.pick(&STATUSES).to_owned())).collect();
        Page { title: format!("Page {at}"), front: "tags = [\"aid\"]".to_owned(), texts, rows, is_note: false }
    }

    fn note(dice: &mut Dice) -> Page {
        let texts = (0..1 + dice.roll(2)).map(|_| dice.pick(&REMARKS).to_owned()).collect();
        let fronts = ["", "", "", "weight = 3", "date = 2024-03-05", "in_search_index = false", "draft = true"];
        let title = format!("{} {}", dice.pick(&["Note", "About", "Élan", "Zone"]), dice.roll(30));
        Page { title, front: dice.pick(&fronts).to_owned(), texts, rows: Vec::new(), is_note: true }
    }

    fn text(&self) -> String {
        if self.is_note {
            return format!("+++\ntitle = \"{}\"\n{}\n+++\n\n{}\n", self.title, self.front, self.texts.join("\n\n"));
        }
        let front = self.front.split_once("tags = ").map_or((self.front.as_str(), ""), |(keys, tags)| (keys, tags));
        let taxonomies = if front.1.is_empty() { String::new() } else { format!("[taxonomies]\ntags = {}\n", front.1) };
        let rows: String = self.rows.iter().map(|(name, status)| format!("| {name} | {status} |\n")).collect();
        let table = if rows.is_empty() { rows } else { format!("| Intervention | Status |\n|---|---|\n{rows}\n") };
        format!(
            "+++\ntitle = \"{}\"\n{}\n{taxonomies}+++\n\n{}\n\n## Causes\n\n{table}[^1]: ECOWAS, *Communiqué*, 2024-01-02.\n",
            self.title,
            front.0,
            self.texts.join("\n\n")
        )
    }
}

/// The site on the disk, and what its writer knows of it.
pub(crate) struct Desk<'r> {
    root: &'r Path,
    dice: Dice,
    pages: BTreeMap<String, Page>,
    made: usize,
}

impl<'r> Desk<'r> {
    /// Writes a small site with so many pages.
    pub(crate) fn start(root: &'r Path, pages: usize) -> Desk<'r> {
        for (path, text) in [
            ("content/_index.md", "# Home\n".to_owned()),
            ("content/s0/_index.md", index(1)),
            (
                "templates/shortcodes/data.html",
                "<b>{{ load_data(path=\"content/data/numbers.csv\", format=\"plain\") }}</b>".to_owned(),
            ),
            ("content/data/numbers.csv", "1\n".to_owned()),
        ] {
            write(root, path, &text);
        }
        let mut desk = Desk { root, dice: Dice(7), pages: BTreeMap::new(), made: 0 };
        (0..pages).for_each(|_| desk.add());
        desk
    }

    fn add(&mut self) {
        let at = self.made;
        self.made += 1;
        let page = Page::new(&mut self.dice, at);
        self.pages.insert(format!("content/s{}/p{at}.md", at % 4), page);
        self.save(&format!("content/s{}/p{at}.md", at % 4));
    }

    /// A note comes, or goes if it is there.
    fn note(&mut self) -> String {
        let path = format!("content/s{}/note-{}.md", self.dice.roll(4), self.dice.roll(4));
        match self.pages.remove(&path) {
            Some(_) => {
                fs::remove_file(self.root.join(&path)).unwrap();
                format!("{path} goes")
            }
            None => {
                let page = Page::note(&mut self.dice);
                self.pages.insert(path.clone(), page);
                self.save(&path);
                format!("{path} comes")
            }
        }
    }

    fn save(&self, path: &str) {
        write(self.root, path, &self.pages[path].text());
    }

    /// Makes one edit, and says what it was.
    pub(crate) fn edit(&mut self) -> String {
        let paths: Vec<String> = self.pages.keys().cloned().collect();
        let path = paths[self.dice.roll(paths.len())].clone();
        let what = self.dice.roll(26);
        let sentence = self.dice.pick(&SENTENCES).to_owned();
        let (name, status) = (self.dice.pick(&NAMES).to_owned(), self.dice.pick(&STATUSES).to_owned());
        let number = self.dice.roll(1000);
        let day = format!("2024-0{}-1{}", 1 + self.dice.roll(9), self.dice.roll(9));
        let page = self.pages.get_mut(&path).expect("it is one of them");
        match what {
            0..=5 => {
                let at = number % page.texts.len();
                page.texts[at] = format!("{sentence} Number {number}.");
            }
            6 => page.texts.push(sentence),
            // Often its place among its siblings stays the same.
            7 => page.title = format!("{} {number}", page.title.split(' ').take(2).collect::<Vec<_>>().join(" ")),
            8 => {
                page.front =
                    format!("date = {day}\ndescription = \"Of {number}\"\ntags = [\"aid\", \"t{}\"]", number % 5)
            }
            9 => page.front = format!("draft = {}\nweight = {number}", number.is_multiple_of(3)),
            10 => page.front = format!("aliases = [\"old/{}/\"]\nlang = \"fr\"", number % 9),
            11 => page.rows.push((name, status)),
            12 => match page.rows.first_mut() {
                Some(row) => row.1 = status,
                None => page.rows.push((name, status)),
            },
            13 => page.rows.clear(),
            14 => {
                self.add();
                return "a page is added".to_owned();
            }
            15 if paths.len() > 4 => {
                let page = self.pages.remove(&path).expect("it is one of them");
                fs::remove_file(self.root.join(&path)).unwrap();
                if number.is_multiple_of(2) {
                    let to = path.replace("/p", "/renamed-p");
                    self.pages.insert(to.clone(), page);
                    self.save(&to);
                }
                return format!("{path} is renamed or removed");
            }
            16 => {
                let block = format!("{{% block footer %}}{{{{ page.title }}}} {number}{{% endblock %}}");
                let broken = if number.is_multiple_of(10) { "{% if %}" } else { "" };
                let text = format!("{{% extends \"brink/page.html\" %}}{block}{broken}");
                write(self.root, "templates/page.html", &text);
                return "a template".to_owned();
            }
            17 => {
                write(self.root, "content/data/numbers.csv", &format!("{number}\n"));
                return "data".to_owned();
            }
            18 => {
                let desk = !number.is_multiple_of(4);
                // With an address there are feeds and a sitemap; cards would only take time.
                let address = if number.is_multiple_of(3) { "" } else { "base_url = \"https://example.org\"\n" };
                let keys = format!("title = \"Site {number}\"\neditors_desk = {desk}\n{address}cards = false\n");
                write(self.root, "brink.toml", &keys);
                return "the configuration".to_owned();
            }
            19..=24 => return self.note(),
            _ => {
                write(self.root, "content/s0/_index.md", &index(number));
                return "a section".to_owned();
            }
        }
        self.save(&path);
        format!("{path}, edit {what}")
    }
}

fn index(number: usize) -> String {
    let sort = ["date", "title", "weight"][number % 3];
    let parts = match number % 16 {
        0 | 4 | 8 => "paginate_by = 3",
        1 => "draft = true",
        _ => "",
    };
    format!(
        "+++\ntitle = \"Section {number}\"\nsort_by = \"{sort}\"\n{parts}\n+++\n\n| Figure | Value |\n|---|---|\n| People in need | {number} |\n"
    )
}

pub(crate) fn number_of(name: &str, default: usize) -> usize {
    std::env::var(name).ok().map_or(default, |number| number.parse().expect("a number"))
}

/// All that a build gives.
fn given(built: Result<Built, Stop>, root: &Path) -> Result<(BTreeMap<String, Vec<u8>>, String), String> {
    let given = built.and_then(|built| {
        let outputs = built.render_each(root, |output, bytes| Ok((output.path.clone(), bytes)))?;
        Ok((outputs.into_iter().collect(), format!("{:#?}", built.problems())))
    });
    given.map_err(|stop| format!("{stop:#?}"))
}

#[test]
fn whatever_is_edited_a_warm_build_is_a_clean_build() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let mut desk = Desk::start(root, number_of("BRINK_PAGES", 12));
    let mut memory = Memory::default();
    let mut kept = BTreeMap::from([("nothing", 0), ("all", 0), ("order", 0), ("pages", 0)]);
    let mut published = BTreeMap::new();
    for at in 0..number_of("BRINK_EDITS", 120) {
        let what = desk.edit();
        let warm = given(build(root, &mut memory), root);
        let how = match memory.kept {
            Some(Kept::All) => "all",
            Some(Kept::Order) => "order",
            Some(Kept::Pages) => "pages",
            None => "nothing",
        };
        *kept.get_mut(how).unwrap() += 1;
        let clean = given(build(root, &mut Memory::default()), root);
        assert!(warm == clean, "edit {at}: {what} ({how} kept)\n{}", difference(&warm, &clean));
        if let Ok((outputs, _)) = warm {
            let mut built = build(root, &mut memory).unwrap();
            built.publish(root, &root.join("public"), &mut Profile::default(), || ()).unwrap();
            published = outputs;
        }
        assert!(read_all(&root.join("public")) == published, "edit {at}: {what}: the folder holds something else");
    }
    assert!(kept.values().all(|times| *times > 0), "no way of keeping is left out: {kept:?}");
}

type Given = Result<(BTreeMap<String, Vec<u8>>, String), String>;

/// The first thing that two builds give differently.
fn difference(warm: &Given, clean: &Given) -> String {
    let (warm, clean) = match (warm, clean) {
        (Ok(warm), Ok(clean)) => (warm, clean),
        _ => {
            return format!(
                "warm: {:.2000}\nclean: {:.2000}",
                format!("{:?}", warm.as_ref().err()),
                format!("{:?}", clean.as_ref().err())
            );
        }
    };
    for (path, bytes) in &clean.0 {
        if warm.0.get(path) != Some(bytes) {
            let text =
                |bytes: Option<&Vec<u8>>| String::from_utf8_lossy(bytes.map_or(&[][..], Vec::as_slice)).into_owned();
            let (one, other) = (text(warm.0.get(path)), text(Some(bytes)));
            let line = one.lines().zip(other.lines()).find(|(one, other)| one != other);
            return format!("{path}: {line:?}");
        }
    }
    let line = warm.1.lines().zip(clean.1.lines()).find(|(one, other)| one != other);
    format!("problems: {line:?}")
}

#[test]
fn a_look_at_some_files_is_a_look_at_all() {
    let folder = site(&[("content/_index.md", "# Home\n"), ("content/s/a.md", "# A\n"), ("content/s/b.md", "# B\n")]);
    let root = folder.path();
    let mut listing = source::list(root).unwrap();
    write(root, "content/s/a.md", "# Another\n");
    write(root, "content/s/c.md", "# C\n");
    fs::remove_file(root.join("content/s/b.md")).unwrap();
    assert!(source::look_again(root, &mut listing, &["content/s/a.md", "content/s/b.md", "content/s/c.md"]).unwrap());
    assert_eq!(listing, source::list(root).unwrap());
    write(root, "content/new/d.md", "# D\n");
    write(root, "content/s/~x.md~", "# X\n");
    for unclear in ["content/new", "content/new/d.md", "content/s/~x.md~", "content/nothing.md", "notes/x.md"] {
        assert!(!source::look_again(root, &mut listing, &[unclear]).unwrap(), "{unclear}");
    }
}

#[test]
fn an_edit_costs_what_it_changes() {
    let page =
        "+++\ntitle = \"One\"\n+++\n\nText.\n\n| Intervention | Status |\n|---|---|\n| Cash programme | Ongoing |\n";
    let folder = site(&[("content/_index.md", "# Home\n"), ("content/a.md", page), ("content/b.md", "# B\n\nText.\n")]);
    let root = folder.path();
    let mut memory = Memory::default();
    let mut after = |path: &str, text: &str| {
        write(root, path, text);
        build(root, &mut memory).unwrap();
        (memory.parsed, memory.kept)
    };
    assert_eq!(after("content/a.md", page), (3, None));
    assert_eq!(after("content/a.md", &page.replace("Text.", "Other words.")), (1, Some(Kept::All)));
    assert_eq!(after("content/a.md", &page.replace("One", "One more title")), (1, Some(Kept::Order)));
    // Under another letter, at the same place.
    assert_eq!(after("content/a.md", &page.replace("One", "Zone")), (1, Some(Kept::Order)));
    assert_eq!(after("content/a.md", &page.replace("Ongoing", "Suspended")), (1, None));
    assert_eq!(after("content/a.md", &page.replace("Ongoing", "Suspended")).1, Some(Kept::All));
    // A text that names a subject, and one that says something of it.
    assert_eq!(after("content/b.md", "# B\n\nThe Cash programme is named.\n"), (1, Some(Kept::All)));
    assert_eq!(after("content/b.md", "# B\n\nThe Cash programme has ended.\n"), (1, None));
    // A page that states nothing, and then one that does.
    assert_eq!(after("content/c.md", "# C\n"), (1, Some(Kept::Pages)));
    assert_eq!(after("content/d.md", &page.replace("One", "Two")), (1, None));
    assert_eq!(after("templates/page.html", "{% extends \"brink/page.html\" %}"), (0, Some(Kept::All)));
    assert_eq!(after("brink.toml", "title = \"Of my own\"\n"), (0, None));
    assert_eq!(after("brink.toml", "title = \"Of our own\"\n"), (0, Some(Kept::Order)));
    assert_eq!(after("brink.toml", "title = \"Of our own\"\nlanguage = \"fr\"\n").1, None);
}

#[test]
fn a_change_of_the_theme_or_the_configuration_is_seen() {
    let page = "# A\n\nText.\n\n| Intervention | Status |\n|---|---|\n| Aid | Ongoing |\n";
    let config = "title = \"First\"\ncards = false\ntheme = \"own\"\n";
    let footer = |text: &str| format!("{{% extends \"brink/page.html\" %}}{{% block footer %}}{text}{{% endblock %}}");
    let files = [
        ("content/_index.md", "# Home\n"),
        ("content/a.md", page),
        ("brink.toml", config),
        ("themes/own/templates/page.html", &footer("of the theme")),
    ];
    let folder = site(&files);
    let root = folder.path();
    let above = footer("mine, {{ super() }}").replace("brink/", "own/");
    // What is changed, and what the page shows then; nothing where it cannot be built.
    let edits: [(&str, Option<&str>, &str); 18] = [
        ("brink.toml", Some(config), "of the theme"),
        ("templates/page.html", Some(&above), "mine, of the theme"),
        ("themes/own/templates/page.html", Some(&footer("of this theme")), "mine, of this theme"),
        ("templates/page.html", Some(&footer("{% if %}")), ""),
        ("brink.toml", Some(&config.replace("First", "Second")), ""),
        ("templates/page.html", Some(&above.replace("mine", "of mine")), "of mine, of this theme"),
        ("templates/page.html", None, "of this theme"),
        ("themes/own/strings/en.toml", Some("skip = \"Jump\"\ninterventions = \"Deeds\"\n"), ">Jump<"),
        ("themes/own/strings/en.toml", Some("skip = \"Leap\"\ninterventions = \"What is done\"\n"), ">Leap<"),
        ("themes/own/strings/en.toml", None, ">Skip to the text<"),
        ("themes/own/static/style.css", Some("p { color: #010101 }"), "#010101"),
        ("content/style.css", Some("p { color: #02020202 }"), "#02020202"),
        ("content/style.css", None, "#010101"),
        ("static/style.css", Some("p { color: #030303 }"), "#030303"),
        ("static/style.css", Some("p { color: #03030304 }"), "#03030304"),
        ("static/style.css", None, "#010101"),
        ("brink.toml", Some("title = \"Third of all\"\ncards = false\n"), "Third of all</title>"),
        ("themes/own/templates/page.html", None, "Third of all</title>"),
    ];
    let mut memory = Memory::default();
    for (path, text, shown) in edits {
        match text {
            Some(text) => write(root, path, text),
            None => fs::remove_file(root.join(path)).unwrap(),
        }
        let warm = given(build(root, &mut memory), root);
        let clean = given(build(root, &mut Memory::default()), root);
        assert!(warm == clean, "{path}: {text:?}\n{}", difference(&warm, &clean));
        let page = warm.map(|(outputs, _)| String::from_utf8_lossy(&outputs["a/index.html"]).into_owned());
        assert_eq!(page.is_ok(), !shown.is_empty(), "{path}: {text:?}: {page:?}");
        assert!(page.is_err() || page.is_ok_and(|page| page.contains(shown)), "{path}: {text:?} shows {shown}");
    }
}
