//! A moment by which something has to be done. Comes in: how long it may take. Goes out: how much of that is left.

use std::io::{self, ErrorKind, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// A moment by which something has to be done, however many steps it takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline(Instant);

impl Deadline {
    /// The moment so long from now.
    #[expect(clippy::disallowed_methods, reason = "how long a client or a file is waited for reaches no output")]
    pub(super) fn after(time: Duration) -> Deadline {
        Deadline(Instant::now() + time)
    }

    /// What is left; `None` once it has passed.
    #[expect(clippy::disallowed_methods, reason = "how long a client or a file is waited for reaches no output")]
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

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_client_that_never_reads_is_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let deaf = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().unwrap();
        let written = Deadline::after(Duration::from_millis(300)).write_all(&stream, &vec![0; 64 << 20]);
        assert!(written.is_err());
        drop(deaf);
    }
}
