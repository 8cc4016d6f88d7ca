//! What a tree knows of its switches' profiles and ports, worked out once for all rules.

use std::collections::HashMap;

use super::Tree;
use crate::facts::{Switch, SwitchProfile};
use crate::ports::{self, Known, Layout, Profile};
use crate::schema::suggest;
use crate::settings::Outside;

/// What a look for a switch profile gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileLookup<'f> {
    /// It is there, and this is what it says.
    Known(&'f Profile),
    /// It is there, or may be, but nobody here knows what it says.
    Opaque,
    /// There is none of that name.
    Missing,
}

impl<'f> ProfileLookup<'f> {
    /// Returns what the profile says, where that is known.
    #[must_use]
    pub fn known(self) -> Option<&'f Profile> {
        match self {
            Self::Known(profile) => Some(profile),
            _ => None,
        }
    }
}

/// The ports of every switch of a tree.
#[derive(Debug, Default)]
pub struct SwitchPorts<'f> {
    layouts: HashMap<&'f str, Layout<'f>>,
}

impl<'f> Tree<'f> {
    /// Looks for a switch profile: in the tree first, then among those that every fabric has, then among those that some have.
    ///
    /// A profile of the tree that Hedgehog would not take is blamed itself, and nobody else is judged by it.
    #[must_use]
    pub fn profile(&self, name: &str) -> ProfileLookup<'f> {
        let found = self.find::<SwitchProfile>(name).found();
        if let Some(found) = found
            && found.it.is_sound()
        {
            return ProfileLookup::Known(&found.it.profile);
        }
        match ports::known(name) {
            Known::Builtin(profile) => ProfileLookup::Known(profile),
            Known::OptionalByName(_) => ProfileLookup::Opaque,
            Known::Unknown if found.is_some() || self.has_profiles_elsewhere() => {
                ProfileLookup::Opaque
            }
            Known::Unknown => ProfileLookup::Missing,
        }
    }

    /// Tells whether a fabric may have profiles of which nothing is known: where they are said to be kept elsewhere, or where
    /// the fabric admits its own and the tree holds none.
    fn has_profiles_elsewhere(&self) -> bool {
        let admitted = self.settings.network.extra_switch_profiles;
        match self.settings.outside {
            Outside::Auto => admitted && self.is_outside("SwitchProfile"),
            Outside::Kinds(_) => self.is_outside("SwitchProfile"),
        }
    }

    /// Returns the name of a profile that was probably meant by one that is not there.
    #[must_use]
    pub fn nearest_profile(&self, name: &str) -> Option<&'f str> {
        let own = self
            .all::<SwitchProfile>()
            .map(|profile| profile.name())
            .collect::<Vec<_>>();
        let builtin = ports::builtins().iter().map(|profile| &*profile.name);
        let optional = ports::optional().iter().copied();
        suggest::nearest(name, own.into_iter().chain(builtin).chain(optional))
    }

    /// Returns the ports of a switch; nothing where the switch is not there, or its profile is not known.
    ///
    /// The layouts of all switches are made at the first call and kept.
    #[must_use]
    pub fn layout(&self, switch: &str) -> Option<&Layout<'f>> {
        let ports = self.ports.get_or_init(|| SwitchPorts::of(self));
        ports.layouts.get(switch)
    }
}

impl<'f> SwitchPorts<'f> {
    fn of(tree: &Tree<'f>) -> Self {
        // A fabric has a handful of profiles and many switches.
        let mut profiles: HashMap<&str, Option<&'f Profile>> = HashMap::new();
        let layouts = tree.all::<Switch>().filter_map(|switch| {
            let name = switch.it.profile.text()?;
            let profile = *profiles
                .entry(name)
                .or_insert_with(|| tree.profile(name).known());
            let breakouts = switch.it.breakouts.iter().map(|setting| {
                let mode = setting.value.text().unwrap_or_default();
                (setting.port.as_str(), mode)
            });
            Some((switch.name(), Layout::new(profile?, breakouts)))
        });
        Self {
            layouts: layouts.collect(),
        }
    }
}
