//! The HTML of tables. Comes in: the events of one table. Goes out: HTML on the page: a caption, scopes, and for
//! recognised tables the anchor of each row, the way to its subject's page, and the mark of its status.

use pulldown_cmark::{Alignment, Event, Tag};

use super::Slot;
use super::events::{Marked, plain_text};
use super::recognise::{Around, Line, Reader, check_ragged, lines, read, recognise};
use super::row::{Row, Table};
use super::writer::Writer;
use crate::vocabulary::{Date, Field, Kind, status};

/// Writes a table and keeps its rows where it is recognised.
pub(super) fn write<'a>(
    writer: &mut Writer<'_, 'a>,
    events: &[Marked<'a>],
    alignments: &[Alignment],
    caption: Option<&[Marked<'a>]>,
) {
    let lines = lines(events);
    let Some((head, rows)) = lines.split_first() else { return };
    check_ragged(writer, head, rows);
    let caption_text = caption.map(plain_text);
    let reader = recognise(writer, head, rows, caption_text.as_deref());
    let date = caption_text.and_then(|caption| Date::as_of(&caption)).or_else(|| writer.section_date());
    let table = reader.as_ref().map(|reader| read(writer, reader, rows, &Around { caption, date }));
    let number = writer.tables_seen;
    open(writer, number, table.as_ref(), caption);
    writer.raw("<thead><tr");
    writer.say_lines(&head.range);
    writer.raw(">");
    for (cell, alignment) in head.cells.iter().zip(alignments) {
        writer.raw("<th scope=\"col\"");
        align(writer, *alignment, None);
        writer.raw(">");
        writer.inline(cell);
        writer.raw("</th>");
    }
    writer.raw("</tr></thead>\n<tbody>\n");
    let columns = &columns_of(rows, alignments);
    for (at, line) in rows.iter().enumerate() {
        match (&table, &reader) {
            (Some(table), Some(reader)) => write_row(writer, reader, (at, &table.rows[at]), (line, columns)),
            _ => write_line(writer, line, columns),
        }
    }
    let is_named = caption.is_some() || table.is_some();
    writer.raw(if is_named { "</tbody></table></section>\n" } else { "</tbody></table></div>\n" });
    writer.page.tables.extend(table);
}

/// The region that scrolls by itself, the table, and its caption.
fn open<'a>(writer: &mut Writer<'_, 'a>, number: usize, table: Option<&Table>, caption: Option<&[Marked<'a>]>) {
    let is_named = caption.is_some() || table.is_some();
    match is_named {
        true => writer.raw(&format!("<section class=\"table\" tabindex=\"0\" aria-labelledby=\"_table-{number}\"")),
        false => writer.raw("<div class=\"table\" tabindex=\"0\""),
    }
    writer.raw("><table");
    if let Some(table) = table {
        writer.raw(" class=\"register ");
        writer.attribute(writer.rules.vocabulary.code_of(table.kind));
        writer.raw("\"");
    }
    writer.raw(">");
    if is_named {
        writer.raw(&format!("<caption id=\"_table-{number}\">"));
        match (caption, table) {
            (Some(caption), _) => writer.inline(caption),
            (None, Some(table)) if writer.heading.is_empty() => match writer.rules.vocabulary.own_kind(table.kind) {
                Some(own) => writer.escaped(own.title_in(writer.rules.language)),
                None => writer.slot(Slot::Word(word_of(table.kind))),
            },
            (None, _) => {
                let heading = writer.heading.clone();
                writer.escaped(&heading);
                // Regions of one name cannot be told apart by ear.
                let uses = writer.captioned.entry(heading).or_default();
                *uses += 1;
                let number = if *uses > 1 { format!(" ({uses})") } else { String::new() };
                writer.raw(&number);
            }
        }
        writer.raw("</caption>\n");
    }
}

/// The name of a built-in kind in the theme's strings.
fn word_of(kind: Kind) -> &'static str {
    match kind {
        Kind::FocusAreas => "focus_areas",
        kind => kind.as_str(),
    }
}

fn align(writer: &mut Writer<'_, '_>, alignment: Alignment, class: Option<&str>) {
    let side = match alignment {
        Alignment::None => None,
        Alignment::Left => Some("left"),
        Alignment::Center => Some("center"),
        Alignment::Right => Some("right"),
    };
    let classes: Vec<&str> = class.into_iter().chain(side).collect();
    if !classes.is_empty() {
        writer.raw(&format!(" class=\"{}\"", classes.join(" ")));
    }
}

/// How a column looks: its alignment, and whether it holds sentences, which need room.
struct Column {
    alignment: Alignment,
    is_long: bool,
}

/// From how many characters on a cell's text is long.
const LONG: usize = 60;

