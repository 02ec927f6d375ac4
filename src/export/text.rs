//! The text of a page alone, for the slowest lines, for messages and for reading aloud. Comes in: a page as it is published. Goes
//! out: plain text in lines, without navigation; tables as one block a row, addresses at the end.

use html5gum::{StartTag, Token};

use crate::html::{name, tokens, value};

/// Elements whose text is none.
const SILENT: [&str; 12] =
    ["nav", "svg", "script", "style", "form", "template", "iframe", "select", "button", "noscript", "video", "audio"];

/// Elements that begin and end a paragraph.
const BLOCKS: [&str; 30] = [
    "p",
    "div",
    "section",
    "article",
    "header",
    "footer",
    "aside",
    "figure",
    "figcaption",
    "details",
    "summary",
    "blockquote",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "pre",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
];

/// Elements without an end tag.
const VOID: [&str; 6] = ["br", "hr", "img", "wbr", "input", "source"];

#[derive(Debug, Default)]
struct Writer {
    text: String,
    /// The line that is being written.
    line: String,
    /// How many elements are open whose text is none.
    silent: usize,
    /// The lists that are open: the number of the last item, `None` without numbers.
    lists: Vec<Option<usize>>,
    /// What stands before the next line.
    mark: String,
    /// How far the lines of each open item stand from the edge.
    hanging: Vec<usize>,
    /// What the open `span`s end with.
    spans: Vec<&'static str>,
    /// Whether what has just ended is strong.
    is_after_strong: bool,
    /// A colon, as the page's language sets it.
    colon: &'static str,
    /// The last heading.
    heading: String,
    table: Table,
    /// The addresses of links, in order.
    addresses: Vec<String>,
    /// Where the open link leads.
    link: Option<String>,
    is_pre: bool,
}

/// A table as it is read.
#[derive(Debug, Default)]
struct Table {
    headers: Vec<String>,
    column: usize,
    is_head: bool,
    /// The text of the open cell.
    cell: Option<String>,
}

/// The text of a page; `address` is where it is published.
pub(super) fn text(html: &str, address: Option<&str>) -> String {
    let start = html.find("<main").unwrap_or(0);
    let end = html.rfind("</main>").unwrap_or(html.len());
    let is_french = html[..start].contains("<html lang=\"fr");
    let mut writer = Writer { colon: if is_french { "\u{a0}:" } else { ":" }, ..Writer::default() };
    for token in tokens(&html[start..end]) {
        match token {
            Token::StartTag(tag) => writer.start(&tag),
            Token::EndTag(tag) => writer.end(name(&tag.name)),
            Token::String(text) => writer.write(&String::from_utf8_lossy(&text.value)),
            _ => {}
        }
    }
    writer.finish(address)
}

