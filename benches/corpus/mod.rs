//! A corpus for the benches: sites of crisis explainers, made up, the same for the same seed on any machine. Comes in: a
//! shape and a flavour. Goes out: the files of a site in a folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use dice::Dice;
use walkdir::WalkDir;

mod dice;
mod words;

/// Whose front matter and links are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavour {
    /// TOML and `@/` links, which Brink and Zola read.
    Zola,
    /// YAML and `relref`.
    Hugo,
}

/// What the tables of its pages are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tables {
    /// Interventions and focus areas.
    Data,
    /// The same rows below headers that mean nothing to Brink: tables like any other.
    Ordinary,
}

/// How a site is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// So many pages of some 900 words with two tables each, in sections of fifty.
    Pages(usize),
    /// Ten pages, the first of 5 MB.
    BigPage,
    /// Ten pages, the first with a table of 20,000 interventions.
    LongTable,
    /// 50,000 short pages in one section.
    WideSection,
    /// 5,000 short pages with four tags each, of 10,000.
    ManyTerms,
    /// 10,000 dated rows about one intervention, and as many about one figure.
    OneSubject,
    /// 5,000 sources of one publisher.
    OnePublisher,
    /// A page with 5,000 headings, footnotes and links to each.
    ManyNotes,
    /// 5,000 actors, and 5,000 events that name two of them each.
    ManyActors,
    /// 20 interventions with 24 actors, countries and focus areas each.
    ManyFilters,
    /// 5,000 interventions of one name, and 5,000 events.
    OneName,
    /// 10,000 links that lead nowhere, each settled.
    ManySettled,
    /// 20,000 links that lead nowhere.
    ManyProblems,
}

impl Shape {
    /// The shapes that are unlike any site.
    pub(crate) const ODD: [Shape; 12] = [
        Shape::BigPage,
        Shape::LongTable,
        Shape::WideSection,
        Shape::ManyTerms,
        Shape::OneSubject,
        Shape::OnePublisher,
        Shape::ManyNotes,
        Shape::ManyActors,
        Shape::ManyFilters,
        Shape::OneName,
        Shape::ManySettled,
        Shape::ManyProblems,
    ];

    /// What it is called, as an argument and in tables.
    pub(crate) fn name(self) -> String {
        match self {
            Shape::Pages(pages) => pages.to_string(),
            Shape::BigPage => "big-page".to_owned(),
            Shape::LongTable => "long-table".to_owned(),
            Shape::WideSection => "wide-section".to_owned(),
            Shape::ManyTerms => "many-terms".to_owned(),
            Shape::OneSubject => "one-subject".to_owned(),
            Shape::OnePublisher => "one-publisher".to_owned(),
            Shape::ManyNotes => "many-notes".to_owned(),
            Shape::ManyActors => "many-actors".to_owned(),
            Shape::ManyFilters => "many-filters".to_owned(),
            Shape::OneName => "one-name".to_owned(),
            Shape::ManySettled => "many-settled".to_owned(),
            Shape::ManyProblems => "many-problems".to_owned(),
        }
    }

    /// The shape of a name.
    pub(crate) fn named(name: &str) -> Option<Shape> {
        let odd = Shape::ODD.into_iter().find(|shape| shape.name() == name);
        odd.or_else(|| name.parse().ok().map(Shape::Pages))
    }

    /// How many pages it has, without those of sections.
    pub(crate) fn pages(self) -> usize {
        match self {
            Shape::Pages(pages) => pages,
            Shape::WideSection => 50_000,
            Shape::ManyTerms => 5_000,
            _ => 10,
        }
    }

    fn sections(self) -> usize {
        match self {
            Shape::WideSection => 1,
            _ => (self.pages() / 50).max(2),
        }
    }

    fn is_short(self) -> bool {
        matches!(self, Shape::WideSection | Shape::ManyTerms)
    }
}