fn columns_of(rows: &[Line<'_, '_>], alignments: &[Alignment]) -> Vec<Column> {
    let is_long = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.cells.get(column));
        cells.map(|cell| plain_text(cell).chars().count()).any(|length| length > LONG)
    };
    alignments
        .iter()
        .enumerate()
        .map(|(at, alignment)| Column { alignment: *alignment, is_long: is_long(at) })
        .collect()
}

fn write_line<'a>(writer: &mut Writer<'_, 'a>, line: &Line<'_, 'a>, columns: &[Column]) {
    writer.raw("<tr");
    writer.say_lines(&line.range);
    writer.raw(">");
    for (cell, column) in line.cells.iter().zip(columns) {
        writer.raw("<td");
        align(writer, column.alignment, column.is_long.then_some("long"));
        writer.raw(">");
        writer.inline(cell);
        writer.raw("</td>");
    }
    writer.raw("</tr>\n");
}

/// A row of a recognised table: its anchor, its subject as row header with the way to its page, and its status mark.
fn write_row<'a>(writer: &mut Writer<'_, 'a>, reader: &Reader, row: (usize, &Row), line: (&Line<'_, 'a>, &[Column])) {
    let ((index, row), (line, columns)) = (row, line);
    let table = writer.page.tables.len();
    let subject = reader.columns.get(&reader.subject);
    let status_column = reader.columns.get(&Field::Status);
    writer.raw("<tr id=\"");
    writer.attribute(&row.anchor);
    writer.raw("\"");
    writer.say_lines(&line.range);
    writer.raw(">");
    for (column, (cell, look)) in line.cells.iter().zip(columns).enumerate() {
        let long = look.is_long.then_some("long");
        if Some(&column) == subject {
            writer.raw("<th scope=\"row\"");
            align(writer, look.alignment, long);
            writer.raw(">");
            subject_cell(writer, cell, Slot::Subject(table, index));
            writer.slot(Slot::Note(table, index));
            writer.raw("</th>");
            continue;
        }
        writer.raw("<td");
        match row.status.as_ref().filter(|_| Some(&column) == status_column) {
            Some(cell_status) => {
                let status = status::by_code(cell_status.current().code);
                align(writer, look.alignment, Some("status"));
                writer.raw(&format!(
                    "><span class=\"mark {}\" aria-hidden=\"true\">{}</span> ",
                    status.phase, status.mark
                ));
                if row.text(Field::Status).chars().any(char::is_alphanumeric) {
                    writer.inline(cell);
                } else {
                    writer.slot(Slot::Word("not_stated")); // a sign alone would say nothing to most readers
                }
            }
            None => {
                align(writer, look.alignment, long);
                writer.raw(">");
                match date_of(reader, column, cell) {
                    Some(date) => writer.date(&date),
                    None => writer.inline(cell),
                }
            }
        }
        writer.raw("</td>");
    }
    writer.raw("</tr>\n");
}

/// The date in a cell of a column of dates, where it holds nothing else.
fn date_of(reader: &Reader, column: usize, cell: &[Marked<'_>]) -> Option<Date> {
    const DATES: [Field; 6] = [Field::AsOf, Field::Date, Field::Start, Field::End, Field::StatusDate, Field::Accessed];
    let is_plain = cell.iter().all(|(event, _)| matches!(event, Event::Text(_)));
    let of_dates = DATES.iter().any(|field| reader.columns.get(field) == Some(&column));
    (is_plain && of_dates).then(|| Date::parse(&plain_text(cell))).flatten()
}

/// The name of the subject leads to its page, unless the writer has put links of their own into the cell.
fn subject_cell<'a>(writer: &mut Writer<'_, 'a>, cell: &[Marked<'a>], slot: Slot) {
    let is_linked = cell.iter().any(|(event, _)| {
        matches!(event, Event::Start(Tag::Link { .. }) | Event::FootnoteReference(_) | Event::InlineHtml(_))
    });
    if is_linked || cell.is_empty() {
        // A footnote is a link as well: the name alone is linked, the rest follows it.
        let notes = cell.iter().position(|(event, _)| matches!(event, Event::FootnoteReference(_)));
        let only_notes =
            !cell.iter().any(|(event, _)| matches!(event, Event::Start(Tag::Link { .. }) | Event::InlineHtml(_)));
        match notes.filter(|at| only_notes && *at > 0 && is_balanced(&cell[..*at])) {
            Some(at) => {
                subject_cell(writer, &cell[..at], slot);
                writer.inline(&cell[at..]);
            }
            None => writer.inline(cell),
        }
        return;
    }
    writer.raw("<a");
    writer.slot(slot);
    writer.raw(">");
    writer.inline(cell);
    writer.raw("</a>");
}

fn is_balanced(events: &[Marked<'_>]) -> bool {
    let depth = |event: &Event<'_>| match event {
        Event::Start(_) => 1,
        Event::End(_) => -1,
        _ => 0,
    };
    events.iter().map(|(event, _)| depth(event)).sum::<i32>() == 0
}
