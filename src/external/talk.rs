//! What an answer means. Comes in: the replies to the requests for one address, one by one. Goes out: what to do next, and
//! at last an [`Answer`]. Nothing here asks anybody.

use std::time::Duration;

use super::{Settings, web};

/// How often a server may send on.
const REDIRECTS: u32 = 10;

/// Whether an address works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// It does; with the address that it has moved to for good, if so.
    Works { moved: Option<String> },
    /// There is nothing any more, and why that is known.
    Gone(String),
    /// Nobody can tell, and why.
    Unsure(String),
}

/// What one request came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reply {
    /// The server answered.
    Status {
        /// With this number.
        status: u16,
        /// And sends on to there.
        location: Option<String>,
        /// And wants to be left alone for so long.
        wait: Option<Duration>,
    },
    /// There is no server of that name.
    NoHost,
    /// The connection failed, which may be better at a second try.
    Trouble(String),
    /// It failed in another way.
    Failed(String),
}

/// What to do after a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Next {
    /// Ask for [`Talk::url`].
    Ask,
    /// Wait, then ask for it.
    AskAfter(Duration),
    /// Nothing more.
    Done(End),
}

/// How a talk ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// With an answer.
    Answer(Answer),
    /// There is no server of this name, or no network.
    NoHost(String),
}

/// The talk about one address: what is asked for next, and what has happened so far.
#[derive(Debug, Clone)]
pub(super) struct Talk {
    /// What to ask for.
    pub(super) url: String,
    /// Whether only whether it is there is asked for (`HEAD`), not the page itself (`GET`).
    pub(super) is_head: bool,
    /// Whether any server of the network has answered.
    pub(super) is_heard: bool,
    /// Whether the server has kept silent, or wants to be left alone.
    pub(super) is_refused: bool,
    is_second_try: bool,
    redirects: u32,
    is_moved: bool,
}

impl Talk {
    /// Begins to talk about an address.
    pub(super) fn new(url: &str) -> Talk {
        Talk {
            url: url.to_owned(),
            is_head: true,
            is_heard: false,
            is_refused: false,
            is_second_try: false,
            redirects: 0,
            is_moved: true,
        }
    }

    /// Takes in a reply.
    pub(super) fn hear(&mut self, reply: Reply, settings: &Settings) -> Next {
        match reply {
            Reply::NoHost if self.is_second_try => Next::Done(End::NoHost(web::host(&self.url).to_owned())),
            Reply::Failed(why) => self.refused(why),
            Reply::Trouble(why) if self.is_second_try => self.refused(why),
            Reply::NoHost | Reply::Trouble(_) => {
                self.is_head = false; // some servers hang up on HEAD
                self.try_again(settings.retry)
            }
            Reply::Status { status, location, wait } => {
                self.is_heard |= web::is_looked_up(web::host(&self.url));
                self.hear_status(status, location.as_deref(), wait.unwrap_or(settings.retry), settings)
            }
        }
    }

    fn hear_status(&mut self, status: u16, location: Option<&str>, wait: Duration, settings: &Settings) -> Next {
        let said = || format!("the server answers {}", worded(status));
        match status {
            200..=299 => {
                let moved = self.is_moved && self.redirects > 0;
                answered(Answer::Works { moved: moved.then(|| self.url.clone()) })
            }
            301 | 302 | 303 | 307 | 308 => self.sent_on(matches!(status, 301 | 308), location.unwrap_or_default()),
            429 | 503 if self.is_second_try || wait > settings.longest_wait => self.refused(said()),
            429 | 503 => self.try_again(wait),
            // Many servers know no HEAD, and say so in many ways.
            400 | 403 | 404 | 405 | 406 | 410 | 500 | 501 if self.is_head => {
                self.is_head = false;
                Next::Ask
            }
            404 | 410 => answered(Answer::Gone(said())),
            _ => answered(Answer::Unsure(said())),
        }
    }

    fn sent_on(&mut self, is_for_good: bool, location: &str) -> Next {
        self.redirects += 1;
        self.is_moved &= is_for_good;
        if self.redirects > REDIRECTS {
            return answered(Answer::Unsure(format!("the server sends on more than {REDIRECTS} times")));
        }
        match web::follow(&self.url, location).filter(|_| !location.is_empty()) {
            Some(url) => {
                self.url = url;
                Next::Ask
            }
            None => answered(Answer::Unsure(format!("the server sends on to `{location}`, which is not on the web"))),
        }
    }

    fn try_again(&mut self, wait: Duration) -> Next {
        self.is_second_try = true;
        Next::AskAfter(wait)
    }

    fn refused(&mut self, why: String) -> Next {
        self.is_refused = true;
        answered(Answer::Unsure(why))
    }
}

fn answered(answer: Answer) -> Next {
    Next::Done(End::Answer(answer))
}

