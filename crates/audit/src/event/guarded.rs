//! Guarded fields: who and where. An export can keep, hash or remove each and still verify.

use serde::{Deserialize, Serialize};

use crate::digest::Salt;

macro_rules! guarded_fields {
    ($($(#[$doc:meta])* $variant:ident $field:ident = $name:literal,)*) => {
        /// The names of the guarded fields. None is the beginning of another, so that a name
        /// followed by a value can be read in one way only.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum GuardedField {
            $($(#[$doc])* $variant,)*
        }

        impl GuardedField {
            /// All guarded fields, in the order of the export's columns.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name that enters the commitment.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }

        /// The values of an event's guarded fields.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct Guarded {
            $($(#[$doc])* #[serde(default, skip_serializing_if = "Option::is_none")] pub $field: Option<String>,)*
        }

        impl Guarded {
            /// The value of one field.
            pub fn value(&self, field: GuardedField) -> Option<&str> {
                match field {
                    $(GuardedField::$variant => self.$field.as_deref(),)*
                }
            }

            pub(crate) fn value_mut(&mut self, field: GuardedField) -> &mut Option<String> {
                match field {
                    $(GuardedField::$variant => &mut self.$field,)*
                }
            }
        }

        /// The salts of an event's guarded fields, one for each that is present.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct Salts {
            $($(#[$doc])* #[serde(default, skip_serializing_if = "Option::is_none")] pub $field: Option<Salt>,)*
        }

        impl Salts {
            /// The salt of one field.
            pub fn salt(&self, field: GuardedField) -> Option<Salt> {
                match field {
                    $(GuardedField::$variant => self.$field,)*
                }
            }

            pub(crate) fn salt_mut(&mut self, field: GuardedField) -> &mut Option<Salt> {
                match field {
                    $(GuardedField::$variant => &mut self.$field,)*
                }
            }
        }
    };
}

guarded_fields! {
    /// Whom it is about: the account as the user knows it.
    Account account = "account",
    /// The host that was spoken to; no path, no query.
    Host host = "host",
    /// The device a session is on, as the provider names it.
    Device device = "device",
    /// The issuer identifier.
    Issuer issuer = "issuer",
    /// What the user calls the session.
    Label label = "label",
}

impl Guarded {
    /// Whether no field is present.
    pub fn is_empty(&self) -> bool {
        GuardedField::ALL
            .iter()
            .all(|field| self.value(*field).is_none())
    }
}

impl Salts {
    /// Whether no salt is present.
    pub fn is_empty(&self) -> bool {
        GuardedField::ALL
            .iter()
            .all(|field| self.salt(*field).is_none())
    }
}
