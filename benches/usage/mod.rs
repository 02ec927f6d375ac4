//! What processes have used, from `getrusage` (POSIX.1-2024). Elsewhere than on Unix only the clock counts, and all else is 0.

use std::fmt;

/// What one process has used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    /// Seconds by the clock.
    pub(crate) wall_s: f64,
    /// Seconds of all cores, those of the system included.
    pub(crate) cpu_s: f64,
    /// The most memory that it had at one time, in MiB.
    pub(crate) peak_mib: f64,
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.wall_s, self.cpu_s, self.peak_mib)
    }
}

impl Usage {
    /// What [`Display`](fmt::Display) has written.
    pub(crate) fn parse(text: &str) -> Usage {
        let mut numbers = text.split_whitespace().map(|number| number.parse().expect("a number"));
        let mut next = || numbers.next().expect("there are three numbers");
        Usage { wall_s: next(), cpu_s: next(), peak_mib: next() }
    }
}

/// The CPU seconds of all processes that this one has started and waited for, and the peak of the largest, in MiB.
#[cfg(unix)]
pub(crate) fn of_children() -> (f64, f64) {
    let usage = asked(nix::sys::resource::UsageWho::RUSAGE_CHILDREN);
    let per_mib = if cfg!(target_vendor = "apple") { 1024.0 * 1024.0 } else { 1024.0 }; // bytes there, KiB elsewhere
    (cpu_s(&usage), usage.max_rss() as f64 / per_mib)
}

/// The CPU seconds of this process.
#[cfg(unix)]
pub(crate) fn of_self() -> f64 {
    cpu_s(&asked(nix::sys::resource::UsageWho::RUSAGE_SELF))
}

#[cfg(unix)]
fn asked(who: nix::sys::resource::UsageWho) -> nix::sys::resource::Usage {
    nix::sys::resource::getrusage(who).expect("a process can ask for its own usage")
}

#[cfg(unix)]
fn cpu_s(usage: &nix::sys::resource::Usage) -> f64 {
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    seconds(usage.user_time()) + seconds(usage.system_time())
}

#[cfg(not(unix))]
pub(crate) fn of_children() -> (f64, f64) {
    (0.0, 0.0)
}

#[cfg(not(unix))]
pub(crate) fn of_self() -> f64 {
    0.0
}
