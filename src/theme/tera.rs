//! What templates of Zola's sites (written for Tera) use and the engine lacks or calls otherwise: filters and functions with
//! arguments by name. Comes in: an environment. Goes out: the same with these. Nothing more of Tera is promised.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::value::{Kwargs, Serde, ValueKind};
use minijinja::{Environment, Error, ErrorKind, State, Value};

use super::shortcodes::value_of;
use crate::address;
use crate::config::Config;
use crate::document::{BODY, END, INLINE};
use crate::settings::{self, Entry};
use crate::source::Source;
use crate::vocabulary::Date;

/// A template with what the engine would not read put into its words: `macros::x(`, texts in backticks, `set_global`.
pub(super) fn mended(text: &str) -> String {
    let mut mended = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find("{{").into_iter().chain(rest.find("{%")).min() {
        let close = rest[open..].find(['}']).map_or(rest.len(), |_| {
            let end = if rest[open..].starts_with("{{") { "}}" } else { "%}" };
            rest[open..].find(end).map_or(rest.len(), |at| open + at + end.len())
        });
        mended.push_str(&rest[..open]);
        let tag = rest[open..close].replace("self::", "").replace("::", ".").replace("set_global ", "set ");
        let tag =
            if tag.matches('`').count().is_multiple_of(2) && !tag.contains('"') { tag.replace('`', "\"") } else { tag };
        mended.push_str(&unnamed(tag));
        rest = &rest[close..];
    }
    mended.push_str(rest);
    mended
}

/// `{% endmacro x %}` without the name, which the engine does not take.
fn unnamed(tag: String) -> String {
    let inner = tag.trim_start_matches(['{', '%', '-', ' ']);
    let Some(name) = inner.strip_prefix("endmacro") else { return tag };
    let end = name.find(['-', '%']).unwrap_or(name.len());
    format!("{} {}", &tag[..tag.len() - name.len()], &name[end..])
}

fn wrong(what: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, what.into())
}

