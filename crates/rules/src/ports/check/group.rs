//! Port groups of a SwitchProfile (SP-04).

use hnp_yaml::{Entry, Kind};

use super::read::{At, Field, field, flag, number, part};
use super::{Checker, ProfileProblem as P};

impl<'s> Checker<'s> {
    pub(super) fn group(&mut self, entry: Entry<'s>, at: &At<'_>) {
        if entry.value.kind() != Kind::Map && !entry.value.is_null() {
            return;
        }
        let (group, here) = (entry.value, entry.key_span);
        if !self.used_groups.contains(entry.key) {
            self.put(P::GroupUnused, at, here);
        }
        match field(group, "nos") {
            Field::Missing => self.put(P::GroupNosMissing, &at.key("nos"), here),
            Field::Text(name, span) if number(name).is_none_or(|number| number <= 0) => {
                self.put(P::GroupNos, &at.key("nos"), span);
            }
            Field::Text(..) | Field::Wrong => {}
        }
        match field(group, "profile") {
            Field::Missing => self.put(P::GroupProfileMissing, &at.key("profile"), here),
            Field::Wrong => {}
            Field::Text(name, span) => {
                self.used_profiles.insert(name);
                let problem = match self.profiles.get(name) {
                    None => Some(P::GroupProfileUnknown),
                    Some(profile) if part(*profile, "speed").is_none() => {
                        Some(P::GroupProfileWithoutSpeed)
                    }
                    Some(profile) if flag(profile.get("autoNegAllowed")) == Some(true) => {
                        Some(P::GroupAutoNeg)
                    }
                    Some(_) => None,
                };
                if let Some(problem) = problem {
                    self.put(problem, &at.key("profile"), span);
                }
            }
        }
    }
}
