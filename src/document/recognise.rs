//! What a table lists: its kind by its header, caption and heading, its rows as data. Comes in: the events of one table.
//! Goes out: a [`Reader`] where it is of a known kind, and with it a [`Table`]; what is wrong in its rows.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{Event, Tag};

use super::citation;
use super::events::{Marked, cell_text, end_of, plain_text};
use super::row::{AsOf, Cell, Row, Table};
use super::writer::Writer;
use crate::problem::{Place, catalogue};
use crate::vocabulary::{Date, Field, Kind, Reading, StatusCell, Vocabulary, fold, status};

/// The cells of one row: the events of each, and its bytes.
pub(super) struct Line<'e, 'a> {
    pub(super) cells: Vec<&'e [Marked<'a>]>,
    pub(super) ranges: Vec<Range<usize>>,
    pub(super) range: Range<usize>,
}

/// What a table lists, and which column holds what.
pub(super) struct Reader {
    pub(super) kind: Kind,
    /// The column that names the subject of a row.
    pub(super) subject: Field,
    /// The header of that column.
    subject_header: String,
    pub(super) columns: BTreeMap<Field, usize>,
    place: Place,
}

/// What is around a table: its caption and the nearest heading above it.
pub(super) struct Around<'e, 'a> {
    pub(super) caption: Option<&'e [Marked<'a>]>,
    /// The date that its caption or section gives.
    pub(super) date: Option<Date>,
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

/// What the table lists: by its header; where that fits several kinds, or its subject has a general name, by its caption
/// or the nearest heading; where a header could mean two things, by its cells.
pub(super) fn recognise(
    writer: &mut Writer<'_, '_>,
    head: &Line<'_, '_>,
    rows: &[Line<'_, '_>],
    caption: Option<&str>,
) -> Option<Reader> {
    let vocabulary = writer.rules.vocabulary;
    let headers: Vec<String> = head.cells.iter().map(|cell| plain_text(cell)).collect();
    let sheet = Sheet {
        headers: &headers,
        vocabulary,
        candidates: headers.iter().map(|header| vocabulary.fields(header)).collect(),
        statuses: headers.iter().map(|_| OnceCell::new()).collect(),
        rows,
    };
    let named =
        caption.and_then(|caption| vocabulary.kind_named(caption)).or_else(|| vocabulary.kind_named(&writer.heading));
    let found =
        named.into_iter().chain(vocabulary.all_kinds()).find_map(|kind| Some((kind, sheet.columns(kind, false)?)));
    let found = found.or_else(|| named.and_then(|kind| Some((kind, sheet.columns(kind, true)?))));
    let Some((kind, columns)) = found else {
        if let Some(column) = sheet.unclear_status() {
            let place = writer.lines.place_trimmed(head.ranges[column].clone());
            writer.page.problems.push(catalogue::table_header_unclear(place, &headers[column], "a status or a region"));
        }
        return None;
    };
    let subject = vocabulary.subject_of(kind);
    let subject_header = columns.get(&subject).and_then(|column| headers.get(*column)).cloned().unwrap_or_default();
    let place = writer.lines.place_trimmed(head.range.clone());
    Some(Reader { kind, subject, subject_header, columns, place })
}

/// A table while its kind is sought: what each of its headers may mean, and its rows.
struct Sheet<'v, 'l, 'e, 'a> {
    headers: &'v [String],
    vocabulary: &'v Vocabulary,
    candidates: Vec<Vec<Field>>,
    /// For each column, once it was asked, whether it holds statuses.
    statuses: Vec<OnceCell<bool>>,
    rows: &'l [Line<'e, 'a>],
}

