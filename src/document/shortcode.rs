//! Shortcodes as writers write them: `{{ name(key="value") }}`, `{% name() %}…{% end %}`, and Hugo's `{{< name >}}`. Comes in:
//! a page's text. Goes out: a list of [`Piece`], each with its bytes, and what cannot be read.

use std::ops::Range;

use crate::settings::Value;

/// A piece of a page's text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    /// Text without calls.
    Text(Range<usize>),
    /// What an escaped call stands for: the call as text.
    Literal(String, Range<usize>),
    /// A call.
    Call(Call),
}

/// A call of a shortcode.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Call {
    /// Its name.
    pub name: String,
    /// Its arguments, in order; Hugo's may have no name.
    pub arguments: Vec<(Option<String>, Value)>,
    /// Its body, where it has one, and where that stands.
    pub body: Option<(Vec<Piece>, Range<usize>)>,
    /// The bytes of its name.
    pub name_range: Range<usize>,
    /// All its bytes, those of its body and end included.
    pub range: Range<usize>,
    /// Whether it is written as Hugo's are.
    pub is_hugos: bool,
}

/// Something that looks like a call and is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Misread {
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub help: String,
    /// Where.
    pub range: Range<usize>,
}

/// A tag before tags are matched with their ends.
enum Tag {
    Call(Call, Opens),
    /// The end of a body: of any, or of the one with this name.
    End(Option<String>, Range<usize>),
    Literal(String, Range<usize>),
}

/// Whether a tag has a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opens {
    Never,
    Always,
    /// If an end for it comes.
    Perhaps,
}

/// Takes a text apart. `is_left` says of a byte that what begins there is left as it is.
pub(super) fn pieces(text: &str, start: usize, is_left: impl Fn(usize) -> bool) -> (Vec<Piece>, Vec<Misread>) {
    let mut misread = Vec::new();
    let mut tags: Vec<Tag> = Vec::new();
    let mut at = start;
    while let Some(found) = text[at..].find("{{").into_iter().chain(text[at..].find("{%")).min() {
        let open = at + found;
        at = open + 2;
        if is_left(open) {
            continue;
        }
        match tag(text, open) {
            Ok(Some(tag)) => {
                at = tag.range().end;
                tags.push(tag);
            }
            Ok(None) => {}
            Err(wrong) => misread.push(wrong),
        }
    }
    decide(&mut tags);
    let mut matcher = Matcher { misread, ends: text.len() };
    let (pieces, _) = matcher.within(&mut tags.into_iter(), start, None);
    (pieces, matcher.misread)
}

/// Finds out which of Hugo's tags have a body: those that an end of their name belongs to.
fn decide(tags: &mut [Tag]) {
    let mut open: Vec<usize> = Vec::new();
    let mut with_body: Vec<usize> = Vec::new();
    for (at, tag) in tags.iter().enumerate() {
        match tag {
            Tag::Call(_, Opens::Perhaps) => open.push(at),
            Tag::End(Some(name), _) => {
                let is_of = |at: &usize| matches!(&tags[*at], Tag::Call(call, _) if call.name == *name);
                if let Some(found) = open.iter().rposition(is_of) {
                    with_body.push(open[found]);
                    open.truncate(found); // those inside have none
                }
            }
            _ => {}
        }
    }
    for at in with_body {
        if let Tag::Call(_, opens) = &mut tags[at] {
            *opens = Opens::Always;
        }
    }
}

impl Tag {
    fn range(&self) -> &Range<usize> {
        match self {
            Tag::Call(call, _) => &call.range,
            Tag::End(_, range) | Tag::Literal(_, range) => range,
        }
    }
}

struct Matcher {
    misread: Vec<Misread>,
    ends: usize,
}