/// A site that Brink builds: the corpus and a `brink.toml`.
pub(crate) fn write_site(root: &Path, shape: Shape) {
    write(root, &Corpus { shape, flavour: Flavour::Zola, tables: Tables::Data, seed: SEED });
    fs::write(root.join("brink.toml"), CONFIG).expect("the configuration is written");
}

/// A site with a theme of `benches/peers`, and the style that all of them have.
pub(crate) fn write_themed(root: &Path, corpus: &Corpus, theme: &str) {
    write(root, corpus);
    let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers");
    let theme = peers.join(theme);
    let entries = WalkDir::new(&theme).into_iter().map(|entry| entry.expect("a folder is listed"));
    let files = entries.filter(|entry| entry.file_type().is_file()).map(|entry| {
        let target = root.join(entry.path().strip_prefix(&theme).expect("it is below the theme"));
        (entry.into_path(), target)
    });
    for (path, target) in files.chain([(peers.join("style.css"), root.join("static/style.css"))]) {
        fs::create_dir_all(target.parent().expect("a file is in a folder")).expect("a folder of the theme is made");
        fs::copy(&path, &target).expect("a file of the theme is copied");
    }
}

/// The configuration of a site that Brink builds.
pub(crate) const CONFIG: &str = "title = \"Districts explained\"\ndescription = \"What happens in made-up places\"\n\
                                 base_url = \"https://example.org/\"\nlanguage = \"en\"\n";

/// The seed of every bench.
pub(crate) const SEED: u64 = 11;

/// The size that the page of [`Shape::BigPage`] has at least, in bytes.
const BIG_BYTES: usize = 5_000_000;

/// A corpus to be written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Corpus {
    /// Its shape.
    pub(crate) shape: Shape,
    /// Whose front matter and links it has.
    pub(crate) flavour: Flavour,
    /// What its tables are, where it is made of [`Shape::Pages`].
    pub(crate) tables: Tables,
    /// What decides its words.
    pub(crate) seed: u64,
}

/// Writes a corpus below `root/content`.
pub(crate) fn write(root: &Path, corpus: &Corpus) {
    let content = root.join("content");
    let put = |path: &str, text: &str| fs::write(content.join(path), text).expect("a page of the corpus is written");
    for section in 0..corpus.shape.sections() {
        fs::create_dir_all(content.join(corpus.folder(section))).expect("a folder of the corpus is made");
        put(&format!("{}/_index.md", corpus.folder(section)), &corpus.section(section));
    }
    put("_index.md", &corpus.home());
    for page in 0..corpus.shape.pages() {
        put(&corpus.path(page), &corpus.page(page));
    }
}

impl Corpus {
    /// The path of a page below `content`.
    pub(crate) fn path(&self, page: usize) -> String {
        let topic = slug::slugify(self.topic(page));
        format!("{}/{topic}-{page:05}.md", self.folder(page % self.shape.sections()))
    }

    /// The text of a page.
    pub(crate) fn page(&self, page: usize) -> String {
        let mut dice = Dice::new(self.seed, page as u64);
        let summary = dice.sentence().replace(['*', '"'], "");
        let day = jiff::civil::date(2026, 10, 31);
        let day = day.saturating_sub(jiff::Span::new().days(i64::try_from(page * 31 % 3_700).unwrap_or_default()));
        let tags = self.tags(page, &mut dice).iter().map(|tag| format!("{tag:?}")).collect::<Vec<_>>().join(", ");
        let title = self.title(page);
        let mut text = match self.flavour {
            Flavour::Zola => format!(
                "+++\ntitle = {title:?}\ndate = {day}\ndescription = {summary:?}\n[taxonomies]\ntags = [{tags}]\n+++\n\n"
            ),
            Flavour::Hugo => {
                format!("---\ntitle: {title:?}\ndate: {day}\ndescription: {summary:?}\ntags: [{tags}]\n---\n\n")
            }
        };
        if self.shape.is_short() {
            text.push_str(&format!("{}\n\n{}\n", dice.paragraph(3), dice.paragraph(2)));
            return text;
        }
        self.body(page, &mut dice, &mut text);
        match self.shape {
            Shape::BigPage if page == 0 => {
                while text.len() < BIG_BYTES {
                    self.part(page, &mut dice, &mut text);
                }
            }
            Shape::LongTable if page == 0 => long_table(20_000, &mut dice, &mut text),
            shape if page == 0 => odd(shape, &mut dice, &mut text),
            _ => {}
        }
        let note = dice.sentence();
        text.push_str(&format!("[^1]: {note}\n"));
        text
    }

