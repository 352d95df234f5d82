//! Mutates a seed: cuts, splices with another seed, and inserts bytes that often break parsers.

/// A random number generator whose seed fixes the sequence.
#[derive(Debug, Clone)]
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % limit.max(1)
    }
}

/// Bytes that often break parsers.
const TROUBLE: [&[u8]; 56] = [
    b"\0",
    b"\x1b[2J",
    b"\xff",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\\ud800",
    b"\\udc00\\ud800",
    b"\\u0000",
    b"\xe2\x80\xae",
    b"\xc2\x9b",
    b"\n",
    b"\r\n",
    b"\t",
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"null",
    b"true",
    b"1e308",
    b"-1e309",
    b"9223372036854775808",
    b"-0",
    b"0.1",
    b"1e-400",
    b"99999999999999999999999999",
    b"''",
    b"{{",
    b"}}",
    b"{%",
    b"%}",
    b"://",
    b"@",
    b"?",
    b"#",
    b"%00",
    b"..",
    b"/",
    b"[::1]",
    b"2026-02-30",
    b"24:00",
    b"23:60",
    b"+99:99",
    b"T",
    b"Z",
    b"9999-12-31",
    b"-0001-01-01",
    b"\xd9\xa1",
    b"\xef\xbc\x91",
    b"=cmd|x",
    b"\xf3\xa0\x81\x81",
];

/// A new input from two seeds.
pub fn mutate(chance: &mut Chance, one: &[u8], other: &[u8]) -> Vec<u8> {
    let mut input = one.to_vec();
    for _ in 0..=chance.below(5) {
        let place = chance.below(input.len() + 1);
        let end = (place + 1 + chance.below(12)).min(input.len());
        match chance.below(10) {
            0 => drop(input.drain(place..end)),
            1 => input.truncate(place),
            2 => {
                let from = chance.below(other.len() + 1);
                input.truncate(place);
                input.extend_from_slice(&other[from..]);
            }
            3 => {
                let part = input[place..end].to_vec();
                input.splice(place..place, part.repeat(1 + chance.below(4)));
            }
            4 if place < input.len() => input[place] ^= 1 << chance.below(8),
            5 if place < input.len() => input[place] = u8::try_from(chance.below(256)).expect("a byte"),
            6 => {
                // Change a digit: most parsers read numbers.
                if let Some(digit) = input.iter().skip(place).position(u8::is_ascii_digit) {
                    input[place + digit] = b'0' + u8::try_from(chance.below(10)).expect("a digit");
                }
            }
            _ => {
                let trouble = TROUBLE[chance.below(TROUBLE.len())];
                input.splice(place..place, trouble.iter().copied());
            }
        }
    }
    input
}