/// A status of HTTP with what it means (RFC 9110, section 15).
fn worded(status: u16) -> String {
    let meaning = match status {
        401 => "login required",
        403 => "forbidden",
        404 => "not found",
        410 => "gone",
        429 => "too many requests",
        451 => "withheld for legal reasons",
        503 => "not available at present",
        500..=599 => "error of the server's own",
        _ => return status.to_string(),
    };
    format!("{status} ({meaning})")
}

/// What the talks about several addresses came to, each with whether any server of the network answered: that there
/// is no server of a name is believed only where the network is known to work.
pub(super) fn judge(ends: Vec<(End, bool)>) -> Vec<Answer> {
    let has_network = ends.iter().any(|(_, is_heard)| *is_heard);
    let judged = |end| match end {
        End::Answer(answer) => answer,
        End::NoHost(host) if has_network => Answer::Gone(format!("there is no server `{host}`")),
        End::NoHost(host) => Answer::Unsure(format!(
            "there seems to be no server `{host}`, or no network, since no other server answered either"
        )),
    };
    ends.into_iter().map(|(end, _)| judged(end)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: u16) -> Reply {
        Reply::Status { status, location: None, wait: None }
    }

    fn to(status: u16, location: &str) -> Reply {
        Reply::Status { status, location: Some(location.to_owned()), wait: None }
    }

    fn wait(seconds: u64) -> Reply {
        Reply::Status { status: 429, location: None, wait: Some(Duration::from_secs(seconds)) }
    }

    /// What a talk does after each reply.
    fn talk(replies: &[Reply]) -> (Talk, Next) {
        let mut talk = Talk::new("https://a.org/x");
        let settings = Settings::default();
        let mut next = Next::Ask;
        for reply in replies {
            assert!(!matches!(next, Next::Done(_)), "it had ended before {reply:?}");
            next = talk.hear(reply.clone(), &settings);
        }
        (talk, next)
    }

    fn end(replies: &[Reply]) -> Answer {
        match talk(replies).1 {
            Next::Done(End::Answer(answer)) => answer,
            next => panic!("it has not ended: {next:?}"),
        }
    }

    fn works(moved: Option<&str>) -> Answer {
        Answer::Works { moved: moved.map(str::to_owned) }
    }

    #[test]
    fn what_is_there_works_and_what_is_not_is_gone_when_get_says_so_too() {
        assert_eq!(end(&[status(200)]), works(None));
        assert_eq!(end(&[status(405), status(200)]), works(None));
        assert_eq!(end(&[status(404), status(200)]), works(None));
        assert_eq!(end(&[status(404), status(404)]), Answer::Gone("the server answers 404 (not found)".into()));
        assert_eq!(end(&[status(410), status(410)]), Answer::Gone("the server answers 410 (gone)".into()));
    }

    #[test]
    fn nobody_can_tell_what_a_server_refuses() {
        for replies in [
            vec![status(401)],
            vec![status(403), status(403)],
            vec![status(500), status(500)],
            vec![status(502)],
            vec![status(429), status(429)],
            vec![wait(60)],
            vec![Reply::Failed("x".into())],
            vec![Reply::Trouble("x".into()), Reply::Trouble("x".into())],
        ] {
            assert!(matches!(end(&replies), Answer::Unsure(_)), "{replies:?}");
        }
    }

    #[test]
    fn a_second_try_waits_as_long_as_the_server_asks() {
        assert_eq!(talk(&[wait(3)]).1, Next::AskAfter(Duration::from_secs(3)));
        assert_eq!(talk(&[status(503)]).1, Next::AskAfter(Settings::default().retry));
        assert_eq!(end(&[wait(1), status(200)]), works(None));
        let (talk, next) = talk(&[Reply::Trouble("x".into())]);
        assert!(!talk.is_head && matches!(next, Next::AskAfter(_)));
    }

    #[test]
    fn only_what_has_moved_for_good_is_noted_as_moved() {
        assert_eq!(end(&[to(301, "/y"), to(308, "https://b.org/z"), status(200)]), works(Some("https://b.org/z")));
        assert_eq!(end(&[to(301, "/y"), to(302, "/z"), status(200)]), works(None));
        assert!(matches!(end(&[to(301, "/y"), status(404), status(404)]), Answer::Gone(_)));
        assert!(matches!(end(&[to(301, "mailto:x@y.z")]), Answer::Unsure(_)));
        assert!(matches!(end(&[status(301)]), Answer::Unsure(_)));
        assert!(matches!(end(&vec![to(302, "/x"); 11]), Answer::Unsure(_)));
    }

    #[test]
    fn a_missing_server_is_believed_only_where_another_answers() {
        assert!(talk(&[status(200)]).0.is_heard);
        let (_, next) = talk(&[Reply::NoHost, Reply::NoHost]);
        let Next::Done(no_host) = next else { panic!("it has not ended") };
        let alone = judge(vec![(no_host.clone(), false)]);
        assert!(matches!(&alone[..], [Answer::Unsure(_)]));
        let beside = judge(vec![(no_host, false), (End::Answer(works(None)), true)]);
        assert_eq!(beside[0], Answer::Gone("there is no server `a.org`".into()));
    }
}