impl Matcher {
    /// The pieces up to the end of the body of `open`; gives also that end, where it comes.
    fn within(
        &mut self,
        tags: &mut std::vec::IntoIter<Tag>,
        start: usize,
        open: Option<&Call>,
    ) -> (Vec<Piece>, Option<Range<usize>>) {
        let mut pieces = Vec::new();
        let mut from = start;
        let text = |pieces: &mut Vec<Piece>, range: Range<usize>| {
            if !range.is_empty() {
                pieces.push(Piece::Text(range));
            }
        };
        while let Some(tag) = tags.next() {
            let range = tag.range().clone();
            text(&mut pieces, from..range.start);
            from = range.end;
            match tag {
                Tag::Literal(literal, range) => pieces.push(Piece::Literal(literal, range)),
                Tag::End(name, range) => {
                    if open.is_some_and(|open| name.as_ref().is_none_or(|name| *name == open.name)) {
                        return (pieces, Some(range));
                    }
                    self.misread.push(Misread {
                        what: "this ends a shortcode that nothing begins".to_owned(),
                        help: "remove it, or write the tag that begins the shortcode above it".to_owned(),
                        range: range.clone(),
                    });
                    pieces.push(Piece::Text(range));
                }
                Tag::Call(mut call, opens) => {
                    if opens != Opens::Always {
                        pieces.push(Piece::Call(call));
                        continue;
                    }
                    let body_start = call.range.end;
                    let (body, end) = self.within(tags, body_start, Some(&call));
                    match end {
                        Some(end) => {
                            from = end.end;
                            call.body = Some((body, body_start..end.start));
                            call.range.end = end.end;
                            pieces.push(Piece::Call(call));
                        }
                        None => {
                            // Everything up to the end of the page was taken for its body.
                            self.misread.push(Misread {
                                what: format!("the shortcode `{}` is never ended", call.name),
                                help: format!("write `{{% end %}}` where its text ends; a shortcode without text is `{{{{ {}() }}}}`", call.name),
                                range: call.range.clone(),
                            });
                            pieces.push(Piece::Text(call.range));
                            pieces.extend(body);
                            return (pieces, None);
                        }
                    }
                }
            }
        }
        text(&mut pieces, from..self.ends);
        (pieces, None)
    }
}

/// The tag that begins at `open`; `None` where it is text.
fn tag(text: &str, open: usize) -> Result<Option<Tag>, Misread> {
    let mut reader = Reader { text, at: open + 2 };
    let rest = &text[open..];
    if rest.starts_with("{{</*") || rest.starts_with("{{%/*") {
        return Ok(literal(
            text,
            open,
            5,
            if rest.starts_with("{{<") { ("{{<", "*/>}}", ">}}") } else { ("{{%", "*/%}}", "%}}") },
        ));
    }
    if rest.starts_with("{{/*") {
        return Ok(literal(text, open, 4, ("{{", "*/}}", "}}")));
    }
    if rest.starts_with("{%/*") {
        return Ok(literal(text, open, 4, ("{%", "*/%}", "%}")));
    }
    if rest.starts_with("{{<") || rest.starts_with("{{%") {
        reader.at += 1;
        return reader.hugos(open, if rest.starts_with("{{<") { ">}}" } else { "%}}" });
    }
    let (close, opens) = if rest.starts_with("{{") { ("}}", Opens::Never) } else { ("%}", Opens::Always) };
    reader.zolas(open, close, opens)
}

/// An escaped call: what it stands for.
fn literal(text: &str, open: usize, length: usize, (begin, until, end): (&str, &str, &str)) -> Option<Tag> {
    let inner = open + length;
    let close = inner + text[inner..].find(until)?;
    Some(Tag::Literal(format!("{begin}{}{end}", &text[inner..close]), open..close + until.len()))
}