/// Adds the filters, functions and tests.
pub(super) fn set_up(environment: &mut Environment<'static>, config: &Config, data: Vec<Source>) {
    let language = config.language.clone();
    let (words, own) = (config.translations.clone(), config.language.clone());
    environment.add_function("trans", move |state: &mut State<'_, '_>, kwargs: Kwargs| -> Result<String, Error> {
        let key: String = kwargs.get("key")?;
        let page = state.lookup("lang").and_then(|lang| lang.as_str().map(str::to_owned));
        let language = kwargs.get::<Option<String>>("lang")?.or(page).unwrap_or_default();
        let found = [language, own.clone()].iter().find_map(|language| words.get(language)?.get(&key).cloned());
        found.ok_or_else(|| wrong(format!("`translations` has no word `{key}`")))
    });
    environment.add_filter("default", default);
    environment.add_filter("markdown", markdown);
    environment.add_filter("date", move |value: &Value, kwargs: Kwargs| date(value, &kwargs, &language));
    environment.add_filter("slugify", |text: &str| address::slug(text));
    environment.add_filter("split", |text: &str, kwargs: Kwargs| -> Result<Vec<String>, Error> {
        let pattern: String = kwargs.get("pat")?;
        Ok(text.split(&pattern).map(str::to_owned).collect())
    });
    environment.add_filter(
        "replace",
        |text: &str, from: Option<String>, to: Option<String>, kwargs: Kwargs| -> Result<String, Error> {
            let from = from.map_or_else(|| kwargs.get("from"), Ok)?;
            let to = to.map_or_else(|| kwargs.get("to"), Ok)?;
            Ok(text.replace(&from, &to))
        },
    );
    environment.add_filter("truncate", |text: &str, kwargs: Kwargs| -> Result<String, Error> {
        let length = kwargs.get::<Option<usize>>("length")?.unwrap_or(255);
        let end = kwargs.get::<Option<String>>("end")?.unwrap_or_else(|| "…".to_owned());
        let is_short = text.chars().count() <= length;
        Ok(if is_short { text.to_owned() } else { text.chars().take(length).collect::<String>() + &end })
    });
    environment.add_filter(
        "join",
        |values: &Value, separator: Option<String>, kwargs: Kwargs| -> Result<String, Error> {
            let separator = separator.map_or_else(|| kwargs.get::<Option<String>>("sep"), |own| Ok(Some(own)))?;
            let values = values.try_iter()?.map(|value| value.to_string());
            Ok(values.collect::<Vec<String>>().join(&separator.unwrap_or_default()))
        },
    );
    environment.add_filter("trim_start_matches", |text: &str, kwargs: Kwargs| -> Result<String, Error> {
        let pattern: String = kwargs.get("pat")?;
        Ok(text.trim_start_matches(pattern.as_str()).to_owned())
    });
    environment.add_filter("trim_end_matches", |text: &str, kwargs: Kwargs| -> Result<String, Error> {
        let pattern: String = kwargs.get("pat")?;
        Ok(text.trim_end_matches(pattern.as_str()).to_owned())
    });
    environment.add_filter("nth", |values: &Value, kwargs: Kwargs| -> Result<Value, Error> {
        let n: usize = kwargs.get("n")?;
        Ok(values.try_iter()?.nth(n).unwrap_or_default())
    });
    environment.add_filter("get", |values: &Value, kwargs: Kwargs| -> Result<Value, Error> {
        let key: String = kwargs.get("key")?;
        let found = values.get_attr(&key)?;
        let otherwise = kwargs.get::<Option<Value>>("default")?;
        Ok(if found.is_undefined() { otherwise.unwrap_or_default() } else { found })
    });
    environment.add_filter("concat", |values: &Value, kwargs: Kwargs| -> Result<Vec<Value>, Error> {
        let with: Value = kwargs.get("with")?;
        let mut all: Vec<Value> = values.try_iter()?.collect();
        if with.kind() == ValueKind::Seq {
            all.extend(with.try_iter()?)
        } else {
            all.push(with)
        }
        Ok(all)
    });
    environment.add_filter("striptags", |text: &str| without_tags(text));
    environment.add_filter("linebreaksbr", |text: &str| text.replace('\n', "<br>"));
    environment.add_filter("wordcount", |text: &str| text.split_whitespace().count());
    environment.add_filter("as_str", |value: &Value| value.to_string());
    environment.add_filter("json_encode", |value: &Value, _: Kwargs| {
        serde_json::to_string(value).map_err(|error| wrong(error.to_string()))
    });
    environment.add_function("get_url", |kwargs: Kwargs| -> Result<String, Error> { kwargs.get("path") });
    environment.add_function("resize_image", |kwargs: Kwargs| -> Result<Value, Error> {
        let path: String = kwargs.get("path")?;
        // Pictures are published as they are.
        let width = kwargs.get::<Option<u32>>("width")?;
        let height = kwargs.get::<Option<u32>>("height")?;
        let image = BTreeMap::from([
            ("url", Value::from(path.clone())),
            ("static_path", Value::from(path)),
            ("width", Value::from(width)),
            ("height", Value::from(height)),
        ]);
        Ok(Value::from(image))
    });
    environment.add_function("throw", |kwargs: Kwargs| -> Result<String, Error> {
        Err(wrong(kwargs.get::<String>("message")?))
    });
    environment.add_function("range", range);
    for whole in ["get_page", "get_section", "get_taxonomy", "get_taxonomy_url", "get_image_metadata", "now"] {
        environment.add_function(whole, move |kwargs: Kwargs| -> Result<Value, Error> {
            kwargs.args().for_each(|name| drop(kwargs.get::<Value>(name)));
            Err(wrong(format!("`{whole}` is not offered: a shortcode sees its own page only")))
        });
    }
    let data = Arc::new(data);
    environment.add_function("load_data", move |kwargs: Kwargs| load_data(&data, &kwargs));
    environment.add_test("starting_with", |text: &str, start: &str| text.starts_with(start));
    environment.add_test("ending_with", |text: &str, end: &str| text.ends_with(end));
    environment.add_test("containing", |text: &str, part: &str| text.contains(part));
    environment.add_test("object", |value: &Value| value.kind() == ValueKind::Map);
}

/// `default("x")` and `default(value="x")`.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands its arguments over")]
fn default(value: Value, otherwise: Option<Value>, kwargs: Kwargs) -> Result<Value, Error> {
    if !value.is_undefined() && !value.is_none() {
        let _ = kwargs.get::<Option<Value>>("value")?;
        return Ok(value);
    }
    match otherwise {
        Some(otherwise) => Ok(otherwise),
        None => Ok(kwargs.get::<Option<Value>>("value")?.unwrap_or_else(|| Value::from(""))),
    }
}

/// Marks a text to be read as Markdown with the page, so that links, tables and headings in it count as the page's own.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands its arguments over")]
fn markdown(text: &str, kwargs: Kwargs) -> Result<Value, Error> {
    let is_inline = kwargs.get::<Option<bool>>("inline")?.unwrap_or(false);
    let open = if is_inline { INLINE } else { BODY };
    Ok(Value::from_safe_string(format!("{open}{text}{END}")))
}

/// A date by a pattern of `strftime`, of which days, months and years are known; in words without one.
fn date(value: &Value, kwargs: &Kwargs, language: &str) -> Result<String, Error> {
    let text = value.as_str().unwrap_or_default();
    let day = text.get(..10).unwrap_or(text);
    let date = Date::parse(day).ok_or_else(|| wrong(format!("`{value}` is no date")))?;
    match kwargs.get::<Option<String>>("format")? {
        Some(format) => jiff::fmt::strtime::format(&format, date.earliest()).map_err(|error| wrong(error.to_string())),
        None => Ok(date.in_words(language)),
    }
}