    /// Some 900 words: an introduction, two parts with a table each, and an end.
    fn body(&self, page: usize, dice: &mut Dice, text: &mut String) {
        let introduction = dice.paragraph(4);
        text.push_str(&format!("{introduction}[^1]\n\n"));
        self.part(page, dice, text);
        if page % 10 == 4 {
            let (language, listing) = dice.pick(words::LISTINGS);
            let listing = listing.replace("{n}", &dice.number(40, 900).to_string());
            let listing = listing.replace("{p}", &dice.number(2, 60).to_string());
            text.push_str(&format!("```{language}\n{listing}\n```\n\n"));
        }
        let (end, elsewhere) = (dice.pick(words::HEADINGS), self.outside(dice));
        let link = self.link(dice.below(self.shape.pages()));
        text.push_str(&format!("## {end}, in short\n\n{} See also {link} and {elsewhere}.\n\n", dice.paragraph(4)));
        text.push_str(&format!("{}\n\n", dice.paragraph(4)));
    }

    /// Two chapters, each with a table, lists and links.
    fn part(&self, page: usize, dice: &mut Dice, text: &mut String) {
        let sections = self.shape.sections();
        let [first, second] = dice.two(words::HEADINGS);
        let [below, beside] = dice.two(words::SUBHEADINGS);
        let near = if page + sections < self.shape.pages() { page + sections } else { page % sections };
        let (near, far) = (self.link(near), self.link(dice.below(self.shape.pages())));
        text.push_str(&format!("## {first}\n\n{} {near} tells the story before.\n\n", dice.paragraph(4)));
        text.push_str(&format!("### {below}\n\n{}\n\n", dice.paragraph(4)));
        for _ in 0..4 {
            text.push_str(&format!("- {}\n", dice.point()));
        }
        let [interventions, focus_areas] = match self.tables {
            Tables::Data => ["| Intervention | Objective | Status |", "| Focus area | Key actions |"],
            Tables::Ordinary => ["| Thing | Remark | In short |", "| Thing | Remark |"],
        };
        text.push_str(&format!("\n## Interventions\n\n{interventions}\n|---|---|---|\n"));
        let place = place(page % sections);
        for (name, objective) in dice.some(words::INTERVENTIONS, 6) {
            // One thing has one status, but for a few that pages tell differently.
            let usual = (name.len() + page % sections) % words::STATUSES.len();
            let status = if dice.below(50) == 0 { dice.pick(words::STATUSES) } else { words::STATUSES[usual] };
            text.push_str(&format!("| {name}, {place} | {objective} | {status} |\n"));
        }
        text.push_str(&format!("\n{} {}\n\n", dice.paragraph(3), self.outside_sentence(dice)));
        text.push_str(&format!("## {second}\n\n{} Compare {far}.\n\n", dice.paragraph(4)));
        for number in 1..=3 {
            text.push_str(&format!("{number}. {}\n", dice.point()));
        }
        text.push_str(&format!("\n## Focus areas\n\n{focus_areas}\n|---|---|\n"));
        for (name, actions) in dice.some(words::FOCUS_AREAS, 5) {
            text.push_str(&format!("| {name} | {actions} |\n"));
        }
        text.push_str(&format!("\n### {beside}\n\n{}\n\n{}\n\n", dice.paragraph(4), dice.paragraph(3)));
    }