/// Reads the inside of a tag.
struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn take(&mut self, wanted: &str) -> bool {
        let found = self.rest().starts_with(wanted);
        self.at += if found { wanted.len() } else { 0 };
        found
    }

    fn identifier(&mut self) -> Option<(&'t str, Range<usize>)> {
        let rest = self.rest();
        let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let is_name = length > 0 && !rest.starts_with(|c: char| c.is_ascii_digit());
        let range = self.at..self.at + length;
        is_name.then(|| {
            self.at += length;
            (&rest[..length], range)
        })
    }

    fn wrong<T>(&self, what: impl Into<String>, help: impl Into<String>) -> Result<T, Misread> {
        let width = self.rest().chars().next().map_or(0, char::len_utf8);
        Err(Misread { what: what.into(), help: help.into(), range: self.at..self.at + width })
    }

    /// `name(key="value", …) }}`.
    fn zolas(&mut self, open: usize, close: &str, opens: Opens) -> Result<Option<Tag>, Misread> {
        self.skip_space();
        let Some((name, name_range)) = self.identifier() else { return Ok(None) };
        self.skip_space();
        if name == "end" && opens == Opens::Always && self.take(close) {
            return Ok(Some(Tag::End(None, open..self.at)));
        }
        if !self.take("(") {
            return Ok(None);
        }
        let mut arguments = Vec::new();
        loop {
            self.skip_space();
            if self.take(")") {
                break;
            }
            let Some((key, key_range)) = self.identifier() else {
                return self.wrong(
                    "a shortcode's attributes look like `key=\"value\"`",
                    "write the name of the attribute here, or `)`",
                );
            };
            self.skip_space();
            let has_sign = self.take("=");
            let end = if has_sign { self.at } else { key_range.end };
            self.skip_space();
            if !has_sign || self.rest().starts_with([',', ')', '}']) {
                let what = format!("the attribute `{key}` has no value");
                return Err(Misread { what, help: format!("write `{key}=\"…\"`"), range: key_range.start..end });
            }
            let value = self.value()?;
            arguments.push((Some(key.to_owned()), value));
            self.skip_space();
            if !self.take(",") && !self.rest().starts_with(')') {
                return self.wrong(
                    "two attributes of a shortcode are parted by a comma",
                    "write `,` here, or `)` if this is the end",
                );
            }
        }
        self.skip_space();
        if !self.take(close) {
            return self.wrong("this shortcode is never closed", format!("write `{close}` here"));
        }
        let call =
            Call { name: name.to_owned(), arguments, body: None, name_range, range: open..self.at, is_hugos: false };
        Ok(Some(Tag::Call(call, opens)))
    }

    /// A text in quotes, a number, a truth value, or a flat list of them.
    fn value(&mut self) -> Result<Value, Misread> {
        const HELP: &str = "write a text in quotes, a number, `true` or `false`, or a list of these in brackets";
        let rest = self.rest();
        if self.take("[") {
            let mut values = Vec::new();
            loop {
                self.skip_space();
                if self.take("]") {
                    return Ok(Value::List(values));
                }
                values.push(self.value()?);
                self.skip_space();
                if !self.take(",") && !self.rest().starts_with(']') {
                    return self
                        .wrong("a list in a shortcode is not closed", "write `]` here, or `,` and the next value");
                }
            }
        }
        if let Some(quote) = rest.chars().next().filter(|c| ['"', '\'', '`'].contains(c)) {
            let Some(length) = rest[1..].find(quote) else {
                return self.wrong(
                    format!("the text that begins with {quote} here has no end"),
                    format!("write {quote} where it ends"),
                );
            };
            self.at += length + 2;
            return Ok(Value::Text(rest[1..=length].to_owned()));
        }
        let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-._".contains(c))).unwrap_or(rest.len());
        let word = &rest[..length];
        let value = match word {
            "true" | "True" => Some(Value::Bool(true)),
            "false" | "False" => Some(Value::Bool(false)),
            word => word.parse().map(Value::Integer).ok().or_else(|| word.parse().map(Value::Float).ok()),
        };
        match value {
            Some(value) => {
                self.at += length;
                Ok(value)
            }
            None => self.wrong("this is no value that a shortcode can have", HELP),
        }
    }

    /// `name a key="b" >}}`, `/name >}}`.
    fn hugos(&mut self, open: usize, close: &str) -> Result<Option<Tag>, Misread> {
        self.skip_space();
        let is_end = self.take("/");
        self.skip_space();
        let start = self.at;
        let rest = self.rest();
        let length = rest.find(|c: char| !(c.is_alphanumeric() || "_-./".contains(c))).unwrap_or(rest.len());
        let name = rest[..length].trim_end_matches('/');
        if name.is_empty() {
            return Ok(None);
        }
        self.at += name.len();
        let name_range = start..self.at;
        let mut arguments = Vec::new();
        loop {
            self.skip_space();
            let is_single = self.rest().starts_with('/') && self.rest()[1..].trim_start().starts_with(close);
            if is_single {
                self.at += 1;
                self.skip_space();
            }
            if self.take(close) {
                let range = open..self.at;
                let name = name.to_owned();
                if is_end {
                    return Ok(Some(Tag::End(Some(name), range)));
                }
                let opens = if is_single { Opens::Never } else { Opens::Perhaps };
                return Ok(Some(Tag::Call(
                    Call { name, arguments, body: None, name_range, range, is_hugos: true },
                    opens,
                )));
            }
            if self.rest().is_empty() {
                return self.wrong(
                    format!("the shortcode `{name}` is never closed"),
                    format!("write `{close}` where it ends"),
                );
            }
            let before = self.at;
            let key = self.identifier().filter(|_| self.rest().starts_with('=')).map(|(key, _)| key.to_owned());
            if key.is_some() {
                self.at += 1;
            } else {
                self.at = before;
            }
            let value = match self.value() {
                Ok(value) => value,
                Err(wrong) if self.rest().starts_with(['"', '\'', '`', '[']) => return Err(wrong),
                Err(_) => {
                    let rest = self.rest();
                    let length = rest.find(char::is_whitespace).unwrap_or(rest.len()).max(1);
                    let length = rest[..length].find(close).filter(|at| *at > 0).unwrap_or(length);
                    self.at += length;
                    Value::Text(rest[..length].to_owned())
                }
            };
            arguments.push((key, value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let (pieces, misread) = pieces(text, 0, |_| false);
        let wrong = misread.iter().map(|wrong| format!(" !{}:{}", wrong.range.start, wrong.what)).collect::<String>();
        format!("{}{wrong}", show(text, &pieces))
    }

    fn show(text: &str, pieces: &[Piece]) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(range) => text[range.clone()].to_owned(),
            Piece::Literal(literal, _) => format!("‹{literal}›"),
            Piece::Call(call) => {
                let arguments: Vec<String> = call
                    .arguments
                    .iter()
                    .map(|(key, value)| format!("{}={value:?}", key.as_deref().unwrap_or("")))
                    .collect();
                let body = call.body.as_ref().map(|(body, _)| format!("|{}", show(text, body))).unwrap_or_default();
                format!("<{} {}{body}>", call.name, arguments.join(","))
            }
        };
        pieces.iter().map(piece).collect()
    }

    #[test]
    fn calls_are_read() {
        assert_eq!(
            shown("a {{ x(a=1, b='c d' , e=[true,\n2.5]) }} b"),
            "a <x a=Integer(1),b=Text(\"c d\"),e=List([Bool(true), Float(2.5)])> b"
        );
        assert_eq!(shown("{% a() %}x{% b() %}y{% end %}z{% end %}w"), "<a |x<b |y>z>w");
        assert_eq!(shown("{{/* x() */}} {%/* y() */%}"), "‹{{ x() }}› ‹{% y() %}›");
        assert_eq!(shown("{{ x }} {% if y %}"), "{{ x }} {% if y %}");
    }

    #[test]
    fn hugos_calls_are_read() {
        assert_eq!(shown("{{< ref \"a b.md\" >}} {{% n k=\"v\" %}}"), "<ref =Text(\"a b.md\")> <n k=Text(\"v\")>");
        assert_eq!(shown("{{< d t=1 >}}x{{< /d >}}y{{< d >}}{{< d />}}"), "<d t=Integer(1)|x>y<d ><d >");
        assert_eq!(shown("{{</* x */>}}"), "‹{{< x >}}›");
    }

    #[test]
    fn mistakes_have_their_place() {
        assert_eq!(shown("{{ x(id=) }}"), "{{ x(id=) }} !5:the attribute `id` has no value");
        assert_eq!(shown("{{ x(id=b) }}"), "{{ x(id=b) }} !8:this is no value that a shortcode can have");
        assert_eq!(shown("{% x(id=\"1\") %} text"), "{% x(id=\"1\") %} text !0:the shortcode `x` is never ended");
        assert_eq!(shown("a {% end %}"), "a {% end %} !2:this ends a shortcode that nothing begins");
    }
}
