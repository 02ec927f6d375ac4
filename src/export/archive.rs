//! The whole site as a ZIP archive that opens from a folder. Comes in: a built site. Goes out: the bytes of the archive, the same
//! for the same site: files in order, without times or names of users.

use std::io::{Cursor, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::disk::{Around, for_disk};
use crate::build::Built;
use crate::kept;
use crate::output::{Output, sum, sums};
use crate::problem::{Denied, Stop};

/// What is only for hosts and search engines.
const FOR_HOSTS: [&str; 5] = ["404.html", "robots.txt", "sitemap.xml", "CNAME", kept::WORKER];

/// What is packed already.
const PACKED: [&str; 10] = ["png", "jpg", "jpeg", "webp", "avif", "gif", "woff2", "zip", "mp4", "gz"];

/// What is shown or played; left out where a small archive is asked for.
const PICTURES: [&str; 12] = ["png", "jpg", "jpeg", "webp", "avif", "gif", "svg", "mp4", "webm", "mp3", "ogg", "pdf"];

/// An archive.
#[derive(Debug)]
pub struct Archive {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// How many files are in it.
    pub files: usize,
    /// How many pictures and the like were left out.
    pub left_out: usize,
}

/// Packs the site into an archive, in a folder of this name; opened from there, all links lead to files in it, or to the site.
pub fn archive(built: &Built, root: &Path, folder: &str, with_pictures: bool) -> Result<Archive, Stop> {
    let is_picture = |output: &Output| !with_pictures && has_ending(&output.path, &PICTURES);
    let is_held = |output: &Output| !needs_host(output) && !is_picture(output);
    let held = |path: &str| built.plan.at(path).is_none_or(is_held);
    let left_out = built.plan.outputs().filter(|output| !needs_host(output) && is_picture(output)).count();
    let take = |output: &Output, bytes: Vec<u8>| {
        // The sums of what is published are not those of what is packed.
        if !is_held(output) || output.is_sums() {
            return Ok(None);
        }
        let bytes = match String::from_utf8(bytes) {
            Ok(html) if output.path.ends_with(".html") => {
                for_disk(&html, &Around { path: &output.path, base_url: super::base_of(built), held: &held })
                    .into_bytes()
            }
            Ok(text) => text.into_bytes(),
            Err(other) => other.into_bytes(),
        };
        let sum = sum(&bytes);
        Ok(Some((output.path.clone(), bytes, sum)))
    };
    let made: Vec<_> = built.render_each(root, take)?.into_iter().flatten().collect();
    let all = built.plan.outputs().find(|output| output.is_sums());
    let all = all.map(|output| (output.path.clone(), sums(made.iter().map(|(path, _, sum)| (path.as_str(), *sum)))));
    let files: Vec<(String, Vec<u8>)> = made.into_iter().map(|(path, bytes, _)| (path, bytes)).chain(all).collect();
    let packed =
        pack(folder, &files).map_err(|error| Denied::new("pack the archive".to_owned(), error, "try again"))?;
    Ok(Archive { bytes: packed, files: files.len(), left_out })
}

fn needs_host(output: &Output) -> bool {
    output.is_for_host() || is_for_hosts(&output.path)
}

fn is_for_hosts(path: &str) -> bool {
    FOR_HOSTS.contains(&path)
        || path.starts_with('.')
        || (path.starts_with('_') && !path.contains('/') && !path.ends_with(".js"))
}

fn has_ending(path: &str, endings: &[&str]) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| endings.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

fn pack(folder: &str, files: &[(String, Vec<u8>)]) -> zip::result::ZipResult<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // 1 January 1980, the first day that the format knows, stands for no time at all.
    let plain = SimpleFileOptions::default().unix_permissions(0o644).last_modified_time(zip::DateTime::default());
    for (path, bytes) in files {
        let options = match has_ending(path, &PACKED) {
            true => plain.compression_method(CompressionMethod::Stored),
            false => plain.compression_method(CompressionMethod::Deflated).compression_level(Some(9)),
        };
        archive.start_file(format!("{folder}/{path}"), options)?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_of_the_same_files_has_the_same_bytes() {
        let files = vec![("index.html".to_owned(), b"<p>x".repeat(100)), ("a.png".to_owned(), vec![1, 2, 3])];
        let [one, two] = [pack("mali", &files).unwrap(), pack("mali", &files).unwrap()];
        assert_eq!(one, two);
        let mut read = zip::ZipArchive::new(Cursor::new(one)).unwrap();
        assert_eq!(read.by_name("mali/index.html").unwrap().size(), 400);
        assert_eq!(read.by_name("mali/a.png").unwrap().compressed_size(), 3);
    }

    #[test]
    fn what_is_for_hosts_stays_with_them() {
        let paths =
            [".htaccess", "_headers", "_redirects", "robots.txt", "_redirect.js", "mali/index.html", "data/a.csv"];
        let kept: Vec<&str> = paths.into_iter().filter(|path| !is_for_hosts(path)).collect();
        assert_eq!(kept, ["_redirect.js", "mali/index.html", "data/a.csv"]);
    }
}