    fn outside_sentence(&self, dice: &mut Dice) -> String {
        format!("The count is from {}.", self.outside(dice))
    }

    fn outside(&self, dice: &mut Dice) -> String {
        let (paper, host, number) = (dice.pick(words::PAPERS), dice.pick(words::HOSTS), dice.number(100, 99_999));
        format!("[{paper} {number}](https://{host}/{}/{number})", slug::slugify(paper))
    }

    fn link(&self, page: usize) -> String {
        let (title, path) = (self.title(page), self.path(page));
        match self.flavour {
            Flavour::Zola => format!("[{title}](@/{path})"),
            Flavour::Hugo => format!("[{title}]({{{{< relref \"/{path}\" >}}}})"),
        }
    }

    fn topic(&self, page: usize) -> &'static str {
        words::TOPICS[page / self.shape.sections() % words::TOPICS.len()]
    }

    fn title(&self, page: usize) -> String {
        format!("{} ({}, {page})", self.topic(page), place(page % self.shape.sections()))
    }

    fn tags(&self, page: usize, dice: &mut Dice) -> Vec<String> {
        if self.shape == Shape::ManyTerms {
            return (0..4).map(|tag| format!("term {}", (page * 4 + tag) % 10_000)).collect();
        }
        let count = dice.number(2, 4);
        let tags: BTreeSet<&str> = dice.some(words::TAGS, count).into_iter().collect();
        tags.into_iter().map(str::to_owned).collect()
    }

    /// The folder of a section.
    fn folder(&self, section: usize) -> String {
        format!("{}-{section:04}", slug::slugify(place(section)))
    }

    fn section(&self, section: usize) -> String {
        let title = format!("{}: {}", place(section), words::CRISES[section % words::CRISES.len()]);
        let summary = format!("What happens in {}.", place(section));
        match self.flavour {
            Flavour::Zola => format!(
                "+++\ntitle = {title:?}\ndescription = {summary:?}\nsort_by = \"date\"\n+++\n\nThe pages of one district.\n"
            ),
            Flavour::Hugo => {
                format!("---\ntitle: {title:?}\ndescription: {summary:?}\n---\n\nThe pages of one district.\n")
            }
        }
    }

    fn home(&self) -> String {
        match self.flavour {
            Flavour::Zola => "+++\ntitle = \"Districts explained\"\n+++\n\nOne section a district.\n".to_owned(),
            Flavour::Hugo => "---\ntitle: \"Districts explained\"\n---\n\nOne section a district.\n".to_owned(),
        }
    }
}

/// A table of so many interventions, each with a name of its own.
fn long_table(rows: usize, dice: &mut Dice, text: &mut String) {
    text.push_str("## All interventions\n\n| Intervention | Objective | Status |\n|---|---|---|\n");
    for row in 0..rows {
        let (name, objective) = dice.pick(words::INTERVENTIONS);
        text.push_str(&format!("| {name} number {row} | {objective} | {} |\n", dice.pick(words::STATUSES)));
    }
    text.push('\n');
}