impl Sheet<'_, '_, '_, '_> {
    /// The columns as a table of this kind has them; `None` where it lacks one that the kind needs. With `is_loose` a
    /// column with a general name, else the first that means nothing, names the rows.
    fn columns(&self, kind: Kind, is_loose: bool) -> Option<BTreeMap<Field, usize>> {
        let subject = self.vocabulary.subject_of(kind);
        // Most kinds are ruled out by this alone.
        if !is_loose && !self.candidates.iter().any(|fields| fields.contains(&subject)) {
            return None;
        }
        let allowed = self.vocabulary.columns_of(kind);
        let mut columns: BTreeMap<Field, usize> = BTreeMap::new();
        let means = |column: usize, field: Field| {
            self.candidates[column].contains(&field) && self.agrees(column, field, &allowed)
        };
        let all = 0..self.candidates.len();
        let subject_column = match self.best_for(subject, &allowed, &[]) {
            Some(column) => column,
            None if is_loose => {
                let general = all.clone().find(|column| self.candidates[*column].contains(&Field::Name));
                let unknown =
                    || all.clone().find(|column| !self.candidates[*column].iter().any(|field| allowed.contains(field)));
                general.or_else(unknown)?
            }
            None => return None,
        };
        columns.insert(subject, subject_column);
        for needed in self.vocabulary.needs_of(kind) {
            let taken: Vec<usize> = columns.values().copied().collect();
            let (field, column) =
                needed.iter().find_map(|field| Some((*field, self.best_for(*field, &allowed, &taken)?)))?;
            columns.insert(field, column);
        }
        for column in all {
            if columns.values().any(|taken| *taken == column) {
                continue;
            }
            let is_free =
                |field: &&Field| allowed.contains(*field) && !columns.contains_key(*field) && means(column, **field);
            let field = allowed.iter().filter(|field| self.candidates[column].contains(field)).find(is_free).copied();
            // A bare "Type" beside interventions is the type of the intervention, not of who leads it.
            let is_bare_type = self.candidates[column].contains(&Field::EventType) && kind == Kind::Interventions;
            let field = field.filter(|field| *field != Field::FocusArea || !reads_as_scale(self.rows, column));
            columns
                .extend(field.filter(|field| *field != Field::OrgType || !is_bare_type).map(|field| (field, column)));
        }
        Some(columns)
    }

    /// The free column that holds a field: one whose header can mean nothing else, else the first whose header can mean it.
    fn best_for(&self, field: Field, allowed: &[Field], taken: &[usize]) -> Option<usize> {
        let is_free = |column: &usize| !taken.contains(column) && self.agrees(*column, field, allowed);
        // The cells are looked at last, since that takes longest.
        let columns = || 0..self.candidates.len();
        let certain = columns().find(|column| self.candidates[*column].as_slice() == [field] && is_free(column));
        certain.or_else(|| columns().find(|column| self.candidates[*column].contains(&field) && is_free(column)))
    }

    /// Whether a column's cells can be what its header may mean; only asked where the header may mean several things, of
    /// statuses and dates, which cells show.
    fn agrees(&self, column: usize, field: Field, allowed: &[Field]) -> bool {
        if field == Field::Status {
            return self.has_statuses(column);
        }
        if self.candidates[column].len() < 2 {
            return true;
        }
        match field {
            Field::AsOf | Field::Date
                if allowed.contains(&Field::Status) && self.candidates[column].contains(&Field::Status) =>
            {
                half_of_filled(self.rows, column, |text| Date::parse(text).is_some())
            }
            _ => true,
        }
    }

    /// Whether a column holds statuses: by a header that means nothing else, or because at least half of its filled cells
    /// are some. "Phase 2" and "in progress" are statuses in one table and something else in the next.
    fn has_statuses(&self, column: usize) -> bool {
        let is_status = |text: &str| self.vocabulary.status_cell(text).current().reading == Reading::Known;
        *self.statuses[column].get_or_init(|| {
            let header = fold(&self.headers[column]);
            let is_plain = ["status", "statut", "etat"].iter().any(|word| header.contains(word));
            is_plain
                || self.vocabulary.is_own_header(&self.headers[column])
                || half_of_filled(self.rows, column, is_status)
        })
    }

