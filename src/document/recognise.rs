//! What a table lists: its kind by its header, its rows as data. Comes in: the events of one table.
//! Goes out: a [`Reader`] where its header is that of a known kind, and with it a [`Table`]; what is wrong in its rows.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{Event, Tag};

use super::events::{Marked, end_of, plain_text};
use super::footnote::source_of;
use super::row::{AsOf, Cell, Kind, Row, SourceRef, Table};
use super::writer::Writer;
use crate::problem::{Place, catalogue};
use crate::vocabulary::{Date, Field, Reading, StatusCell, fold, header, status, status_cell};

/// The cells of one row: the events of each, and its bytes.
pub(super) struct Line<'e, 'a> {
    pub(super) cells: Vec<&'e [Marked<'a>]>,
    pub(super) ranges: Vec<Range<usize>>,
    pub(super) range: Range<usize>,
}

/// What a table lists, and which column holds what.
pub(super) struct Reader {
    pub(super) kind: Kind,
    /// The header of the column that names the subject.
    subject_header: String,
    pub(super) columns: BTreeMap<Field, usize>,
}

/// The rows of a table, the header first.
pub(super) fn lines<'e, 'a>(events: &'e [Marked<'a>]) -> Vec<Line<'e, 'a>> {
    let mut lines = Vec::new();
    for (at, (event, range)) in events.iter().enumerate() {
        match event {
            Event::Start(Tag::TableHead | Tag::TableRow) => {
                lines.push(Line { cells: Vec::new(), ranges: Vec::new(), range: range.clone() });
            }
            Event::Start(Tag::TableCell) => {
                let end = at + end_of(&events[at..]);
                if let Some(line) = lines.last_mut() {
                    line.cells.push(&events[at + 1..end]);
                    line.ranges.push(range.clone());
                }
            }
            _ => {}
        }
    }
    lines
}

/// Reports rows with more or fewer cells than the header. GFM cuts and fills them silently (GFM 0.29, section 4.10).
pub(super) fn check_ragged(writer: &mut Writer<'_, '_>, head: &Line<'_, '_>, rows: &[Line<'_, '_>]) {
    let columns = head.cells.len();
    for row in rows {
        let source = writer.text.get(row.range.clone()).unwrap_or_default();
        let cells = cells_in(source);
        if is_glued(source) && columns > 1 {
            let place = writer.lines.place_trimmed(row.range.clone());
            writer.page.problems.push(catalogue::row_glued(place));
        } else if cells.len() != columns {
            let extra = cells.get(columns).map(|cell| row.range.start + cell.start..row.range.end);
            let place = writer.lines.place_trimmed(extra.unwrap_or(row.range.clone()));
            writer.page.problems.push(catalogue::row_ragged(place, cells.len(), columns));
        }
    }
}

/// Whether a row is a line of text that stands directly below a table.
fn is_glued(source: &str) -> bool {
    !source.contains('|') && !source.trim().is_empty()
}

/// The cells of a row as written: the parts between `|` that are not escaped.
fn cells_in(row: &str) -> Vec<Range<usize>> {
    let line = row.lines().next().unwrap_or_default();
    let mut cells = Vec::new();
    let mut start = 0;
    let mut is_escaped = false;
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b'|' if !is_escaped => {
                cells.push(start..at);
                start = at + 1;
            }
            _ => {}
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
    cells.push(start..line.len());
    let is_blank = |cell: &Range<usize>| line[cell.clone()].trim().is_empty();
    if cells.first().is_some_and(|cell| is_blank(cell) && line.trim_start().starts_with('|')) {
        cells.remove(0);
    }
    if line.trim_end().ends_with('|') && cells.last().is_some_and(is_blank) {
        cells.pop();
    }
    cells
}