/// Numbers from `start` up to `end`.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands its arguments over")]
fn range(first: Option<i64>, second: Option<i64>, kwargs: Kwargs) -> Result<Vec<i64>, Error> {
    const MAX: usize = 100_000;
    let step = kwargs.get::<Option<usize>>("step_by")?.unwrap_or(1);
    let (start, end) = match (first, second) {
        (Some(start), Some(end)) => (start, end),
        (Some(end), None) => (0, end),
        _ => (kwargs.get::<Option<i64>>("start")?.unwrap_or(0), kwargs.get("end")?),
    };
    Ok((start..end).step_by(step.max(1)).take(MAX).collect())
}

fn without_tags(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut is_tag = false;
    for c in text.chars() {
        match c {
            '<' => is_tag = true,
            '>' if is_tag => is_tag = false,
            c if !is_tag => plain.push(c),
            _ => {}
        }
    }
    plain
}

/// The values in a file of the site: CSV, JSON, TOML, YAML, or its plain text.
fn load_data(data: &[Source], kwargs: &Kwargs) -> Result<Value, Error> {
    let required = kwargs.get::<Option<bool>>("required")?.unwrap_or(true);
    let Some(path) = kwargs.get::<Option<String>>("path")? else {
        return Err(wrong(
            "`load_data` reads files of the site, named by `path`; nothing is fetched while a site is built",
        ));
    };
    let below = path.trim_start_matches("@/").trim_start_matches('/');
    let places =
        [below.to_owned(), format!("content/{below}"), format!("static/{below}"), format!("templates/{below}")];
    let Some(source) = data.iter().find(|source| places.iter().any(|place| *place == *source.path)) else {
        return if required { Err(wrong(format!("there is no data file `{path}`"))) } else { Ok(Value::from(())) };
    };
    let format = kwargs.get::<Option<String>>("format")?;
    let ending = source.path.rsplit_once('.').map_or("", |(_, ending)| ending);
    let _ = kwargs.get::<Option<Value>>("headers")?;
    match format.as_deref().unwrap_or(ending) {
        "json" => serde_json::from_str::<serde_json::Value>(&source.text)
            .map(|value| Value::from(Serde(&value)))
            .map_err(|error| wrong(format!("`{path}` is not JSON: {error}"))),
        "toml" => table(settings::toml(&source.text), &path),
        "yaml" | "yml" => table(settings::yaml(&source.text), &path),
        "csv" => csv(&source.text, &path),
        _ => Ok(Value::from(source.text.clone())),
    }
}

fn table(read: Result<Vec<Entry>, settings::Malformed>, path: &str) -> Result<Value, Error> {
    read.map(|entries| value_of(&settings::Value::Table(entries)))
        .map_err(|malformed| wrong(format!("`{path}` cannot be read: {}", malformed.what)))
}

/// `headers` and `records`.
fn csv(text: &str, path: &str) -> Result<Value, Error> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let row = |record: &csv::StringRecord| Value::from(record.iter().map(Value::from).collect::<Vec<Value>>());
    let unreadable = |error: csv::Error| wrong(format!("`{path}` cannot be read: {error}"));
    let headers = row(reader.headers().map_err(unreadable)?);
    let records: Result<Vec<Value>, Error> =
        reader.records().map(|record| record.map(|record| row(&record)).map_err(unreadable)).collect();
    Ok(Value::from(BTreeMap::from([("headers", headers), ("records", Value::from(records?))])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_of_zola_are_mended() {
        assert_eq!(
            mended("a::b {{ m::x(a=`1`) }} {% set_global y = self::z() %}"),
            "a::b {{ m.x(a=\"1\") }} {% set y = z() %}"
        );
        assert_eq!(mended("{%- endmacro x -%} {% endmacro %}"), "{%- endmacro -%} {% endmacro %}");
    }

    #[test]
    fn filters_take_arguments_by_name() {
        let mut environment = Environment::new();
        let data = vec![Source { path: Arc::from("content/x.csv"), text: "a,b\n1,2\n".to_owned(), problem: None }];
        set_up(&mut environment, &Config::default(), data);
        let render = |template: &str| environment.render_str(template, ()).unwrap_or_else(|error| error.to_string());
        assert_eq!(render("{{ x | default(value='y') }}{{ 'a-b' | split(pat='-') | join(sep='+') }}"), "ya+b");
        assert_eq!(render("{{ '2024-01-05T10:00:00Z' | date(format='%d/%m/%Y') }}"), "05/01/2024");
        assert_eq!(render("{% for i in range(end=3) %}{{ i }}{% endfor %}"), "012");
        assert_eq!(
            render("{{ load_data(path='x.csv').records[0][1] }}{{ 'aXb' | replace(from='X', to='-') }}"),
            "2a-b"
        );
    }
}