    /// The column that would make this a table of interventions, if its cells were statuses.
    fn unclear_status(&self) -> Option<usize> {
        let column = self.candidates.iter().position(|fields| fields.contains(&Field::Status))?;
        let subject = self.candidates.iter().position(|fields| fields.contains(&Field::Intervention))?;
        (subject != column && self.candidates[column].len() > 1).then_some(column)
    }
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
    around: &Around<'_, '_>,
) -> Table {
    let of_caption = caption_citations(writer, around.caption);
    let rows = lines.iter().map(|line| Arc::new(read_row(writer, reader, line, (around.date, &of_caption)))).collect();
    Table { kind: reader.kind, rows, place: reader.place.clone() }
}

fn read_row(
    writer: &mut Writer<'_, '_>,
    reader: &Reader,
    line: &Line<'_, '_>,
    around: (Option<Date>, &[usize]),
) -> Row {
    let (around, of_caption) = around;
    let mut cells = BTreeMap::new();
    let is_glued = is_glued(writer.text.get(line.range.clone()).unwrap_or_default());
    for (field, column) in reader.columns.iter().filter(|_| !is_glued) {
        let Some(events) = line.cells.get(*column) else { continue };
        let text = cell_text(events);
        // A dash in a cell says nothing; in the column of statuses it says that the status is not known.
        if !text.is_empty() && (*field == Field::Status || text.contains(char::is_alphanumeric)) {
            cells.insert(
                *field,
                Cell { text: text.into(), span: writer.lines.place_trimmed(line.ranges[*column].clone()).span },
            );
        }
    }
    let text_of = |field: Field| cells.get(&field).map_or("", |cell: &Cell| &*cell.text);
    let named = match text_of(Field::Id) {
        "" => text_of(reader.subject),
        id => id,
    };
    if text_of(reader.subject).is_empty() && !cells.is_empty() {
        let place = writer.lines.place_trimmed(line.range.clone());
        writer.page.problems.push(catalogue::row_nameless(place, &reader.subject_header));
    }
    let first_words = named.split_whitespace().take(8).collect::<Vec<_>>().join(" ");
    let anchor = writer.anchors.claim(&first_words, "row");
    let status = (reader.kind == Kind::Interventions || reader.columns.contains_key(&Field::Status))
        .then(|| writer.rules.vocabulary.status_cell(text_of(Field::Status)));
    if let (Some(status), Some(cell)) = (&status, cells.get(&Field::Status)) {
        check_status(writer, status, &cell.place(writer.lines.file()));
    }
    let place = writer.lines.place_trimmed(line.range.clone());
    // The date of a history's last arrow; that of a single status says since when it holds, not when it was stated.
    let history = status.as_ref().filter(|status| status.steps.len() > 1);
    let in_status = status.as_ref().and_then(|status| status.current().as_of);
    let in_status = in_status.or_else(|| history.and_then(|status| status.current().date));
    let as_of = match own_date(writer, reader.kind, &cells) {
        AsOf::Unstated => in_status.or(around).map_or(AsOf::Unstated, AsOf::At),
        own => own,
    };
    check_dates(writer, reader.kind, &cells);
    let citations = citations(writer, reader, line);
    let citations = if citations.is_empty() { of_caption.to_vec() } else { citations };
    Row { anchor, citations, cells: cells.into(), status, as_of, place }
}

/// The date in a row's own cell; one that cannot be read is reported. The date of a figure or a contested claim is the one
/// at which it holds.
fn own_date(writer: &mut Writer<'_, '_>, kind: Kind, cells: &BTreeMap<Field, Cell>) -> AsOf {
    let is_dated = matches!(kind, Kind::Figures | Kind::Contested);
    let Some(cell) = cells.get(&Field::AsOf).or_else(|| cells.get(&Field::Date).filter(|_| is_dated)) else {
        return AsOf::Unstated;
    };
    match Date::parse(&cell.text) {
        Some(date) => AsOf::At(date),
        None if cell.text.chars().any(char::is_alphanumeric) => {
            writer.page.problems.push(catalogue::date_unreadable(cell.place(writer.lines.file()), &cell.text));
            AsOf::Unreadable
        }
        None => AsOf::Unstated,
    }
}