/// What the table lists, by its header; where a header could mean two things, its cells decide.
pub(super) fn recognise(writer: &mut Writer<'_, '_>, head: &Line<'_, '_>, rows: &[Line<'_, '_>]) -> Option<Reader> {
    let headers: Vec<String> = head.cells.iter().map(|cell| plain_text(cell)).collect();
    let candidates: Vec<Vec<Field>> = headers.iter().map(|header| header::fields(header)).collect();
    let pair = |subject: Field, other: Field| {
        let subject = column_of(&candidates, subject)?;
        let other = column_of(&candidates, other)?;
        (subject != other).then_some((subject, other))
    };
    if let Some((_, status)) = pair(Field::Intervention, Field::Status) {
        if candidates[status].len() == 1 || reads_as_status(rows, status) {
            let columns = columns(&candidates, &[Field::Intervention, Field::Status], rows);
            return Some(reader(Kind::Interventions, columns, &headers));
        }
        let place = writer.lines.place_trimmed(head.ranges[status].clone());
        let problem = catalogue::table_header_unclear(place, &headers[status], "a status or a region");
        writer.page.problems.push(problem);
        return None;
    }
    pair(Field::FocusArea, Field::KeyActions)?;
    let columns = columns(&candidates, &[Field::FocusArea, Field::KeyActions], rows);
    Some(reader(Kind::FocusAreas, columns, &headers))
}

fn reader(kind: Kind, columns: BTreeMap<Field, usize>, headers: &[String]) -> Reader {
    let subject = columns.get(&kind.subject()).and_then(|column| headers.get(*column));
    Reader { kind, subject_header: subject.cloned().unwrap_or_default(), columns }
}

/// The column that holds a field: one whose header can mean nothing else, else the first whose header can mean it.
fn column_of(candidates: &[Vec<Field>], field: Field) -> Option<usize> {
    let certain = candidates.iter().position(|fields| fields.as_slice() == [field]);
    certain.or_else(|| candidates.iter().position(|fields| fields.contains(&field)))
}

/// One column for each field: first the ones that make the kind, then the others from left to right.
fn columns(candidates: &[Vec<Field>], needed: &[Field], rows: &[Line<'_, '_>]) -> BTreeMap<Field, usize> {
    let mut columns: BTreeMap<Field, usize> = BTreeMap::new();
    for field in needed {
        columns.extend(column_of(candidates, *field).map(|column| (*field, column)));
    }
    for (column, fields) in candidates.iter().enumerate() {
        let is_free = |field: &&Field| !columns.contains_key(*field);
        if columns.values().any(|taken| *taken == column) {
            continue;
        }
        let field = fields.iter().find(is_free).copied();
        let field = field.filter(|field| *field != Field::FocusArea || !reads_as_scale(rows, column));
        columns.extend(field.map(|field| (field, column)));
    }
    columns
}

/// Whether at least half of a column's filled cells are statuses.
fn reads_as_status(rows: &[Line<'_, '_>], column: usize) -> bool {
    half_of_filled(rows, column, |text| {
        let current = status_cell::read(text);
        current.current().reading == Reading::Known
    })
}

