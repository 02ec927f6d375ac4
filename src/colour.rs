//! Colours. Comes in: an accent colour as its writer gives it. Goes out: an [`Accent`] that can be read on the light and on
//! the dark paper of the theme, or what is wrong with it. Contrast is that of WCAG 2.2.

use serde::Serialize;

/// The darker of the light theme's grounds (`--wash` in `style.css`), and the lighter of the dark one's.
const LIGHT_GROUND: Rgb = [0xf3, 0xf1, 0xea];
const DARK_GROUND: Rgb = [0x22, 0x23, 0x28];

/// What text needs against its ground (WCAG 2.2, 1.4.3).
const CONTRAST_MIN: f64 = 4.5;

type Rgb = [u8; 3];

/// The colour of links and marks of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Accent {
    /// On light paper, as `#rrggbb`.
    pub light: String,
    /// The same on dark paper: lighter, until it can be read there.
    pub dark: String,
}

/// Reads `#rgb` or `#rrggbb`; else says what is wrong, and which colour near it would do.
pub fn accent(text: &str) -> Result<Accent, String> {
    let colour = read(text).ok_or("`accent` should be a colour in hexadecimal digits, such as `#a02a1d`".to_owned())?;
    let found = contrast(colour, LIGHT_GROUND);
    if found < CONTRAST_MIN {
        let near = towards(colour, [0; 3], LIGHT_GROUND);
        return Err(format!(
            "`accent` has a contrast of {found:.1} to 1 with light paper, and text needs {CONTRAST_MIN} to 1; `{}` is the \
             nearest darker colour that has it",
            written(near)
        ));
    }
    Ok(Accent { light: written(colour), dark: written(towards(colour, [0xff; 3], DARK_GROUND)) })
}

fn read(text: &str) -> Option<Rgb> {
    let digits = text.strip_prefix('#').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    let full = match digits.len() {
        3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
        6 => digits.to_owned(),
        _ => return None,
    };
    let number = u32::from_str_radix(&full, 16).ok()?;
    let [_, red, green, blue] = number.to_be_bytes();
    Some([red, green, blue])
}

fn written([red, green, blue]: Rgb) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// A colour mixed with black or white in steps of a hundredth, with as little of it as makes it readable on a ground.
fn towards(colour: Rgb, end: Rgb, ground: Rgb) -> Rgb {
    let mixed = |step: u16| {
        let part = |at: usize| (u16::from(colour[at]) * (100 - step) + u16::from(end[at]) * step) / 100;
        [part(0), part(1), part(2)].map(|part| u8::try_from(part).unwrap_or(u8::MAX))
    };
    (0..=100).map(mixed).find(|mixed| contrast(*mixed, ground) >= CONTRAST_MIN).unwrap_or(end)
}

/// The contrast of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio").
fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// How light a colour is, from 0 to 1 (WCAG 2.2, "relative luminance").
fn luminance(colour: Rgb) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_the_standard() {
        assert!((contrast([0; 3], [0xff; 3]) - 21.0).abs() < 1e-9);
        assert!((contrast([0x76; 3], [0xff; 3]) - 4.54).abs() < 0.01);
    }

    #[test]
    fn an_accent_can_be_read_on_both_papers() {
        for text in ["#a02a1d", "#060", "#123456", "#000000"] {
            let accent = accent(text).expect(text);
            assert!(contrast(read(&accent.dark).expect("a colour"), DARK_GROUND) >= CONTRAST_MIN, "{accent:?}");
        }
    }

    #[test]
    fn a_faint_accent_is_told_with_one_that_would_do() {
        let told = accent("#f90").expect_err("orange is faint on white");
        let near = told.split('`').nth(3).expect("a colour is named");
        assert!(accent(near).is_ok(), "{told}");
        assert!(accent("red").is_err() && accent("#12").is_err() && accent("#ggg").is_err());
    }
}
