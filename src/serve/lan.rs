//! `--lan`: the preview for other machines in the same network. Comes in: the port and the key. Goes out: what the writer
//! is told of it, with a code that a phone's camera reads.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

/// The warning, the address, and the address as a QR code.
pub(super) fn notice(port: u16, key: &str) -> String {
    let warning = "warning: with `--lan`, everybody in this network who has the address below can read the preview, drafts\n\
         included, and it is sent unencrypted. Opening your editor from a page is turned off.";
    let Some(address) = own_address() else {
        return format!(
            "{warning}\nThe address of this machine is not known; its network settings tell it. Open\n  http://ADDRESS:{port}/?key={key}"
        );
    };
    let url = format!("http://{address}:{port}/?key={key}");
    let code = QrCode::new(&url).map(|code| {
        // Drawn for terminals with light letters; others show it inverted, which most cameras read as well.
        code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).quiet_zone(true).build()
    });
    format!("{warning}\nOn the other machine, open\n  {url}\n{}", code.unwrap_or_default())
}

/// The address by which this machine reaches others: that of the way to anywhere. Nothing is sent: a datagram socket is
/// only told where it would lead (192.0.2.1 is nobody's: RFC 5737).
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_unspecified() && !address.is_loopback()).then_some(address)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_notice_warns_and_names_the_address_with_its_key() {
        let notice = super::notice(4000, "0123456789abcdef0123456789abcdef");
        assert!(notice.starts_with("warning: ") && notice.contains(":4000/?key=0123456789abcdef0123456789abcdef"));
        assert!(
            notice.contains("ADDRESS") || notice.lines().filter(|line| line.contains('█')).count() > 10,
            "{notice}"
        );
    }
}
