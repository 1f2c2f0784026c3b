//! CRC-32 as IEEE 802.3 defines it; the device uses it to tell a sound image from a damaged one.

/// The generator polynomial, its bits reversed because each byte is taken lowest bit first.
const POLYNOMIAL: u32 = 0xEDB8_8320;

/// The checksum of `bytes`.
pub fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| shift(crc))
    })
}

/// Works bit by bit: a table would be faster, and would hide what happens.
fn shift(crc: u32) -> u32 {
    if crc & 1 == 1 {
        (crc >> 1) ^ POLYNOMIAL
    } else {
        crc >> 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_checksums() {
        let cases: [(&[u8], u32); 4] = [
            (b"", 0),
            (b"a", 0xE8B7_BE43),
            (b"123456789", 0xCBF4_3926),
            (b"The quick brown fox jumps over the lazy dog", 0x414F_A339),
        ];
        for (bytes, crc) in cases {
            assert_eq!(crc32(bytes), crc, "{bytes:?}");
        }
    }

    #[test]
    fn one_bit_makes_a_difference() {
        let good = [0x55; 64];
        for bit in 0..512 {
            let mut bad = good;
            bad[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(crc32(&good), crc32(&bad), "bit {bit}");
        }
    }
}
