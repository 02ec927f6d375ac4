//! Open data. Comes in: sheets. Goes out: for each its CSV (RFC 4180), its CSV and JSON for the Humanitarian Exchange
//! Language (HXL 1.1), its JSON, its description for the web (CSVW), and one description of all (Data Package 2.0).

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value, json};

use super::claims::Claims;
use super::json;
use super::sheet::{Column, Datatype, HxlColumn, Part, Row, Sheet, is_plain_number};
use super::view::{CsvView, View};
use crate::site::Site;
use crate::vocabulary::{Date, Side};

/// What a date of the data looks like: EDTF level 0, with the qualifiers of level 1.
const DATE_PATTERN: &str = r"(\.\.|\d{4}(-\d{2}(-\d{2})?)?[~?%]?)(/(\.\.|\d{4}(-\d{2}(-\d{2})?)?[~?%]?))?";

/// The forms in which every sheet is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A table.
    Csv,
    /// A table for the Humanitarian Exchange Language.
    HxlCsv,
    /// Objects, each with its claims.
    Json,
    /// The table for HXL, as JSON.
    HxlJson,
    /// What the columns of the table are.
    Csvw,
}

impl Form {
    /// Every form.
    pub(super) const ALL: [Form; 5] = [Form::Csv, Form::HxlCsv, Form::Json, Form::HxlJson, Form::Csvw];

    /// The URL of a sheet in this form.
    pub(super) fn url(self, sheet: &str) -> String {
        let ending = match self {
            Form::Csv => "csv",
            Form::HxlCsv => "hxl.csv",
            Form::Json => "json",
            Form::HxlJson => "hxl.json",
            Form::Csvw => "csv-metadata.json",
        };
        format!("data/{sheet}.{ending}")
    }
}

/// A sheet in a form.
pub(super) fn view(site: &Site, sheet: &Sheet, form: Form) -> View {
    match form {
        Form::Csv => View::Csv(csv(sheet)),
        Form::HxlCsv => View::Csv(hxl(sheet)),
        Form::Json => View::Data(objects(site, sheet)),
        Form::HxlJson => View::Data(json::whole(&hxl(sheet).rows, 1)),
        Form::Csvw => json_of(&csvw(site, sheet)),
    }
}

/// A description as a file of JSON.
pub(super) fn json_of(value: &Value) -> View {
    View::Data(json::whole(value, usize::MAX))
}

/// The texts of a cell as one, as CSV has it.
fn joined(cell: &[String]) -> String {
    cell.join("; ")
}

fn is_number(column: &Column) -> bool {
    matches!(column.holds, Datatype::Integer | Datatype::Number)
}

fn csv(sheet: &Sheet) -> CsvView {
    let header = sheet.columns.iter().map(|column| column.name.clone()).collect();
    let rows = sheet.rows.iter().map(|row| row.cells.iter().map(|cell| joined(cell)).collect());
    CsvView {
        rows: std::iter::once(header).chain(rows).collect(),
        is_number: sheet.columns.iter().map(is_number).collect(),
    }
}

/// The sheet for HXL: headers, then tags, then rows. Dates are plain ISO 8601, actors are divided by their side, and cells
/// have no white space that could be mistaken for something.
fn hxl(sheet: &Sheet) -> CsvView {
    let titles = sheet.hxl.iter().map(|column| hxl_title(sheet, column));
    let tags = sheet.hxl.iter().map(|column| column.tag.clone());
    let rows = sheet.rows.iter().map(|row| sheet.hxl.iter().map(|column| hxl_cell(sheet, row, column)).collect());
    let is_number = |column: &HxlColumn| column.column.is_some_and(|at| is_number(&sheet.columns[at]));
    CsvView {
        rows: [titles.collect(), tags.collect()].into_iter().chain(rows).collect(),
        is_number: sheet.hxl.iter().map(is_number).collect(),
    }
}

/// The header of an HXL column; where one column of the sheet becomes two, each says which part it shows.
fn hxl_title(sheet: &Sheet, column: &HxlColumn) -> String {
    let title = column.column.map_or("Country", |at| sheet.columns[at].titles[0].as_str());
    match column.part {
        Part::Response => format!("{title} (response)"),
        Part::Others => format!("{title} (other parties)"),
        Part::Words => format!("{title} (in words)"),
        Part::Countries => format!("{title} codes (ISO 3166-1 alpha-3)"),
        Part::All | Part::Beginning | Part::Ending | Part::Number => title.to_owned(),
    }
}

fn hxl_cell(sheet: &Sheet, row: &Row, column: &HxlColumn) -> String {
    let Some(at) = column.column else { return row.countries.join("|") };
    let cell = &row.cells[at];
    let sides = row.sides.get(&at).map(Vec::as_slice).unwrap_or_default();
    let of_side = |is_response: bool| {
        let of = |index: usize| sides.get(index).copied().unwrap_or(Side::Unknown) == Side::Response;
        let chosen = cell.iter().enumerate().filter(|(index, _)| of(*index) == is_response);
        chosen.map(|(_, text)| text.clone()).collect::<Vec<String>>()
    };
    let date = |point: fn(&Date) -> Option<Date>| {
        let date = cell.first().and_then(|text| Date::parse(text)).and_then(|date| point(&date));
        date.map(|date| date.unqualified().to_string()).into_iter().collect()
    };
    let texts: Vec<String> = match column.part {
        Part::All => cell.clone(),
        Part::Response => of_side(true),
        Part::Others => of_side(false),
        Part::Beginning => date(Date::beginning),
        Part::Ending => date(Date::ending),
        Part::Number => cell.iter().filter(|text| is_plain_number(text)).cloned().collect(),
        Part::Words => cell.iter().filter(|text| !is_plain_number(text)).cloned().collect(),
        Part::Countries => return row.countries.join("|"),
    };
    let separator = if sheet.columns[at].holds == Datatype::List { "|" } else { " " };
    let tidy = texts.iter().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    tidy.collect::<Vec<_>>().join(separator)
}