/// Reports cells for dates that hold none, but for those that [`own_date`] reads.
fn check_dates(writer: &mut Writer<'_, '_>, kind: Kind, cells: &BTreeMap<Field, Cell>) {
    let dates: &[Field] = match kind {
        Kind::Timeline | Kind::Updates => &[Field::Date, Field::End],
        Kind::Interventions | Kind::Presence => &[Field::Start, Field::End, Field::StatusDate],
        _ => &[],
    };
    for cell in dates.iter().filter_map(|field| cells.get(field)) {
        if cell.text.chars().any(char::is_alphanumeric) && Date::parse(&cell.text).is_none() {
            writer.page.problems.push(catalogue::date_unreadable(cell.place(writer.lines.file()), &cell.text));
        }
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

/// The labels of the footnotes in some cells.
pub(super) fn labels_of<'c>(cells: &'c [&[Marked<'_>]]) -> impl Iterator<Item = &'c str> {
    cells.iter().flat_map(|cell| cell.iter()).filter_map(|(event, _)| match event {
        Event::FootnoteReference(label) => Some(label.as_ref()),
        _ => None,
    })
}

/// Where a row comes from: its `Source` cell, else the footnotes in its other cells. The sources that a table of sources
/// lists come from nowhere but themselves.
fn citations(writer: &mut Writer<'_, '_>, reader: &Reader, line: &Line<'_, '_>) -> Vec<usize> {
    if reader.kind == Kind::Sources {
        return Vec::new();
    }
    let column = reader.columns.get(&Field::Source).copied();
    let mut found = Vec::new();
    if let Some((column, cell)) = column.and_then(|column| Some((column, *line.cells.get(column)?))) {
        let place = writer.lines.place_trimmed(line.ranges[column].clone());
        let own = citation::read(cell, place, false);
        if own.text.contains(char::is_alphanumeric) || own.target.is_some() {
            found.push(writer.cite(own));
        }
        found.extend(labels_of(&[cell]).filter_map(|label| writer.footnotes.citation(label)));
    }
    if found.is_empty() {
        found.extend(labels_of(&line.cells).filter_map(|label| writer.footnotes.citation(label)));
    }
    let mut once = Vec::new();
    found.retain(|citation| {
        !once.contains(citation) && {
            once.push(*citation);
            true
        }
    });
    found
}

/// The source that a caption names for the whole table: what follows `Source:` in it, or its footnotes.
fn caption_citations(writer: &mut Writer<'_, '_>, caption: Option<&[Marked<'_>]>) -> Vec<usize> {
    let Some(caption) = caption else { return Vec::new() };
    let noted: Vec<usize> = labels_of(&[caption]).filter_map(|label| writer.footnotes.citation(label)).collect();
    let text = plain_text(caption);
    let lead = [
        "Source:",
        "Sources:",
        "Source\u{a0}:",
        "Source :",
        "Sources :",
        "Sources\u{a0}:",
        "Source\u{202f}:",
        "Sources\u{202f}:",
    ]
    .iter()
    .find_map(|lead| text.find(lead).map(|at| at + lead.len()));
    let Some(at) = lead.filter(|_| noted.is_empty()) else { return noted };
    let place = caption.first().zip(caption.last()).map(|((_, first), (_, last))| first.start..last.end);
    let place = writer.lines.place_trimmed(place.unwrap_or(0..0));
    let cited = citation::of_caption(caption, &text[at..], place);
    if !cited.text.contains(char::is_alphanumeric) {
        return noted;
    }
    vec![writer.cite(cited)]
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
