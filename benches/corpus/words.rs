//! The words of the corpus. Places, people and figures in it are made up.

/// Beginnings, middles and ends of the names of districts: 2,400 names.
pub(crate) const PLACES: [&[&str]; 3] = [
    &[
        "Ama", "Beru", "Cora", "Dala", "Esti", "Fenu", "Gora", "Hali", "Ima", "Jolo", "Kesa", "Luma", "Maru", "Nadi",
        "Oru", "Pela", "Rusa", "Sovi", "Tane", "Ulo", "Vari", "Wena", "Yoma", "Zeli",
    ],
    &["ba", "den", "fi", "gar", "ka", "lim", "mo", "nes", "ro", "tu"],
    &["ra", "shu", "ton", "via", "wel", "dor", "nak", "les", "mi", "pur"],
];

/// What sections are about.
pub(crate) const CRISES: &[&str] = &[
    "after the flood",
    "the siege",
    "a failed season",
    "the closed border",
    "two years of fighting",
    "the fever wards",
    "a town of newcomers",
    "the broken dam",
    "the long drought",
    "ceasefire and after",
    "the ash fall",
];

/// What pages explain.
pub(crate) const TOPICS: &[&str] = &[
    "Where the bread comes from",
    "Who keeps the clinic open",
    "A river that changed its bed",
    "The road nobody will drive",
    "What a ration is made of",
    "Counting people who move",
    "Why the school has two shifts",
    "The well committee",
    "How a ceasefire is watched",
    "Money sent home",
    "The night market",
    "What the radio says",
    "Seeds kept back",
    "The vaccinators' week",
    "Paper that proves a birth",
    "Roofs before the storm",
    "A field cleared of mines",
    "Who answers the hotline",
    "The price of a jerrycan",
    "Herds on the wrong side",
    "The hospital's generator",
    "Why trucks wait",
    "A court in a tent",
    "What donors promised",
    "The last bridge",
    "After the camps close",
];

/// Sixty tags.
pub(crate) const TAGS: &[&str] = &[
    "bread",
    "wells",
    "rivers",
    "clinics",
    "midwives",
    "fever",
    "vaccines",
    "teachers",
    "classrooms",
    "exams",
    "ration-cards",
    "cash",
    "debt",
    "wages",
    "prices",
    "harvest",
    "seed",
    "herds",
    "fishing",
    "forests",
    "roads",
    "bridges",
    "trucks",
    "fuel",
    "power",
    "radio",
    "phones",
    "maps",
    "census",
    "papers",
    "courts",
    "police",
    "militias",
    "mines",
    "ceasefires",
    "talks",
    "borders",
    "visas",
    "camps",
    "hosts",
    "returns",
    "rent",
    "roofs",
    "storms",
    "drought",
    "quakes",
    "ash",
    "heat",
    "warnings",
    "donors",
    "budgets",
    "audits",
    "volunteers",
    "elders",
    "widows",
    "infants",
    "pupils",
    "traders",
    "drivers",
    "nurses",
];

/// Who acts.
pub(crate) const ACTORS: &[&str] = &[
    "the valley council",
    "the nurses' union",
    "two relief agencies",
    "the bakers' guild",
    "a group of retired engineers",
    "the river authority",
    "the parish network",
    "the drivers' association",
    "neighbourhood committees",
    "the provincial health board",
    "a women's savings club",
    "the teachers' college",
    "the border commission",
];

/// Who is concerned.
pub(crate) const PEOPLE: &[&str] = &[
    "families who rent",
    "mothers with infants",
    "older couples",
    "day labourers",
    "herders",
    "pupils in their last year",
    "people who fled twice",
    "shopkeepers",
    "patients with chronic illness",
    "widowed farmers",
    "apprentices",
    "children who travel alone",
];

/// Where.
pub(crate) const AREAS: &[&str] = &[
    "the upper valley",
    "the harbour wards",
    "the salt road",
    "both banks of the river",
    "the hill villages",
    "the railway quarter",
    "the eastern farms",
    "the old barracks",
    "the reed islands",
    "the mining towns",
    "the terraces",
];

/// What is scarce, or changes.
pub(crate) const THINGS: &[&str] = &[
    "clean water",
    "diesel",
    "the flour quota",
    "bus traffic",
    "the second harvest",
    "school attendance",
    "the night curfew",
    "insulin",
    "the exchange rate",
    "firewood",
    "the ferry",
    "mobile coverage",
    "seed stock",
    "the convoy schedule",
    "rent",
    "the measles campaign",
];

/// When, without a word that grows old.
pub(crate) const WHEN: &[&str] = &[
    "by the count of the last survey",
    "in four districts out of seven",
    "whenever the bridge is closed",
    "against every forecast",
    "without a written order",
    "for the third winter in a row",
    "as two separate visits confirmed",
    "at roughly half of the usual price",
    "long before the first convoy",
    "even where markets are open",
];

