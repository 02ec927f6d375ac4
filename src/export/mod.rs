//! The editions that need no host: the site as an archive that opens from a folder or a stick, a page as one file to send on, and
//! its text alone. Comes in: a built site. Goes out: the bytes of the edition.

mod archive;
mod disk;
mod edit;
mod single;
mod text;

use std::path::Path;

pub use archive::{Archive, archive};
pub use single::Single;

use crate::address;
use crate::build::Built;
use crate::output::Output;
use crate::problem::Stop;
use crate::vocabulary::nearest;

/// The page that a writer names: by its file, its address within the site, or its whole address.
pub fn page<'b>(built: &'b Built, name: &str) -> Result<&'b Output, Stop> {
    let base = built.site.config.base_url.as_deref().and_then(|base| name.strip_prefix(base));
    let wanted = base.unwrap_or(name).trim_start_matches("./").trim_start_matches('/');
    let url = address::decode(wanted.strip_suffix("index.html").unwrap_or(wanted));
    let path = address::output_path(&url);
    let as_folder = address::output_path(&format!("{}/", url.trim_end_matches('/')));
    let is_wanted = |output: &&Output| {
        let of_source = output.source.as_deref().is_some_and(|source| {
            source == wanted || source.strip_prefix("content/").is_some_and(|source| source == wanted)
        });
        of_source || output.path == path || output.path == as_folder
    };
    let mut pages = built.plan.outputs().filter(|output| output.path.ends_with(".html"));
    pages.clone().find(is_wanted).ok_or_else(|| {
        let names: Vec<&str> = pages.by_ref().map(|output| output.path.trim_end_matches("index.html")).collect();
        let advice = match nearest(&url, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name its file, such as content/mali.md, or its address, such as mali/".to_owned(),
        };
        Stop::Usage(format!("there is no page `{name}` in the site\n  = help: {advice}"))
    })
}

/// A page as one file: the style and the pictures are in it, and nothing has to be loaded.
pub fn single_file(built: &Built, root: &Path, output: &Output) -> Result<Single, Stop> {
    let html = finished(built, root, output)?;
    let picture = |path: &str| built.plan.at(path).and_then(|output| built.bytes(root, output).ok());
    Ok(single::single(&html, &single::Around { path: &output.path, base_url: base_of(built), file: &picture }))
}

/// The text of a page.
pub fn plain_text(built: &Built, root: &Path, output: &Output) -> Result<String, Stop> {
    let html = finished(built, root, output)?;
    let address =
        base_of(built).map(|base| format!("{base}{}", address::encode(output.path.trim_end_matches("index.html"))));
    Ok(text::text(&html, address.as_deref()))
}

fn base_of(built: &Built) -> Option<&str> {
    built.site.config.base_url.as_deref()
}

fn finished(built: &Built, root: &Path, output: &Output) -> Result<String, Stop> {
    let bytes = built.bytes(root, output)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
