//! What is asked of the Secret Service, overheard on the bus.

use std::collections::BTreeMap;

use zbus::{
    MatchRule,
    blocking::{Connection, MessageIterator, fdo::MonitoringProxy},
    message::Type,
};

/// All calls from now on.
pub(crate) struct Calls(MessageIterator);

impl Calls {
    /// Begins to listen.
    pub(crate) fn overheard() -> Self {
        let bus = Connection::session().unwrap();
        let to_the_service = MatchRule::builder()
            .msg_type(Type::MethodCall)
            .path_namespace("/org/freedesktop/secrets")
            .unwrap()
            .build();
        let monitor = MonitoringProxy::new(&bus).unwrap();
        monitor.become_monitor(&[to_the_service], 0).unwrap();
        Self(MessageIterator::from(&bus))
    }

    /// The names of the methods that each caller called, in order, up to the first of this name.
    pub(crate) fn by_caller_until(self, last: &str) -> BTreeMap<String, Vec<String>> {
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for message in self.0 {
            let message = message.unwrap();
            // The bus tells a monitor that it has lost its name.
            if message.message_type() != Type::MethodCall {
                continue;
            }
            let header = message.header();
            let (Some(caller), Some(member)) = (header.sender(), header.member()) else {
                continue;
            };
            let calls = found.entry(caller.to_string()).or_default();
            calls.push(member.to_string());
            if member.as_str() == last {
                break;
            }
        }
        found
    }
}