/// The depth from which on the objects of a sheet are not divided into lines: a claim has one.
const CLAIM_DEPTH: usize = 3;

/// The sheet as objects with the same names; lists as arrays, and for each row its claims. They are most of what a large
/// site publishes, so that they are made on all cores.
fn objects(site: &Site, sheet: &Sheet) -> Vec<u8> {
    let object = |row: usize| Object { cells: &sheet.rows[row].cells, claims: Claims { site, sheet, row } };
    json::array(sheet.rows.len(), |row| json::part(&object(row), 1, CLAIM_DEPTH))
}

/// The name of the claims of a row.
const CLAIMS: &str = "claims";

/// A row of a sheet.
struct Object<'s> {
    cells: &'s [Vec<String>],
    claims: Claims<'s>,
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        let columns = &self.claims.sheet.columns;
        for (column, cell) in columns.iter().zip(self.cells) {
            let first = cell.first().filter(|text| !text.is_empty());
            match column.holds {
                // Where a column counts the claims, they themselves stand in its place.
                _ if column.name == CLAIMS => object.serialize_entry(CLAIMS, &self.claims)?,
                Datatype::List => object.serialize_entry(&column.name, cell)?,
                Datatype::Integer | Datatype::Number => {
                    let number = first.and_then(|text| text.parse::<serde_json::Number>().ok());
                    object.serialize_entry(&column.name, &number)?;
                }
                _ => object.serialize_entry(&column.name, &first)?,
            }
        }
        if columns.iter().all(|column| column.name != CLAIMS) {
            object.serialize_entry(CLAIMS, &self.claims)?;
        }
        object.end()
    }
}

/// CSV on the Web: metadata for tabular data (W3C recommendation of 2015-12-17).
fn csvw(site: &Site, sheet: &Sheet) -> Value {
    let column = |column: &Column| {
        let datatype = match column.holds {
            Datatype::Integer => json!("integer"),
            Datatype::Number => json!("number"),
            Datatype::Date => json!({ "base": "string", "format": DATE_PATTERN }),
            Datatype::Text | Datatype::List | Datatype::Url => json!("string"),
        };
        let titles = json!({ "und": column.name, "en": column.titles[0], "fr": column.titles[1] });
        let mut described = json!({ "name": column.name, "titles": titles, "datatype": datatype });
        if column.holds == Datatype::List {
            described["separator"] = json!("; ");
        }
        described
    };
    json!({
        "@context": ["http://www.w3.org/ns/csvw", { "@language": primary_language(site) }],
        "url": format!("{}.csv", sheet.name),
        "dc:title": sheet.title,
        "null": [""],
        "tableSchema": { "columns": sheet.columns.iter().map(column).collect::<Vec<_>>() },
    })
}

fn primary_language(site: &Site) -> &str {
    site.config.language.split('-').next().unwrap_or("en")
}

/// The Data Package (version 2.0) that describes every CSV file.
pub(super) fn package(site: &Site, sheets: &[&Sheet]) -> Value {
    let mut resources = Vec::new();
    for sheet in sheets {
        let fields: Vec<Value> = sheet.columns.iter().map(|column| field(site, column)).collect();
        resources.push(resource(
            &sheet.name,
            &format!("{}.csv", sheet.name),
            &sheet.title,
            &json!({ "header": true }),
            &fields,
        ));
        let hxl_field =
            |column: &HxlColumn| json!({ "name": hxl_title(sheet, column), "title": column.tag, "type": "string" });
        let fields: Vec<Value> = sheet.hxl.iter().map(hxl_field).collect();
        let dialect = json!({ "header": true, "headerRows": [1], "commentRows": [2] });
        let title = format!("{} (HXL)", sheet.title);
        resources.push(resource(
            &format!("{}-hxl", sheet.name),
            &format!("{}.hxl.csv", sheet.name),
            &title,
            &dialect,
            &fields,
        ));
    }
    let mut package = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "register",
        "title": site.title(),
        "resources": resources,
    });
    if let Some(base_url) = &site.config.base_url {
        package["homepage"] = json!(base_url);
    }
    package
}

fn resource(name: &str, path: &str, title: &str, dialect: &Value, fields: &[Value]) -> Value {
    json!({
        "name": name,
        "path": path,
        "title": title,
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": dialect,
        "schema": { "fields": fields, "missingValues": [""] },
    })
}

fn field(site: &Site, column: &Column) -> Value {
    let is_french = primary_language(site) == "fr";
    let title = &column.titles[usize::from(is_french)];
    match column.holds {
        Datatype::Integer => json!({ "name": column.name, "title": title, "type": "integer" }),
        Datatype::Number => json!({ "name": column.name, "title": title, "type": "number" }),
        Datatype::List => {
            json!({ "name": column.name, "title": title, "type": "list", "delimiter": "; ", "itemType": "string" })
        }
        Datatype::Date => {
            json!({ "name": column.name, "title": title, "type": "string", "description": "EDTF (ISO 8601-2)",
            "constraints": { "pattern": DATE_PATTERN } })
        }
        Datatype::Text | Datatype::Url => json!({ "name": column.name, "title": title, "type": "string" }),
    }
}