/// Whether a column ranks rows ("Priority: high") and does not name focus areas.
fn reads_as_scale(rows: &[Line<'_, '_>], column: usize) -> bool {
    const SCALE: [&str; 12] = [
        "high", "medium", "low", "urgent", "critical", "haute", "moyenne", "basse", "elevee", "faible", "urgente",
        "critique",
    ];
    half_of_filled(rows, column, |text| {
        let folded = fold(text);
        SCALE.contains(&folded.as_str()) || folded.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn half_of_filled(rows: &[Line<'_, '_>], column: usize, test: impl Fn(&str) -> bool) -> bool {
    let texts = rows.iter().filter_map(|row| row.cells.get(column)).map(|cell| plain_text(cell));
    let filled: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
    !filled.is_empty() && filled.iter().filter(|text| test(text)).count() * 2 >= filled.len()
}

/// The rows as data, one for each line.
pub(super) fn read(
    writer: &mut Writer<'_, '_>,
    reader: &Reader,
    lines: &[Line<'_, '_>],
    around: Option<&Date>,
) -> Table {
    let rows = lines.iter().map(|line| Arc::new(read_row(writer, reader, line, around))).collect();
    Table { kind: reader.kind, rows }
}

fn read_row(writer: &mut Writer<'_, '_>, reader: &Reader, line: &Line<'_, '_>, around: Option<&Date>) -> Row {
    let mut cells = BTreeMap::new();
    let is_glued = is_glued(writer.text.get(line.range.clone()).unwrap_or_default());
    for (field, column) in reader.columns.iter().filter(|_| !is_glued) {
        let Some(events) = line.cells.get(*column) else { continue };
        let text = plain_text(events);
        if !text.is_empty() {
            cells.insert(*field, Cell { text, place: writer.lines.place_trimmed(line.ranges[*column].clone()) });
        }
    }
    let text_of = |field: Field| cells.get(&field).map_or("", |cell: &Cell| cell.text.as_str());
    let named = match text_of(Field::Id) {
        "" => text_of(reader.kind.subject()),
        id => id,
    };
    if text_of(reader.kind.subject()).is_empty() && !cells.is_empty() {
        let place = writer.lines.place_trimmed(line.range.clone());
        writer.page.problems.push(catalogue::row_nameless(place, &reader.subject_header));
    }
    let anchor = writer.anchors.claim(named, "row");
    let status = (reader.kind == Kind::Interventions || reader.columns.contains_key(&Field::Status))
        .then(|| status_cell::read(text_of(Field::Status)));
    if let (Some(status), Some(cell)) = (&status, cells.get(&Field::Status)) {
        check_status(writer, status, &cell.place);
    }
    let place = writer.lines.place_trimmed(line.range.clone());
    // The date of a history's last arrow; that of a single status says since when it holds, not when it was stated.
    let history = status.as_ref().filter(|status| status.steps.len() > 1);
    let in_status = status.as_ref().and_then(|status| status.current().as_of.clone());
    let in_status = in_status.or_else(|| history.and_then(|status| status.current().date.clone()));
    let as_of = match own_date(writer, &cells) {
        AsOf::Unstated => in_status.or_else(|| around.cloned()).map_or(AsOf::Unstated, AsOf::At),
        own => own,
    };
    Row { anchor, source: source(writer, reader, line), cells, status, as_of, place }
}

/// The date in a row's own cell; one that cannot be read is reported.
fn own_date(writer: &mut Writer<'_, '_>, cells: &BTreeMap<Field, Cell>) -> AsOf {
    let Some(cell) = cells.get(&Field::AsOf) else { return AsOf::Unstated };
    match Date::parse(&cell.text) {
        Some(date) => AsOf::At(date),
        None if cell.text.chars().any(char::is_alphanumeric) => {
            writer.page.problems.push(catalogue::date_unreadable(cell.place.clone(), &cell.text));
            AsOf::Unreadable
        }
        None => AsOf::Unstated,
    }
}

fn check_status(writer: &mut Writer<'_, '_>, cell: &StatusCell, place: &Place) {
    for step in &cell.steps {
        let problem = match step.reading {
            Reading::Known => continue,
            Reading::Unknown => catalogue::status_unknown(place.clone(), &step.label, status::nearest(&step.label)),
            Reading::Negated => catalogue::status_negated(place.clone(), &step.label),
            Reading::Double => catalogue::status_double(place.clone(), &step.label),
        };
        writer.page.problems.push(problem);
    }
}

/// Where a row comes from: its `Source` cell, else the footnotes in its other cells.
fn source(writer: &Writer<'_, '_>, reader: &Reader, line: &Line<'_, '_>) -> Option<SourceRef> {
    let column = reader.columns.get(&Field::Source).and_then(|column| line.cells.get(*column).copied());
    if let Some(cell) = column {
        let own = source_of(cell);
        if !own.text.is_empty() || own.target.is_some() {
            return Some(own);
        }
    }
    let cells: Vec<&[Marked<'_>]> = column.map_or_else(|| line.cells.clone(), |cell| vec![cell]);
    let labels = cells.iter().flat_map(|cell| cell.iter()).filter_map(|(event, _)| match event {
        Event::FootnoteReference(label) => Some(label.as_ref()),
        _ => None,
    });
    let mut sources: Vec<SourceRef> = Vec::new();
    for source in labels.filter_map(|label| writer.footnotes.source(label, writer.events)) {
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    let target = sources.iter().find_map(|source| source.target.clone());
    let text = sources.into_iter().map(|source| source.text).collect::<Vec<_>>().join("; ");
    (!text.is_empty() || target.is_some()).then_some(SourceRef { text, target })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_counted_as_gfm_counts_them() {
        for (row, cells) in
            [("| a | b |", 2), ("a | b", 2), ("| a \\| b | c |", 2), ("| a | |", 2), ("| a || b |", 3), ("| |", 1)]
        {
            assert_eq!(cells_in(row).len(), cells, "{row}");
        }
    }
}
