//! The smallest window there can be: what `./dev bench` holds Keyfob's start and memory against.
#![expect(clippy::print_stderr, reason = "the bench waits for the word")]

use tauri::{WebviewUrl, WebviewWindowBuilder};

fn main() {
    tauri::Builder::default()
        .setup(|app| {
            WebviewWindowBuilder::new(app, "smallest", WebviewUrl::App("index.html".into()))
                .inner_size(1280.0, 800.0)
                .on_document_title_changed(|_, title| {
                    if title == "ready" {
                        eprintln!("ready");
                    }
                })
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!(
            "tests/bench/smallest-window/tauri.conf.json"
        ))
        .expect("a window opens");
}
