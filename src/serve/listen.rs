//! The listeners. Comes in: the port that is wanted, and whether other machines may ask. Goes out: listeners on all the
//! addresses by which `localhost` may mean this machine, or on all addresses.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};

use crate::problem::Denied;

/// The port that is tried first where none is given.
const PORT: u16 = 4000;
/// How many ports after it are tried.
const PORTS: u16 = 10;
/// How often a port is asked for of the system, where any will do: it may be free for one address and not for the other.
const TRIES: usize = 16;

/// Listens on a port; on the first free one from 4000 on where none is given.
pub(super) fn listen(port: Option<u16>, lan: bool) -> Result<Vec<TcpListener>, Denied> {
    match port {
        Some(0) => (1..TRIES).find_map(|_| bind(0, lan).ok()).map_or_else(|| bind(0, lan), Ok),
        Some(port) => bind(port, lan),
        None => (PORT..=PORT + PORTS).find_map(|port| bind(port, lan).ok()).map_or_else(|| bind(PORT, lan), Ok),
    }
    .map_err(|error| denied_port(port.unwrap_or(PORT), &error))
}

/// The port of some listeners.
pub(super) fn port_of(listeners: &[TcpListener]) -> Result<u16, Denied> {
    let address = listeners.first().map_or_else(|| Err(ErrorKind::NotFound.into()), TcpListener::local_addr);
    address.map(|address| address.port()).map_err(|error| denied_port(PORT, &error))
}

/// Listens for both versions of IP, where there are both: browsers try either for `localhost`, and must not meet another
/// program there.
fn bind(port: u16, lan: bool) -> io::Result<Vec<TcpListener>> {
    let (four, six) = match lan {
        false => (IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)),
        true => (Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()),
    };
    if lan {
        // On most systems a listener on all of IPv6 is one on all of IPv4 as well, and there is no second.
        let Some(of_six) = is_there(TcpListener::bind((six, port)))? else {
            return Ok(vec![TcpListener::bind((four, port))?]);
        };
        let port = of_six.local_addr()?.port();
        return Ok(match TcpListener::bind((four, port)) {
            Ok(of_four) => vec![of_four, of_six],
            Err(_) => vec![of_six],
        });
    }
    let of_four = TcpListener::bind((four, port))?;
    let port = of_four.local_addr()?.port();
    Ok(std::iter::once(of_four).chain(is_there(TcpListener::bind((six, port)))?).collect())
}

/// `None` where there is no IPv6 on this machine.
fn is_there(bound: io::Result<TcpListener>) -> io::Result<Option<TcpListener>> {
    match bound {
        Err(error) if !matches!(error.kind(), ErrorKind::AddrInUse | ErrorKind::PermissionDenied) => Ok(None),
        bound => bound.map(Some),
    }
}

fn denied_port(port: u16, error: &io::Error) -> Denied {
    let help = match error.kind() {
        ErrorKind::AddrInUse => {
            "another program uses it, perhaps another `brink serve`; end that, or choose another with `--port N`"
        }
        ErrorKind::PermissionDenied => "choose a port from 1024 on with `--port N`",
        _ => "choose another with `--port N`",
    };
    Denied::new(format!("listen on port {port}"), error, help)
}
