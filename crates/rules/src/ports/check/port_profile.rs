//! Port profiles of a SwitchProfile (SP-04, SP-05).

use hnp_yaml::{Entry, Kind, Span, Value};

use super::super::speed::{Mode, Speed};
use super::read::{At, Field, entries, field, flag, part, text};
use super::{Checker, ProfileProblem as P};

impl<'s> Checker<'s> {
    pub(super) fn port_profile(&mut self, entry: Entry<'s>, at: &At<'_>) {
        if entry.value.kind() != Kind::Map && !entry.value.is_null() {
            return;
        }
        let (profile, here) = (entry.value, entry.key_span);
        if !self.used_profiles.contains(entry.key) {
            self.put(P::ProfileUnused, at, here);
        }
        let default = profile.get("autoNegDefault");
        if let Some(default) = default
            && flag(Some(default)) == Some(true)
            && flag(profile.get("autoNegAllowed")) == Some(false)
        {
            self.put(P::AutoNegDefault, &at.key("autoNegDefault"), default.span());
        }
        match (part(profile, "speed"), part(profile, "breakout")) {
            (None, None) => {
                // Of the wrong type is not absent.
                let absent = |name| profile.get(name).is_none_or(Value::is_null);
                if absent("speed") && absent("breakout") {
                    self.put(P::NeitherSpeedNorBreakout, at, here);
                }
            }
            (Some(_), Some(breakout)) => {
                self.put(P::SpeedAndBreakout, &at.key("breakout"), breakout.span());
            }
            (Some(speed), None) => self.speed(speed, here, &at.key("speed")),
            (None, Some(breakout)) => self.breakout(breakout, here, &at.key("breakout")),
        }
    }

    fn speed(&mut self, speed: Value<'s>, here: Span, at: &At<'_>) {
        let list = at.key("supported");
        let mut any = false;
        let mut known = false;
        let default = self.default(speed, here, at);
        let supported = speed.get("supported").filter(|list| !list.is_null());
        for (index, item) in supported.into_iter().flat_map(Value::items).enumerate() {
            any = true;
            let good = match text(Some(item)) {
                Field::Missing => false,
                Field::Wrong => true,
                Field::Text(name, _) => {
                    known |= default.is_some_and(|(default, _)| default == name);
                    Speed::parse(name).is_some()
                }
            };
            if !good {
                self.put(P::Speed, &list.index(index), item.span());
            }
        }
        let typed = supported.is_none_or(|list| list.kind() == Kind::Seq);
        self.supported((any, known, typed), default, here, at);
    }

    fn breakout(&mut self, breakout: Value<'s>, here: Span, at: &At<'_>) {
        let map = at.key("supported");
        let mut any = false;
        let mut known = false;
        let default = self.default(breakout, here, at);
        let supported = breakout.get("supported").filter(|map| !map.is_null());
        for entry in entries(supported) {
            any = true;
            known |= default.is_some_and(|(default, _)| default == entry.key);
            let at = map.key(entry.key);
            if Mode::parse(entry.key).is_none() {
                self.put(P::Mode, &at, entry.key_span);
            }
            let offsets = entry
                .value
                .get("offsets")
                .filter(|offsets| !offsets.is_null());
            let empty = match offsets {
                None => entry.value.kind() == Kind::Map || entry.value.is_null(),
                Some(offsets) => offsets.kind() == Kind::Seq && offsets.items().next().is_none(),
            };
            if empty {
                self.put(P::OffsetsMissing, &at.key("offsets"), entry.key_span);
            }
        }
        let typed = supported.is_none_or(|map| map.kind() == Kind::Map);
        self.supported((any, known, typed), default, here, at);
    }

    fn default(&mut self, of: Value<'s>, here: Span, at: &At<'_>) -> Option<(&'s str, Span)> {
        match field(of, "default") {
            Field::Missing => {
                self.put(P::DefaultMissing, &at.key("default"), here);
                None
            }
            Field::Text(name, span) => Some((name, span)),
            Field::Wrong => None,
        }
    }

    /// Judges a list of what is supported: whether it has anything, whether the default is in it, whether it is a list.
    fn supported(
        &mut self,
        (any, known, typed): (bool, bool, bool),
        default: Option<(&str, Span)>,
        here: Span,
        at: &At<'_>,
    ) {
        if !typed {
            return;
        }
        if !any {
            self.put(P::SupportedMissing, &at.key("supported"), here);
        } else if let (false, Some((_, span))) = (known, default) {
            self.put(P::DefaultUnsupported, &at.key("default"), span);
        }
    }
}
