//! Did-you-mean for ports.

use super::layout::{Lanes, Layout, split_lane};
use super::name::{Place, PortName};

/// Most numbers that a port's name has.
const PARTS: usize = 3;

impl Layout<'_> {
    /// Returns names of ports that may be meant by a name of none, the likeliest first, at most `most`.
    ///
    /// The numbers in the name count, not its letters: `Ethernet4`, `1/4`, `e1/04` and `E4` all mean `E1/4`. A lane that is
    /// not there gives those that are, and a port that is not there the nearest to it.
    #[must_use]
    pub fn nearest(&self, name: &str, most: usize) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        if let Some((port, _)) = split_lane(name) {
            match self.lanes(port) {
                Some(Lanes::Broken(lanes)) => {
                    found.extend((1..=lanes).take(most).map(|lane| format!("{port}/{lane}")));
                }
                Some(Lanes::Whole | Lanes::Unknown) => found.push(port.to_owned()),
                None => {}
            }
        }
        if found.is_empty() {
            self.by_numbers(name, most, &mut found);
        }
        found.truncate(most);
        found
    }

    fn by_numbers(&self, name: &str, most: usize, found: &mut Vec<String>) {
        let numbers = numbers(name);
        if name.starts_with(['M', 'm']) {
            let port = numbers.first().copied().unwrap_or(1);
            self.around(Place { asic: 0, port }, most, found);
            return;
        }
        let (place, lane) = match numbers[..] {
            [port] => (Place { asic: 1, port }, None),
            [asic, port] => (Place { asic, port }, None),
            [asic, port, lane] => (Place { asic, port }, Some(lane)),
            _ => return,
        };
        // There 0 would stand for management ports.
        let place = Place {
            asic: place.asic.max(1),
            ..place
        };
        if lane.is_some() {
            let name = PortName { place, lane }.to_string();
            if self.has_port(&name) {
                found.push(name);
                return;
            }
        }
        self.around(place, most, found);
    }

    /// Puts the port itself, or the nearest of the same ASIC, those before it first.
    fn around(&self, place: Place, most: usize, found: &mut Vec<String>) {
        let ranges = &self.profile().ranges;
        if self.profile().range(place).is_some() {
            found.push(place.to_string());
            return;
        }
        let after =
            ranges.partition_point(|range| (range.asic, range.first) < (place.asic, place.port));
        let (before, after) = ranges.split_at(after);
        if let Some(range) = before.last().filter(|range| range.asic == place.asic) {
            let ports = (range.first..=range.last).rev().take(most);
            found.extend(ports.map(|port| Place { port, ..place }.to_string()));
        } else if let Some(range) = after.first().filter(|range| range.asic == place.asic) {
            let ports = (range.first..=range.last).take(most);
            found.extend(ports.map(|port| Place { port, ..place }.to_string()));
        }
    }
}

/// Returns the numbers in a name; nothing where there are too many or one is too large.
fn numbers(name: &str) -> Vec<u32> {
    let mut numbers = Vec::new();
    for digits in name
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty())
    {
        match digits.parse() {
            Ok(number) if numbers.len() < PARTS => numbers.push(number),
            _ => return Vec::new(),
        }
    }
    numbers
}