/// What the first page has besides in the shapes that are about one thing.
fn odd(shape: Shape, dice: &mut Dice, text: &mut String) {
    let day = |row: usize| jiff::civil::date(1990, 1, 1).saturating_add(jiff::Span::new().days(row as i64));
    let actor = |at: usize| format!("Organisation {at} of Relief");
    let several = |name: &str, from: usize, all: usize| {
        (0..24).map(|at| format!("{name} {}", (from + at) % all)).collect::<Vec<_>>().join("; ")
    };
    match shape {
        Shape::OneSubject => {
            text.push_str("## What changed\n\n| Intervention | Status | As of |\n|---|---|---|\n");
            for row in 0..10_000 {
                text.push_str(&format!("| Food for all | {} | {} |\n", words::STATUSES[row % 5], day(row)));
            }
            text.push_str("\n## Numbers\n\n| Fact | Value | As of |\n|---|---|---|\n");
            for row in 0..10_000 {
                text.push_str(&format!("| Displaced people | {} people | {} |\n", 1_000 + row, day(row)));
            }
        }
        Shape::OnePublisher => {
            text.push_str("## Numbers\n\n| Fact | Value | As of | Source |\n|---|---|---|---|\n");
            for row in 0..5_000 {
                text.push_str(&format!("| Figure {row} | {} people | {} | ", row + 10, day(row)));
                text.push_str(&format!("OCHA, *Report {row}*, {} |\n", day(row)));
            }
        }
        Shape::ManyNotes => {
            for row in 0..5_000 {
                let sentence = dice.sentence();
                text.push_str(&format!("## Part {row}\n\n{sentence}[^n{row}] [See {row}](#part-{row}).\n\n"));
            }
            for row in 0..5_000 {
                text.push_str(&format!("[^n{row}]: OCHA, *Report {row}*, {}.\n", day(row)));
            }
        }
        Shape::ManyActors => {
            text.push_str("## Actors\n\n| Actor | Type | Role |\n|---|---|---|\n");
            for row in 0..5_000 {
                text.push_str(&format!("| {} | NGO | {} |\n", actor(row), dice.pick(words::INTERVENTIONS).1));
            }
            text.push_str("\n## Events\n\n| Date | Event |\n|---|---|\n");
            for row in 0..5_000 {
                let (one, other) = (actor(row), actor(row * 7 % 5_000));
                text.push_str(&format!("| {} | {one} and {other} met for the {row}. time |\n", day(row)));
            }
        }
        Shape::ManyFilters => {
            text.push_str("## Aid\n\n| Intervention | Lead | Country | Focus area | Status |\n|---|---|---|---|---|\n");
            for row in 0..20 {
                let (leads, areas) = (several("Agency", row * 5, 60), several("Area", row * 3, 40));
                let countries = COUNTRIES.join(", ");
                text.push_str(&format!("| Programme {row} | {leads} | {countries} | {areas} | Ongoing |\n"));
            }
        }
        Shape::OneName => {
            text.push_str("## Aid\n\n| Intervention | Lead | Status |\n|---|---|---|\n");
            for row in 0..5_000 {
                text.push_str(&format!("| Food for all | Agency {row} | Ongoing |\n"));
            }
            text.push_str("\n## Events\n\n| Date | Event |\n|---|---|\n");
            for row in 0..5_000 {
                text.push_str(&format!("| {} | The council met |\n", day(row)));
            }
        }
        Shape::ManySettled | Shape::ManyProblems => {
            let (rows, settled) = match shape {
                Shape::ManySettled => (10_000, "<!-- ok: link-broken it will come -->\n\n"),
                _ => (20_000, ""),
            };
            for row in 0..rows {
                text.push_str(&format!("{} [More](gone-{row}.md).\n\n{settled}", dice.sentence()));
            }
        }
        _ => {}
    }
    text.push('\n');
}

/// The countries of [`Shape::ManyFilters`].
const COUNTRIES: [&str; 24] = [
    "Mali",
    "Niger",
    "Chad",
    "Burkina Faso",
    "Togo",
    "Benin",
    "Ghana",
    "Senegal",
    "Mauritania",
    "Algeria",
    "Nigeria",
    "Cameroon",
    "Gabon",
    "Kenya",
    "Uganda",
    "Rwanda",
    "Burundi",
    "Sudan",
    "Egypt",
    "Libya",
    "Tunisia",
    "Morocco",
    "Angola",
    "Zambia",
];

/// The name of a section's district: three parts that count up like the digits of a number.
fn place(section: usize) -> String {
    let mut rest = section;
    let parts = words::PLACES.map(|parts| {
        let part = parts[rest % parts.len()];
        rest /= parts.len();
        part
    });
    parts.concat()
}
