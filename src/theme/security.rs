//! What pages may load from elsewhere. Comes in: the configuration. Goes out: of each address, whether it leads away from the
//! site, and whether readers' browsers may load something from there.

use crate::config::Config;

/// What a site says about what its pages load.
#[derive(Debug, Clone, Default)]
pub struct Security {
    /// Whether pages carry a policy.
    pub has_policy: bool,
    allowed: Vec<String>,
    base_url: Option<String>,
}

impl Security {
    /// What a site says.
    pub fn new(config: &Config) -> Security {
        Security {
            has_policy: config.has_policy,
            allowed: config.allowed_origins.clone(),
            base_url: config.base_url.clone(),
        }
    }

    /// Whether an address leads away from the site, over the web.
    pub fn leads_away(&self, address: &str) -> bool {
        let address = address.trim_start();
        let begins = |scheme: &str| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
        let is_web = begins("https:") || begins("http:") || address.starts_with("//");
        is_web && !self.base_url.as_deref().is_some_and(|base| address.starts_with(base))
    }

    /// Where something is loaded from: `None` within the site; else the origin that the writer has allowed, if it was.
    pub fn origin_of(&self, address: &str) -> Option<Option<&str>> {
        if !self.leads_away(address) {
            return None;
        }
        let address = address.trim();
        let whole = if address.starts_with("//") { format!("https:{address}") } else { address.to_owned() };
        let is_in = |origin: &&String| {
            whole.strip_prefix(origin.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
        };
        Some(self.allowed.iter().find(is_in).map(String::as_str))
    }
}