/// Sentences with places for the lists above.
pub(crate) const SENTENCES: &[&str] = &[
    "{actor} began to record {thing} in {area}, and found that {people} paid most for it {when}.",
    "In {year}, {thing} failed in {area}; {people} were told last {when}.",
    "Ask {people} what they lack, and {thing} comes before {thing2} {when}.",
    "{actor} can reach {n} households in {area}, which is {p} percent of those on the list.",
    "Where {thing} is secured, {people} stay; where it is not, they leave for {area} within weeks.",
    "The plan of {year} counted on {actor}, but {thing} had run out {when}.",
    "Of every hundred sacks sent to {area}, {p} arrived, and {actor} keep a ledger of the rest.",
    "{people} in {area} describe {thing} as the *one thing* that decides whether a month can be planned.",
    "Nobody disputes the figures for {thing}, yet {actor} and {people} read them in opposite ways.",
    "A visit to {area} costs a nurse **{n} minutes** of walking {when}.",
    "\"We do not need more meetings,\" say {people}, \"we need {thing}\" -- and {actor} agree.",
    "Since {year} the cost of {thing} has risen by {p} percent, while wages in {area} stood still.",
    "Work on {thing2} stops whenever {thing} does, which {actor} learned in {area} {when}.",
    "The reserve for {area} would last {people} {n} days if {thing} were shared out evenly.",
];

/// Entries of lists.
pub(crate) const POINTS: &[&str] = &[
    "Give {people} one number to call about {thing}",
    "Let {actor} publish what was delivered to {area}",
    "Keep {n} beds free for patients from {area}",
    "Pay {people} in coin where {thing} is sold",
    "Measure {thing} at the same {n} points each month",
    "Hand over keys and ledgers to {actor}",
    "Ask {people} before {thing2} is moved",
];

/// Headings of the second level.
pub(crate) const HEADINGS: &[&str] = &[
    "How it came to this",
    "What people live on",
    "Who decides",
    "What has been tried",
    "Where the figures come from",
    "What may happen next",
    "A day in the district",
    "What is not known",
    "Arguments on both sides",
];

/// Headings of the third level.
pub(crate) const SUBHEADINGS: &[&str] = &[
    "On the road",
    "At the market",
    "In the wards",
    "Around the well",
    "In the classroom",
    "Before the court",
    "At the border post",
    "In the ledger",
];

/// Interventions; the district is added to their names.
pub(crate) const INTERVENTIONS: &[(&str, &str)] = &[
    ("Bread subsidy", "A loaf costs no more than a tenth of a day's wage"),
    ("Ward generators", "Operating rooms never wait for power"),
    ("River ferry", "Twenty crossings a day, free for patients"),
    ("Well repair", "No household walks more than half an hour"),
    ("Second shift schools", "Every child has four hours of lessons"),
    ("Ration by phone", "Families choose the day on which they collect"),
    ("Mine survey", "All footpaths to fields are *walked and marked*"),
    ("Night patrol", "Markets can stay open after dark"),
    ("Measles campaign", "Nine children of ten have both doses"),
    ("Seed bank", "Farmers borrow in spring and give back in autumn"),
    ("Legal tent", "Each birth is on paper within a month"),
    ("Roof kits", "A dry room for every tenant before the storms"),
    ("Driver insurance", "Lorries take the salt road again"),
    ("Radio hour", "Answers to what listeners asked the day before"),
];

/// Statuses, as tables of crisis desks write them.
pub(crate) const STATUSES: &[&str] =
    &["Ongoing", "Planned", "**Suspended**", "Completed", "Withdrawn (2024-05-31)", "Ongoing since 2023", "Proposed"];

/// Focus areas with their key actions.
pub(crate) const FOCUS_AREAS: &[(&str, &str)] = &[
    ("Daily bread", "Fix the quota in public, pay bakers on time, stock flour for ninety days"),
    ("Safe water", "Test wells each week, train two keepers a well, mend pipes before pumps"),
    ("Open wards", "Keep night staff, share one pharmacy, bring referrals by boat"),
    ("Every classroom", "Two shifts, one meal, exams that count on both sides of the line"),
    ("Passable roads", "Agree on hours without checkpoints, mark mines, insure drivers"),
    ("Fair courts", "Send judges in pairs, record in both languages, publish each verdict"),
    ("Honest figures", "One list of households, counted twice, corrected in the open"),
    ("Work and wages", "Hire from the ward, pay by the week, lend tools"),
    ("A roof", "Contracts for tenants, kits before the storms, repairs by apprentices"),
    ("Talks", "Keep a line to all sides, write down what was said, begin with prisoners"),
];

/// Hosts of outside links; `.example` belongs to nobody (RFC 2606).
pub(crate) const HOSTS: &[&str] =
    &["ledger.example", "survey.example", "ward.example", "archive.example", "river.example"];

/// What outside links are called.
pub(crate) const PAPERS: &[&str] = &["ledger", "survey", "ward report", "minutes", "letter"];

/// Listings with their language; `{n}` and `{p}` are numbers.
pub(crate) const LISTINGS: &[(&str, &str)] = &[
    (
        "json",
        "{\n  \"district\": \"east\",\n  \"households\": {n},\n  \"wells\": [\n    {\"id\": 1, \"litres\": {p}},\n    {\"id\": 2, \"litres\": null}\n  ],\n  \"checked\": true\n}",
    ),
    (
        "python",
        "from statistics import median\n\ndef short(rations, floor={p}):\n    \"\"\"Households that get less than the floor.\"\"\"\n    below = {name: grams for name, grams in rations.items() if grams < floor}\n    # {n} households were asked\n    return sorted(below, key=below.get), median(rations.values())\n",
    ),
    (
        "bash",
        "set -e\nfor well in wells/*.csv; do\n  tail -n {n} \"$well\" | cut -d, -f2 | sort -n | uniq -c\ndone > litres.txt\n# the share that is dry\nawk '$2 < {p} { dry++ } END { print dry / NR }' litres.txt",
    ),
    ("yaml", "ward: harbour\nbeds: {n}\nnurses:\n  day: {p}\n  night: 4\nopen:\n  - monday\n  - thursday\nferry: true"),
];
