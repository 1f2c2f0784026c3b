//! The firmware image: what an update sends to the device.
//!
//! ```text
//!   bytes 0..4   magic, `WIDA`
//!   bytes 4..7   version: major, minor, patch
//!   bytes 7..    payload
//! ```
//!
//! The image has no checksum of its own; the `update` command announces one beside it.

use std::fmt;

use super::Version;

const MAGIC: &[u8; 4] = b"WIDA";

/// A firmware image for widget-a.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// The version that runs once the image has been installed.
    pub version: Version,
    /// The program.
    pub payload: Vec<u8>,
}

impl Image {
    /// The image as it is sent.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Version {
            major,
            minor,
            patch,
        } = self.version;
        [MAGIC.as_slice(), &[major, minor, patch], &self.payload].concat()
    }

    /// Reads an image back.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ImageError> {
        let body = bytes.strip_prefix(MAGIC).ok_or(ImageError::WrongMagic)?;
        let [major, minor, patch, payload @ ..] = body else {
            return Err(ImageError::TooShort);
        };
        Ok(Self {
            version: Version::new(*major, *minor, *patch),
            payload: payload.to_vec(),
        })
    }
}

/// Why bytes are not an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageError {
    /// They do not begin as an image for this device does.
    WrongMagic,
    /// They end before the payload.
    TooShort,
}

impl fmt::Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WrongMagic => "not a widget-a image",
            Self::TooShort => "image ends before its payload",
        })
    }
}

impl std::error::Error for ImageError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_back() {
        for payload in [vec![], vec![0; 1], (0..=255).collect()] {
            let image = Image {
                version: Version::new(2, 4, 0),
                payload,
            };
            assert_eq!(Image::from_bytes(&image.to_bytes()), Ok(image));
        }
    }

    #[test]
    fn the_layout_is_fixed() {
        let image = Image {
            version: Version::new(2, 4, 0),
            payload: vec![0xAB],
        };
        assert_eq!(image.to_bytes(), b"WIDA\x02\x04\x00\xAB");
    }

    #[test]
    fn other_bytes_are_refused() {
        let cases: [(&[u8], ImageError); 5] = [
            (b"", ImageError::WrongMagic),
            (b"WID", ImageError::WrongMagic),
            (b"WIDB\x02\x04\x00", ImageError::WrongMagic),
            (b"WIDA", ImageError::TooShort),
            (b"WIDA\x02\x04", ImageError::TooShort),
        ];
        for (bytes, error) in cases {
            assert_eq!(Image::from_bytes(bytes), Err(error), "{bytes:?}");
        }
    }
}
