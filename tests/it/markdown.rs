//! Markdown as the configuration's `[markdown]` has it read: each setting on a page.

use brink::document::{self, Document};
use brink::rules::{HeadingIds, Markdown, Rules, Slugs};
use brink::source;
use brink::vocabulary::Vocabulary;

fn read(text: &str, language: &str, markdown: &Markdown) -> Document {
    let vocabulary = Vocabulary::default();
    let rules = Rules { language, has_desk: false, ..Rules::plain(&vocabulary, markdown) };
    document::parse(&source::decode("content/x.md".into(), text.as_bytes()), &rules, &document::NoShortcodes)
}

#[test]
fn straight_quotes_become_those_of_the_language() {
    let markdown = Markdown { smart_punctuation: true, ..Markdown::default() };
    let text = "\"It's 'so'\" -- he said... `\"code\"` [l'a](x.md \"t\")\n";
    let html = |language: &str| read(text, language, &markdown).body.html;
    assert_eq!(html("en"), "<p>“It’s ‘so’” – he said… <code>\"code\"</code> <a title=\"t\">l’a</a></p>\n");
    assert_eq!(
        html("fr-ML"),
        "<p>«\u{202f}It’s “so”\u{202f}» – he said… <code>\"code\"</code> <a title=\"t\">l’a</a></p>\n"
    );
    assert!(html("de").starts_with("<p>„It’s ‚so‘“ –"));
    let plain = read(text, "en", &Markdown::default()).body.html;
    assert!(plain.starts_with("<p>\"It's 'so'\" -- he said..."), "{plain}");
}

#[test]
fn names_of_emoji_are_shown_as_such_where_the_site_says_so() {
    let markdown = Markdown { emoji: true, ..Markdown::default() };
    let text = "Look :warning: at 10:30: :no_such_thing: `:warning:`\n";
    assert_eq!(
        read(text, "en", &markdown).body.html,
        "<p>Look ⚠️ at 10:30: :no_such_thing: <code>:warning:</code></p>\n"
    );
    assert!(read(text, "en", &Markdown::default()).body.html.contains(":warning: at"));
}

#[test]
fn html_is_refused_where_the_site_says_so() {
    let markdown = Markdown { raw_html: false, ..Markdown::default() };
    let document = read("a <b>x</b> <br> <!-- remark -->\n\n<div>\ny\n</div>\n", "en", &markdown);
    assert_eq!(
        document.body.html,
        "<p>a &lt;b&gt;x&lt;/b&gt; <br> <!-- remark --></p>\n&lt;div&gt;\ny\n&lt;/div&gt;\n"
    );
    let places: Vec<(u32, u32)> =
        document.problems.iter().map(|p| (p.place.span.start.line, p.place.span.start.column)).collect();
    assert_eq!(places, [(1, 3), (1, 7), (3, 1)]);
}

#[test]
fn headings_have_the_ids_that_the_site_asks_for() {
    let text = "## Été & [aid](x.md) `now`!\n\n## Été & aid now\n\n## دعم\n\n## A_b  c\n";
    let ids = |heading_ids| {
        let document = read(text, "en", &Markdown { heading_ids, ..Markdown::default() });
        document.headings.into_iter().map(|heading| heading.id).collect::<Vec<String>>()
    };
    assert_eq!(ids(HeadingIds::Zola(Slugs::On)), ["ete-aid-now", "ete-aid-now-1", "d-m", "a-b-c"]);
    assert_eq!(ids(HeadingIds::Github), ["été--aid-now", "été--aid-now-1", "دعم", "a_b--c"]);
    assert_eq!(ids(HeadingIds::Blackfriday), ["été-aid-now", "été-aid-now-1", "دعم", "a-b-c"]);
    assert_eq!(ids(HeadingIds::Zola(Slugs::Off)), ["Été_&_aid_now!", "Été_&_aid_now", "دعم", "A_b__c"]);
}
