//! Powers without the system's mathematics, whose last digits differ from one system to the next.

/// `base` to the power of an `exponent` from 0 up to, and without, 1: the product of those square roots of
/// square roots for which the exponent has a binary digit. A root is rounded alike everywhere.
pub(crate) fn power(base: f64, exponent: f64) -> f64 {
    let (mut root, mut rest, mut power) = (base, exponent, 1.0);
    while rest > 0.0 {
        root = root.sqrt();
        rest *= 2.0;
        if rest >= 1.0 {
            rest -= 1.0;
            power *= root;
        }
    }
    power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_the_system_says() {
        for base in [0.5, 1.0, std::f64::consts::E, 10.0, 50_000.0] {
            for exponent in [0.0, 0.25, 0.5, 0.6, 0.999, 1.0 / 3.0] {
                let (found, expected) = (power(base, exponent), f64::powf(base, exponent));
                assert!(
                    (found / expected - 1.0).abs() < 1e-13,
                    "{base} to the {exponent}"
                );
            }
        }
    }
}
