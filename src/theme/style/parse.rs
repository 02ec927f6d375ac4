//! A stylesheet taken apart (CSS Syntax Module Level 3, with CSS Nesting). Comes in: its text. Goes out: its rules, each
//! without white space and remarks, with what of a page it needs.

use super::lean::{self, Lean};
use super::names::{Names, Need};

/// What a stylesheet, a rule or a group of rules consists of.
#[derive(Debug)]
pub(super) enum Item {
    /// A declaration of a rule.
    Declaration(Declaration),
    /// Declarations for what a list of selectors matches.
    Rule {
        /// The selectors.
        selectors: Vec<Selector>,
        /// What is in it.
        items: Vec<Item>,
    },
    /// A group of rules under a condition: `@media (…)`.
    Group(String, Vec<Item>),
    /// A font or an animation: the name by which it is used, and all of it.
    Named(String, String),
    /// What is kept as it is: `@page`, `@property`, an at-rule that is not known.
    Other(String),
}

/// A declaration.
#[derive(Debug)]
pub(super) struct Declaration {
    /// The custom property that it sets, if it sets one.
    pub custom: Option<String>,
    /// The custom properties that it uses.
    pub uses: Vec<String>,
    /// All of it; before each address that counts from the stylesheet stands [`super::ROOT`].
    pub text: String,
}

/// A selector.
#[derive(Debug)]
pub(super) struct Selector {
    /// All of it.
    pub text: String,
    /// The names that a page must have, or else it matches nothing there.
    pub needs: Vec<Need>,
}

/// Stands where a remark said that the rule after it is kept, around what a page must have for that.
const KEEP: char = '\u{2}';

/// How deep rules may stand in one another; no stylesheet needs more, and each level takes room on the program's stack.
const DEPTH_MAX: usize = 32;

/// The items of a stylesheet; the names that they need are added to `names`.
pub(super) fn parse(css: &str, names: &mut Names) -> Vec<Item> {
    let css = without_remarks(css);
    let mut parser = Parser { css: &css, at: 0, names };
    let mut items = Vec::new();
    while parser.at < css.len() {
        items.extend(parser.items(0));
        parser.at += 1; // a brace too many closes nothing
    }
    items
}

/// The text with a space for each remark; where one says `keep`, that is left for the parser.
fn without_remarks(css: &str) -> String {
    let mut text = String::with_capacity(css.len());
    let mut at = 0;
    while at < css.len() {
        let rest = &css[at..];
        if let Some(remark) = rest.strip_prefix("/*") {
            let (inside, length) =
                remark.split_once("*/").map_or((remark, rest.len()), |(in_it, _)| (in_it, in_it.len() + 4));
            if let Some(condition) = inside.trim().trim_start_matches('!').trim().strip_prefix("keep") {
                let condition = condition.trim().strip_prefix("with").unwrap_or_default().trim();
                text.push(KEEP);
                text.push_str(condition);
                text.push(KEEP);
            }
            text.push(' ');
            at += length;
        } else {
            let length = lean::token_length(rest);
            // The signs that stand for something here are in no stylesheet.
            text.push_str(if rest.starts_with([KEEP, super::ROOT]) { "" } else { &rest[..length] });
            at += length;
        }
    }
    text
}

struct Parser<'c, 'n> {
    css: &'c str,
    at: usize,
    names: &'n mut Names,
}

