//! The user of a keyring: owns the bus name under which gnome-keyring asks its questions
//! (`org.gnome.keyring.internal.Prompter`, as in gcr), and never answers, or says no.

use std::{
    collections::HashMap,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use zbus::{
    blocking::{Connection, connection},
    interface,
    message::Header,
    zvariant::{OwnedObjectPath, OwnedValue, Value},
};

const NAME: &str = "org.gnome.keyring.SystemPrompter";
const PATH: &str = "/org/gnome/keyring/Prompter";
const CALLBACK: &str = "org.gnome.keyring.internal.Prompter.Callback";

/// A user who was put before the keyring's question.
pub(crate) struct Prompter {
    asked: Arc<AtomicUsize>,
    first: Arc<(Mutex<bool>, Condvar)>,
    _bus: Connection,
}

impl Prompter {
    /// They never answer.
    pub(crate) fn that_waits() -> Self {
        Self::new(Answer::Never)
    }

    /// They press Cancel.
    pub(crate) fn that_refuses() -> Self {
        Self::new(Answer::No)
    }

    fn new(answer: Answer) -> Self {
        let asked = Arc::new(AtomicUsize::new(0));
        let first = Arc::new((Mutex::new(false), Condvar::new()));
        let object = Object {
            answer,
            asked: Arc::clone(&asked),
            first: Arc::clone(&first),
        };
        let bus = connection::Builder::session()
            .unwrap()
            .serve_at(PATH, object)
            .unwrap()
            .name(NAME)
            .unwrap()
            .build()
            .unwrap();
        Self {
            asked,
            first,
            _bus: bus,
        }
    }

    /// How often they were asked.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// Returns once they were asked.
    pub(crate) fn wait_until_asked(&self) {
        let (asked, change) = &*self.first;
        drop(
            change
                .wait_while(asked.lock().unwrap(), |asked| !*asked)
                .unwrap(),
        );
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Never,
    No,
}

struct Object {
    answer: Answer,
    asked: Arc<AtomicUsize>,
    first: Arc<(Mutex<bool>, Condvar)>,
}

#[interface(name = "org.gnome.keyring.internal.Prompter")]
impl Object {
    /// The keyring wants to ask; it is told to go ahead.
    fn begin_prompting(&self, callback: OwnedObjectPath, #[zbus(header)] header: Header<'_>) {
        self.asked.fetch_add(1, Ordering::SeqCst);
        *self.first.0.lock().unwrap() = true;
        self.first.1.notify_all();
        if self.answer == Answer::No {
            answer(&header, callback, "");
        }
    }

    /// The question.
    fn perform_prompt(
        &self,
        callback: OwnedObjectPath,
        _kind: &str,
        _properties: HashMap<String, OwnedValue>,
        _exchange: &str,
        #[zbus(header)] header: Header<'_>,
    ) {
        answer(&header, callback, "no");
    }

    /// The keyring has no more questions.
    fn stop_prompting(&self, _callback: OwnedObjectPath) {}
}

/// Calls the keyring back, after the call that is being answered.
fn answer(header: &Header<'_>, callback: OwnedObjectPath, reply: &'static str) {
    let keyring = header.sender().unwrap().to_owned();
    thread::spawn(move || {
        let bus = Connection::session().unwrap();
        let properties: HashMap<&str, Value<'_>> = HashMap::new();
        let _ = bus.call_method(
            Some(keyring),
            &callback,
            Some(CALLBACK),
            "PromptReady",
            &(reply, properties, ""),
        );
    });
}
