//! A moment by which something has to be done. Comes in: how long it may take. Goes out: how much of that is left.

use std::io::{self, ErrorKind, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// A moment by which something has to be done, however many steps it takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline(Instant);

impl Deadline {
    /// The moment so long from now.
    #[expect(clippy::disallowed_methods, reason = "how long a client is waited for reaches no output")]
    pub(super) fn after(time: Duration) -> Deadline {
        Deadline(Instant::now() + time)
    }

    /// What is left; `None` once it has passed.
    #[expect(clippy::disallowed_methods, reason = "how long a client is waited for reaches no output")]
    pub(super) fn left(self) -> Option<Duration> {
        let left = self.0.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }

    /// Writes all, or fails when the moment has passed: a client that reads one byte now and then gains nothing by it.
    pub(super) fn write_all(self, mut stream: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let left = self.left().ok_or(ErrorKind::TimedOut)?;
            stream.set_write_timeout(Some(left))?;
            match stream.write(bytes) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => bytes = &bytes[written..],
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