impl<'c> Parser<'c, '_> {
    fn rest(&self) -> &'c str {
        &self.css[self.at.min(self.css.len())..]
    }

    /// Everything up to the brace that closes, or the end.
    fn items(&mut self, depth: usize) -> Vec<Item> {
        let mut items = Vec::new();
        let mut keep: Option<Vec<Need>> = None;
        loop {
            let trimmed = self.rest().trim_start_matches(|c: char| c.is_whitespace() || c == ';');
            self.at = self.css.len() - trimmed.len();
            match trimmed.chars().next() {
                None | Some('}') => return items,
                Some(KEEP) => {
                    let (condition, _) = trimmed[1..].split_once(KEEP).unwrap_or_default();
                    keep = Some(self.needs(condition));
                    self.at += condition.len() + 2;
                }
                Some('@') => {
                    items.extend(self.at_rule(depth));
                    keep = None;
                }
                Some(_) => items.push(self.rule_or_declaration(depth, keep.take().as_deref())),
            }
        }
    }

    /// What stands before the first of these signs that is in no string, bracket or parenthesis.
    fn until(&mut self, ends: &[char]) -> &'c str {
        let rest = self.rest();
        let (mut at, mut open, mut braces) = (0, 0usize, 0usize);
        while at < rest.len() {
            let sign = rest[at..].chars().next().unwrap_or_default();
            match sign {
                '(' | '[' => open += 1,
                ')' | ']' => open = open.saturating_sub(1),
                '{' if !ends.contains(&'{') => braces += 1,
                '}' if braces > 0 => braces -= 1,
                sign if ends.contains(&sign) && braces == 0 && (open == 0 || sign == '}') => break,
                _ => {}
            }
            at += lean::token_length(&rest[at..]);
        }
        self.at += at;
        &rest[..at]
    }

    /// The inside of a block, as it is written. It begins at its brace.
    fn block(&mut self) -> &'c str {
        let rest = self.rest();
        let (mut at, mut open) = (0, 0usize);
        while at < rest.len() {
            match rest.as_bytes()[at] {
                b'{' => open += 1,
                b'}' => open -= 1,
                _ => {}
            }
            at += lean::token_length(&rest[at..]);
            if open == 0 {
                break;
            }
        }
        self.at += at;
        rest[..at].strip_prefix('{').map_or("", |inside| inside.strip_suffix('}').unwrap_or(inside))
    }

    fn is_at(&self, sign: char) -> bool {
        self.rest().starts_with(sign)
    }

    fn at_rule(&mut self, depth: usize) -> Option<Item> {
        const GROUPS: [&str; 7] =
            ["@media", "@supports", "@layer", "@container", "@scope", "@starting-style", "@document"];
        let prelude = lean::text(self.until(&[';', '{', '}']), Lean::Prelude);
        let name = prelude.split([' ', '(']).next().unwrap_or_default().to_ascii_lowercase();
        if !self.is_at('{') {
            return (name != "@charset").then_some(Item::Other(format!("{prelude};")));
        }
        if GROUPS.contains(&name.as_str()) && depth < DEPTH_MAX {
            self.at += 1;
            let items = self.items(depth + 1);
            self.at += 1;
            return Some(Item::Group(prelude, items));
        }
        let inside = lean::text(self.block(), Lean::Block);
        let all = format!("{prelude}{{{}}}", lean::with_marked_addresses(&inside));
        Some(match name.as_str() {
            "@font-face" => {
                let family = inside.split(';').find_map(|declaration| declaration.strip_prefix("font-family:"));
                Item::Named(family.unwrap_or_default().trim_matches(['"', '\'']).to_owned(), all)
            }
            "@keyframes" | "@-webkit-keyframes" => {
                Item::Named(prelude.rsplit(' ').next().unwrap_or_default().trim_matches(['"', '\'']).to_owned(), all)
            }
            _ => Item::Other(all),
        })
    }

    fn rule_or_declaration(&mut self, depth: usize, keep: Option<&[Need]>) -> Item {
        let is_custom = self.rest().starts_with("--");
        // The value of a custom property may be a block.
        let prelude = self.until(if is_custom { &[';', '}'] } else { &[';', '{', '}'] });
        if !self.is_at('{') || depth >= DEPTH_MAX {
            if self.is_at('{') {
                self.block();
            }
            return Item::Declaration(declaration(prelude));
        }
        let selectors = lean::parts(prelude)
            .into_iter()
            .map(|selector| {
                let text = lean::text(selector, Lean::Selector);
                let needs = keep.map_or_else(|| self.needs(&text), <[Need]>::to_vec);
                Selector { text, needs }
            })
            .collect();
        self.at += 1;
        let items = self.items(depth + 1);
        self.at += 1;
        Item::Rule { selectors, items }
    }

    fn needs(&mut self, selector: &str) -> Vec<Need> {
        super::selector::needs(selector, self.names)
    }
}

fn declaration(written: &str) -> Declaration {
    let (name, value) = written.split_once(':').unwrap_or((written, ""));
    let name = name.trim();
    let value = lean::with_marked_addresses(&lean::text(value, Lean::Value));
    // A custom property that is set to nothing is set all the same.
    let text = if value.is_empty() { format!("{name}: ") } else { format!("{name}:{value}") };
    Declaration { custom: name.starts_with("--").then(|| name.to_owned()), uses: lean::variables(&text), text }
}