impl Writer {
    fn start(&mut self, tag: &StartTag<usize>) {
        let element = name(&tag.name);
        let class = value(tag, "class").unwrap_or_default();
        // Lists of links and files lead nowhere in plain text.
        let leads_nowhere = matches!((element, class), ("p", "data") | ("section", "backlinks"));
        let is_hidden = leads_nowhere
            || value(tag, "aria-hidden") == Some("true")
            || tag.attributes.contains_key(b"hidden".as_slice());
        if self.silent > 0 || SILENT.contains(&element) || is_hidden {
            // Only what has an end is waited for.
            self.silent += usize::from(!VOID.contains(&element) && !tag.self_closing);
            return;
        }
        match element {
            "br" => self.end_line(),
            "sup" => self.write(" ("),
            "small" if class.starts_with("row-note") => self.write(" — "),
            "span" => {
                if self.is_after_strong && class.is_empty() {
                    self.write(" — ");
                }
                self.spans.push(if class == "when" { self.colon } else { "" });
            }
            // A way back to where a note is used leads nowhere in plain text.
            "a" if class == "back" => self.silent = 1,
            "hr" => self.block(),
            "img" => {
                if let Some(alt) = value(tag, "alt").filter(|alt| !alt.is_empty()) {
                    self.write(&format!("[{alt}]"));
                }
            }
            "a" => self.link = value(tag, "href").filter(|href| href.starts_with("http")).map(str::to_owned),
            "table" => {
                self.block();
                self.table = Table::default();
            }
            "thead" => self.table.is_head = true,
            "tr" => {
                self.block();
                self.table.column = 0;
            }
            "th" | "td" => self.table.cell = Some(String::new()),
            "ul" | "ol" => {
                self.block();
                self.lists.push((element == "ol").then_some(0));
            }
            "li" => {
                self.end_line();
                let indent = "  ".repeat(self.lists.len().saturating_sub(1));
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{indent}{number}. ")
                    }
                    _ => format!("{indent}- "),
                };
                self.hanging.push(mark.len());
                self.mark = mark;
            }
            _ if BLOCKS.contains(&element) => {
                self.is_pre |= element == "pre";
                if self.mark.trim().is_empty() || !self.line.trim().is_empty() {
                    self.block()
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, element: &str) {
        if self.silent > 0 {
            self.silent -= 1;
            return;
        }
        match element {
            "sup" => self.write(")"),
            "strong" | "b" => self.is_after_strong = true,
            "span" => {
                if let Some(sign) = self.spans.pop().filter(|sign| !sign.is_empty()) {
                    self.write(sign);
                }
            }
            // A table is often called as its section is.
            "caption" if self.line.trim() == self.heading => self.line.clear(),
            "a" => {
                let written = self.table.cell.as_ref().unwrap_or(&self.line);
                if let Some(address) = self.link.take().filter(|address| !written.ends_with(address)) {
                    let known = self.addresses.iter().position(|known| *known == address);
                    let number = known.unwrap_or_else(|| {
                        self.addresses.push(address);
                        self.addresses.len() - 1
                    });
                    self.write(&format!(" [{}]", number + 1));
                }
            }
            "th" | "td" => self.cell(),
            "thead" => self.table.is_head = false,
            "ul" | "ol" => {
                self.lists.pop();
                if self.lists.is_empty() { self.block() } else { self.end_line() }
            }
            "li" => {
                self.end_line();
                self.mark.clear();
                self.hanging.pop();
            }
            "h1" | "h2" | "h3" => {
                self.heading = self.line.split_whitespace().collect::<Vec<_>>().join(" ");
                let length = self.heading.chars().count();
                self.end_line();
                match element {
                    "h1" => self.text.push_str(&format!("{}\n", "=".repeat(length))),
                    "h2" => self.text.push_str(&format!("{}\n", "-".repeat(length))),
                    _ => {}
                }
                self.block();
            }
            "pre" => {
                self.is_pre = false;
                self.block();
            }
            _ if BLOCKS.contains(&element) => self.block(),
            _ => {}
        }
    }

    /// A cell has ended: a header is kept for the rows, any other is a line with its header before it.
    fn cell(&mut self) {
        let Some(cell) = self.table.cell.take() else { return };
        let cell = cell.split_whitespace().collect::<Vec<_>>().join(" ");
        let column = self.table.column;
        self.table.column += 1;
        if self.table.is_head {
            self.table.headers.push(cell);
        } else if !cell.is_empty() {
            match self.table.headers.get(column).filter(|header| !header.is_empty()) {
                Some(header) => self.line = format!("{header}{} {cell}", self.colon),
                None => self.line = cell,
            }
            self.end_line();
        }
    }

    fn write(&mut self, text: &str) {
        if self.silent > 0 {
            return;
        }
        self.is_after_strong &= text.trim().is_empty();
        match &mut self.table.cell {
            Some(cell) => cell.push_str(text),
            None if self.is_pre => {
                for line in text.split_inclusive('\n') {
                    self.text.push_str(line);
                }
            }
            None => self.line.push_str(text),
        }
    }

    /// Ends the line, if anything stands on it.
    fn end_line(&mut self) {
        let line = self.line.split_whitespace().collect::<Vec<_>>().join(" ");
        self.line.clear();
        if let Some(cell) = &mut self.table.cell {
            cell.push(' ');
        } else if !line.is_empty() {
            match std::mem::take(&mut self.mark) {
                mark if mark.is_empty() => self.text.push_str(&" ".repeat(self.hanging.last().copied().unwrap_or(0))),
                mark => self.text.push_str(&mark),
            }
            self.text.push_str(&line);
            self.text.push('\n');
        }
    }

    /// Ends the paragraph.
    fn block(&mut self) {
        self.end_line();
        if self.table.cell.is_none() && !self.text.is_empty() && !self.text.ends_with("\n\n") && self.lists.is_empty() {
            self.text.push('\n');
        }
    }

    fn finish(mut self, address: Option<&str>) -> String {
        self.lists.clear();
        self.block();
        let mut text = self.text.trim().to_owned() + "\n";
        if !self.addresses.is_empty() || address.is_some() {
            text.push('\n');
        }
        for (at, address) in self.addresses.iter().enumerate() {
            text.push_str(&format!("[{}] {address}\n", at + 1));
        }
        if let Some(address) = address {
            text.push_str(&format!("{address}\n"));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_hang_and_what_leads_nowhere_is_left_out() {
        let html = "<h2>Events</h2><table><caption>Events</caption><thead><tr><th>Who</th></tr></thead><tbody><tr><td>A \
            <small class=\"row-note old\">newer: B</small></td></tr></tbody></table>\
            <ol><li><span class=when>2024 <span class=tag>Correction</span></span> Text.<p>Source: <a href=https://a.example/>https://a.example/</a></p></li>\
            <li><a href=x/><strong>Why?</strong> <span>Because.</span></a></li></ol><p class=data>CSV</p><section class=backlinks>x<p>y</p></section><h3>End</h3>";
        let wanted = "Events\n------\n\nWho: A — newer: B\n\n1. 2024 Correction: Text.\n   Source: https://a.example/\n2. Why? — Because.\n\nEnd\n";
        assert_eq!(text(html, None), wanted);
    }

    #[test]
    fn a_page_is_text_in_lines() {
        let html = "<nav><a href=x>no</a></nav><main><nav>no</nav><h1>Why  the\nnorth</h1><p>First <b>line</b>,<sup><a href=#n>1</a></sup>\n\
            <a href=https://a.example/>source</a>.</p><svg><text>no</text></svg><ul><li>one<ul><li>inner</li></ul></li><li>two</li></ul>\
            <ol><li><p>a</p></li><li>b</li></ol>\
            <table><caption>Status</caption><thead><tr><th>Name</th><th>Status</th></tr></thead><tbody><tr><td>Mission</td>\
            <td>over <br>since 2023</td></tr><tr><td>Aid</td><td></td></tr></tbody></table><p>See <a href=https://a.example/>it</a></p></main>";
        let wanted = "Why the north\n=============\n\nFirst line, (1) source [1].\n\n- one\n  - inner\n- two\n\n1. a\n2. b\n\nStatus\n\n\
            Name: Mission\nStatus: over since 2023\n\nName: Aid\n\nSee it [1]\n\n[1] https://a.example/\nhttps://mali.example/\n";
        assert_eq!(text(html, Some("https://mali.example/")), wanted);
    }
}
