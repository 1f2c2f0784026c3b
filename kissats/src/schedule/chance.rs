//! The only source of chance in planning: a seed gives the same numbers everywhere.

/// A small generator of random numbers, SplitMix64.
///
/// Guy L. Steele, Doug Lea, Christine H. Flood: *Fast splittable pseudorandom number generators*,
/// OOPSLA 2014. Good enough to search with, not for secrets.
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number from 0 up to, and without, `end`; 0 if `end` is.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        // The upper half of the product; a bias of one in 2^32 does not matter here.
        let wide = (self.bits() >> 32) * end as u64;
        usize::try_from(wide >> 32).unwrap_or(0)
    }

    /// From 0 up to, and without, 1.
    pub(crate) fn fraction(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Between the two.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.fraction()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers() {
        let mut chance = Chance::new(1);
        // The first numbers of the reference implementation for this seed.
        assert_eq!(chance.bits(), 0x910a_2dec_8902_5cc1);
        assert_eq!(chance.bits(), 0xbeeb_8da1_658e_ec67);
    }

    #[test]
    fn numbers_stay_in_their_range() {
        let mut chance = Chance::new(7);
        let mut seen = [0_u32; 5];
        for _ in 0..1000 {
            seen[chance.below(5)] += 1;
            assert!((0.0..1.0).contains(&chance.fraction()));
        }
        assert!(seen.iter().all(|count| *count > 150), "{seen:?}");
        assert_eq!(chance.below(0), 0);
    }
}
