//! Ports of a SwitchProfile (SP-03).

use hnp_yaml::{Entry, Kind, Span, Value};

use super::read::{At, Field, field, flag, number, part};
use super::{Checker, ProfileProblem as P};

impl<'s> Checker<'s> {
    pub(super) fn port(&mut self, entry: Entry<'s>, at: &At<'_>) {
        // What is no map is the schema's business; null is an empty map.
        if entry.value.kind() != Kind::Map && !entry.value.is_null() {
            return;
        }
        let (port, here) = (entry.value, entry.key_span);
        match field(port, "nos") {
            Field::Missing => self.put(P::PortNosMissing, &at.key("nos"), here),
            Field::Text(name, span) => {
                let mut seen = std::mem::take(&mut self.nos);
                self.once(P::PortNosRepeated, &mut seen, name, &at.key("nos"), span);
                self.nos = seen;
            }
            Field::Wrong => {}
        }
        if let Field::Text(name, span) = field(port, "baseNOSName") {
            let mut seen = std::mem::take(&mut self.base);
            self.once(
                P::BaseNosRepeated,
                &mut seen,
                name,
                &at.key("baseNOSName"),
                span,
            );
            self.base = seen;
        }
        if entry.key.len() < 2 {
            self.put(P::PortNameShort, at, here);
        }
        match flag(port.get("management")) {
            Some(true) => self.management_port(entry, at),
            Some(false) => self.data_port(entry, at),
            None => {}
        }
    }

    fn management_port(&mut self, entry: Entry<'s>, at: &At<'_>) {
        let port = entry.value;
        if entry.key.len() >= 2 && !ends_in_number(entry.key, "M", 1) {
            self.put(P::ManagementName, at, entry.key_span);
        }
        if let Field::Text(name, span) = field(port, "nos")
            && self.sonic
            && !ends_in_number(name, "Management", 0)
        {
            self.put(P::ManagementNos, &at.key("nos"), span);
        }
        match field(port, "oniePortName") {
            Field::Missing => self.put(P::OnieMissing, &at.key("oniePortName"), entry.key_span),
            Field::Text(name, span) if !ends_in_number(name, "eth", 0) => {
                self.put(P::OnieName, &at.key("oniePortName"), span);
            }
            Field::Text(..) | Field::Wrong => {}
        }
        for (name, problem) in [
            ("group", P::ManagementGroup),
            ("profile", P::ManagementProfile),
            ("baseNOSName", P::ManagementBaseNos),
        ] {
            if let Field::Text(_, span) = field(port, name) {
                self.put(problem, &at.key(name), span);
            }
        }
    }

    fn data_port(&mut self, entry: Entry<'s>, at: &At<'_>) {
        let (port, here) = (entry.value, entry.key_span);
        if entry.key.len() >= 2 && !is_data_name(entry.key) {
            self.put(P::DataPortName, at, here);
        }
        match field(port, "label") {
            Field::Missing => self.put(P::LabelMissing, &at.key("label"), here),
            Field::Text(label, span) => {
                let mut seen = std::mem::take(&mut self.labels);
                self.once(P::LabelRepeated, &mut seen, label, &at.key("label"), span);
                self.labels = seen;
            }
            Field::Wrong => {}
        }
        let (profile, group) = (field(port, "profile"), field(port, "group"));
        match (&profile, &group) {
            (Field::Missing, Field::Missing) => self.put(P::NeitherProfileNorGroup, at, here),
            (Field::Text(..), Field::Text(_, span)) => {
                self.put(P::ProfileAndGroup, &at.key("group"), *span);
            }
            _ => {}
        }
        if let Field::Text(name, span) = group {
            self.used_groups.insert(name);
            if !self.groups.contains(name) {
                self.put(P::NoPortGroup, &at.key("group"), span);
            }
        }
        // Whether the port can be broken out: not known where its port profile is not.
        let breakout = match profile {
            Field::Missing => Some(false),
            Field::Wrong => None,
            Field::Text(name, span) => {
                self.used_profiles.insert(name);
                let found = self.profiles.get(name).copied();
                if found.is_none() {
                    self.put(P::NoPortProfile, &at.key("profile"), span);
                }
                found.map(|profile| part(profile, "breakout").is_some())
            }
        };
        self.port_pipeline(port, breakout, at);
        match breakout {
            Some(true) => self.breakout_names(port, here, at),
            Some(false) => self.plain_name(port, at),
            None => {}
        }
    }

    fn port_pipeline(&mut self, port: Value<'s>, breakout: Option<bool>, at: &At<'_>) {
        let Field::Text(name, span) = field(port, "pipeline") else {
            return;
        };
        if !self.pipelines.contains(name) {
            self.put(P::NoPipeline, &at.key("pipeline"), span);
        } else if breakout == Some(false) {
            self.put(P::PipelineWithoutBreakout, &at.key("pipeline"), span);
        }
    }

    fn breakout_names(&mut self, port: Value<'s>, here: Span, at: &At<'_>) {
        if let Field::Text(name, span) = field(port, "nos")
            && self.sonic
            && !ends_in_number(name, "1/", i64::MIN)
        {
            self.put(P::BreakoutNos, &at.key("nos"), span);
        }
        match field(port, "baseNOSName") {
            Field::Missing => self.put(P::BreakoutBaseMissing, &at.key("baseNOSName"), here),
            Field::Text(name, span) if self.sonic && !ends_in_number(name, "Ethernet", 0) => {
                self.put(P::BreakoutBase, &at.key("baseNOSName"), span);
            }
            Field::Text(..) | Field::Wrong => {}
        }
    }

    fn plain_name(&mut self, port: Value<'s>, at: &At<'_>) {
        if let Field::Text(name, span) = field(port, "nos")
            && self.sonic
            && !ends_in_number(name, "Ethernet", 0)
        {
            self.put(P::DataNos, &at.key("nos"), span);
        }
    }
}

/// Tells whether a name is a prefix and a number not below `least`.
fn ends_in_number(name: &str, prefix: &str, least: i64) -> bool {
    name.strip_prefix(prefix)
        .and_then(number)
        .is_some_and(|number| number >= least)
}

fn is_data_name(name: &str) -> bool {
    let parts = name.strip_prefix('E').and_then(|rest| rest.split_once('/'));
    parts.is_some_and(|(asic, port)| {
        [asic, port]
            .into_iter()
            .all(|part| number(part).is_some_and(|number| number > 0))
    })
}
