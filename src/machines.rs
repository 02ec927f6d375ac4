//! What a site publishes for machines beside its pages, as its configuration says. Comes in: single keys of it. Goes out:
//! [`Machines`], with its defaults.

use crate::settings::Value;

/// A kind of web server or host that reads files of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    /// `_headers` and `_redirects`, which Cloudflare Pages and others read as well.
    Netlify,
    /// `.htaccess`.
    Apache,
    /// `_nginx.conf`, to be included.
    Nginx,
}

/// The pages that have a card of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cards {
    /// All where the site is small, else those of sections.
    Usual,
    /// All pages of the writer's.
    All,
    /// The home page and sections.
    Sections,
    /// None.
    None,
}

/// What a site publishes for machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machines {
    /// Whether pages name their full address.
    pub canonical: bool,
    /// Whether the site has a feed of its newest pages.
    pub feed: bool,
    /// The names of feeds, where the site says so.
    pub feed_names: Vec<String>,
    /// How many pages a feed has at most.
    pub feed_limit: usize,
    /// Whether there is a sitemap.
    pub sitemap: bool,
    /// Whether there is a `robots.txt`.
    pub robots: bool,
    /// Whether each page is published as Markdown too.
    pub twins: bool,
    /// Whether there are sums of all files.
    pub checksums: bool,
    /// Whose files are made.
    pub hosts: Vec<Host>,
    /// Which pages have a card.
    pub cards: Cards,
}

impl Default for Machines {
    /// The files of Netlify are nothing but files to other hosts. An `.htaccess` that its host allows only in part would
    /// have it answer nothing at all, so that a writer has to ask for it.
    fn default() -> Machines {
        Machines {
            canonical: true,
            feed: true,
            feed_names: Vec::new(),
            feed_limit: 20, // domain knowledge: at most twenty entries, in 30 KB
            sitemap: true,
            robots: true,
            twins: true,
            checksums: true,
            hosts: vec![Host::Netlify],
            cards: Cards::Usual,
        }
    }
}

/// The description of all pages for search engines.
pub const SITEMAP: &str = "sitemap.xml";
/// What programs may read.
pub const ROBOTS: &str = "robots.txt";
/// The site as a list of its Markdown.
pub const LLMS: &str = "llms.txt";
/// What each file should be.
pub const SUMS: &str = "SHA256SUMS";
/// The headers and redirects of Netlify, in its form.
pub const HEADERS: &str = "_headers";
/// Its redirects.
pub const REDIRECTS: &str = "_redirects";
/// The same for Apache.
pub const HTACCESS: &str = ".htaccess";
/// The same for nginx.
pub const NGINX: &str = "_nginx.conf";
/// What only a host reads.
pub const OF_HOSTS: [&str; 4] = [HEADERS, REDIRECTS, HTACCESS, NGINX];

impl Machines {
    /// The files that a site has besides its feeds; some need its full address.
    pub fn files(&self, has_address: bool) -> impl Iterator<Item = &'static str> + use<> {
        let has = |host: Host| self.hosts.contains(&host);
        let all = [
            (SITEMAP, self.sitemap && has_address),
            (ROBOTS, self.robots && has_address),
            (LLMS, self.twins),
            (SUMS, self.checksums),
            (HEADERS, has(Host::Netlify)),
            (REDIRECTS, has(Host::Netlify)),
            (HTACCESS, has(Host::Apache)),
            (NGINX, has(Host::Nginx)),
        ];
        all.into_iter().filter_map(|(name, is_made)| is_made.then_some(name))
    }

    /// Takes over the value of a key, which has its shape; else says what it should be.
    pub fn set(&mut self, name: &str, value: &Value) -> Result<(), String> {
        let flag = *value == Value::Bool(true);
        match name {
            "canonical" => self.canonical = flag,
            "generate_feeds" => self.feed = flag,
            "feed_filenames" => self.feed_names = feed_names(value)?,
            "feed_limit" => {
                if let Value::Integer(number) = value {
                    self.feed_limit = usize::try_from(*number).unwrap_or(self.feed_limit);
                }
            }
            "generate_sitemap" => self.sitemap = flag,
            "generate_robots_txt" => self.robots = flag,
            "markdown_twins" => self.twins = flag,
            "checksums" => self.checksums = flag,
            "host_files" => self.hosts = hosts(value)?,
            "cards" => self.cards = cards(value)?,
            _ => {
                // Hugo's `disableKinds`.
                for kind in value.texts().unwrap_or_default() {
                    match kind.to_lowercase().as_str() {
                        "rss" => self.feed = false,
                        "sitemap" => self.sitemap = false,
                        "robotstxt" => self.robots = false,
                        _ => {}
                    }
                }
            }
        }
        Ok(())
    }
}

fn feed_names(value: &Value) -> Result<Vec<String>, String> {
    let mut names = value.texts().unwrap_or_default();
    match names.iter().find(|name| name.contains(['/', '\\']) || !name.contains('.') || name.starts_with('.')) {
        Some(wrong) => Err(format!("`{wrong}` is no name of a feed, such as `feed.xml`")),
        None => {
            names.sort();
            names.dedup();
            Ok(names)
        }
    }
}

fn hosts(value: &Value) -> Result<Vec<Host>, String> {
    let host = |name: &String| match name.to_lowercase().as_str() {
        "netlify" | "cloudflare" => Ok(Host::Netlify),
        "apache" => Ok(Host::Apache),
        "nginx" => Ok(Host::Nginx),
        _ => Err(format!("`{name}` is none of `netlify` (also for Cloudflare), `apache` and `nginx`")),
    };
    value.texts().unwrap_or_default().iter().map(host).collect()
}

fn cards(value: &Value) -> Result<Cards, String> {
    match value {
        Value::Bool(false) => Ok(Cards::None),
        Value::Bool(true) => Ok(Cards::Usual),
        Value::Text(word) if word == "sections" => Ok(Cards::Sections),
        Value::Text(word) if word == "all" => Ok(Cards::All),
        _ => Err("`cards` should be `\"all\"`, `\"sections\"` or `false`".to_owned()),
    }
}
