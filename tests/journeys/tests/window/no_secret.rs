//! No command, no error and no event tells the page a secret: the whole table, with canaries in the
//! vault and on the clipboard.

use std::{
    collections::BTreeSet,
    process::{Command, ExitStatus},
    time::Duration,
};

use anyhow::{Context, Result};
use arboard::Clipboard;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use keyfob_journeys::{
    canary::Canary,
    places,
    provider::Provider,
    wait,
    window::{Profile, Window},
};
use serde_json::{Value, json};

/// The client secret that the provider knows, long enough to be a canary.
const CLIENT_SECRET: &str = "confidential-secret";

/// Every command that was called, and what came back.
struct Ear<'a> {
    window: &'a Window,
    called: BTreeSet<String>,
    succeeded: BTreeSet<String>,
    heard: String,
}

impl Ear<'_> {
    /// Calls a command and keeps its whole answer; what it answered when it succeeded.
    async fn call(&mut self, command: &str, arguments: Value) -> Result<Value> {
        let mut answer = self
            .window
            .answer(command, arguments)
            .await
            .context(command.to_owned())?;
        self.called.insert(command.to_owned());
        if answer.get("ok").is_some() {
            self.succeeded.insert(command.to_owned());
        }
        self.heard.push_str(&format!("{command} {answer}\n"));
        Ok(answer["ok"].take())
    }

    /// The same for one that opens a dialog of the system, which is closed again.
    async fn call_and_close_dialog(
        &mut self,
        command: &str,
        arguments: Value,
        title: &str,
    ) -> Result<()> {
        let close = async {
            // Until the dialog is there, there is nothing to close. It takes its window with it
            // at the press, so the key is let go for the whole display.
            let find = ["search", "--onlyvisible", "--name", title];
            loop {
                tokio::time::sleep(Duration::from_millis(200)).await;
                let _ = xdotool(&[&find[..], &["windowfocus", "key", "Escape"]].concat());
                let _ = xdotool(&["keyup", "Escape"]);
            }
        };
        tokio::select! {
            answer = self.call(command, arguments) => { answer?; }
            () = close => {}
        }
        Ok(())
    }

    async fn signs_in(
        &mut self,
        provider: &Provider,
        client: &str,
        use_secret: bool,
    ) -> Result<String> {
        let flow = self
            .call(
                "start_sign_in",
                json!({ "request": request(provider, client, use_secret, false) }),
            )
            .await?;
        let id = flow["id"].as_str().context("a flow begins")?.to_owned();
        loop {
            let view = self.call("flow_state", json!({ "id": id })).await?;
            match view["stage"].as_str() {
                Some("done") => {
                    return Ok(view["session"].as_str().context("a session")?.to_owned());
                }
                Some("failed") | None => anyhow::bail!("the sign-in as {client}: {view}"),
                Some(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }
}

fn xdotool(arguments: &[&str]) -> Result<ExitStatus> {
    Ok(Command::new("xdotool").args(arguments).status()?)
}

fn request(provider: &Provider, client: &str, use_secret: bool, device: bool) -> Value {
    json!({ "issuer": provider.issuer, "clientId": client, "scopes": ["openid", "profile", "email", "offline_access"],
        "redirectPort": null, "allowPrivate": true, "useSecret": use_secret, "device": device,
        "session": null, "name": null })
}

/// A token that anybody could have written: `alg` is `none`.
fn unsigned(issuer: &str) -> String {
    let part = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({ "iss": issuer, "sub": "mallory", "aud": "native", "exp": 4_102_444_800_i64, "iat": 1_700_000_000 });
    format!(
        "{}.{}.",
        part(json!({ "alg": "none", "typ": "JWT" })),
        part(claims)
    )
}

/// The names in the generated types of the bridge, which a test of the program holds against its
/// table.
fn all_commands() -> Result<BTreeSet<String>> {
    let types =
        std::fs::read_to_string(places::root().join("ui/src/shared/bridge/commands.gen.ts"))?;
    let name = |line: &str| {
        line.strip_prefix("  ")?
            .split_once(": { args:")
            .map(|(name, _)| name.to_owned())
    };
    Ok(types.lines().filter_map(name).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_command_and_no_event_tells_the_page_a_secret() -> Result<()> {
    let provider = Provider::start(&[])?;
    let profile = Profile::new()?;
    let arguments = ["--demo-issuer", provider.issuer.as_str()];
    let window = Window::open_at_home(&profile, &arguments).await?;
    listen(&window).await?;
    let mut clipboard = Clipboard::new()?;
    let mut canaries = vec![CLIENT_SECRET.to_owned()];
    let mut ear = Ear {
        window: &window,
        called: BTreeSet::new(),
        succeeded: BTreeSet::new(),
        heard: String::new(),
    };

    ear.call("app_state", json!({})).await?;
    ear.call("create_vault", json!({})).await?;
    ear.call("retry_unlock", json!({})).await?;
    ear.call("show_vault_folder", json!({})).await?;
    let settings = ear.call("settings", json!({})).await?;
    ear.call("set_settings", json!({ "settings": settings }))
        .await?;
    ear.call("give_up_waiting", json!({})).await?;
    ear.call("close_window", json!({ "answer": "ask" })).await?;
    ear.call("copy_report", json!({ "code": "internal" }))
        .await?;
    ear.call("autostart", json!({})).await?;
    ear.call("set_autostart", json!({ "on": false })).await?;

    // The ways in, each with something to hide.
    ear.call(
        "discover_issuer",
        json!({ "issuer": provider.issuer, "allowPrivate": true }),
    )
    .await?;
    let alice = ear.signs_in(&provider, "native", false).await?;
    remember(&profile, &mut canaries).await?;
    put(&mut clipboard, CLIENT_SECRET).await?;
    assert_eq!(
        ear.call("paste_client_secret", json!({})).await?["held"],
        true
    );
    let confidential = ear.signs_in(&provider, "confidential", true).await?;
    ear.call("paste_client_secret", json!({})).await?;
    ear.call("drop_client_secret", json!({})).await?;
    let token = unsigned(&provider.issuer);
    canaries.push(token.clone());
    put(&mut clipboard, &token).await?;
    let preview = ear.call("import_from_clipboard", json!({})).await?;
    let imported = ear
        .call(
            "import_commit",
            json!({ "id": preview["id"], "name": "unsigned" }),
        )
        .await?;
    let again = ear.call("import_from_clipboard", json!({})).await?;
    ear.call("import_discard", json!({ "id": again["id"] }))
        .await?;
    ear.call_and_close_dialog("import_from_file", json!({}), "Import a token")
        .await?;
    provider.user("away").await?;
    let flow = ear
        .call(
            "start_sign_in",
            json!({ "request": request(&provider, "native", false, true) }),
        )
        .await?;
    let shown = || async {
        let view = window
            .call("flow_state", json!({ "id": flow["id"] }))
            .await
            .ok()?;
        (view["stage"] == "waiting_for_device").then_some(())
    };
    wait::until("the code", shown).await?;
    for command in [
        "flow_state",
        "open_flow_page",
        "copy_user_code",
        "cancel_flow",
    ] {
        ear.call(command, json!({ "id": flow["id"] })).await?;
    }
    let issuers = ear.call("known_issuers", json!({})).await?;
    let issuer = issuers[0]["id"].clone();
    put(&mut clipboard, CLIENT_SECRET).await?;
    let pasted = ear.call("paste_client_secret", json!({})).await?;
    assert_eq!(pasted["held"], true);
    ear.call(
        "keep_admin_client",
        json!({ "id": issuer, "clientId": "admin" }),
    )
    .await?;
    let limits = json!({ "issuer": provider.issuer });
    ear.call("provider_limits", limits).await?;
    ear.call("drop_admin_client", json!({ "id": issuer }))
        .await?;
    for kind in ["scalekit", "oidc"] {
        ear.call("set_issuer_kind", json!({ "id": issuer, "kind": kind }))
            .await?;
    }

    // Everything that can be seen and done.
    let query = json!({ "text": "", "sort": "state", "descending": false, "grouped": true, "collapsed": [], "offset": 0, "limit": 100, "ids": true });
    ear.call("list_sessions", json!({ "query": query })).await?;
    let query = json!({ "text": "", "range": "quarter", "sort": "state", "descending": false, "grouped": true, "collapsed": [], "offset": 0, "limit": 100 });
    ear.call("timeline_page", json!({ "query": query })).await?;
    for id in [json!(alice), json!(confidential), imported["id"].clone()] {
        ear.call("session_detail", json!({ "id": id })).await?;
        for kind in ["id", "access", "refresh"] {
            ear.call("session_claims", json!({ "id": id, "kind": kind }))
                .await?;
        }
        ear.call("session_history", json!({ "id": id })).await?;
        ear.call("session_findings", json!({ "id": id })).await?;
        for command in ["dismiss_finding", "restore_finding"] {
            ear.call(command, json!({ "id": id, "code": "not_signed" }))
                .await?;
        }
        ear.call("rename_session", json!({ "id": id, "name": "renamed" }))
            .await?;
        ear.call("label_session", json!({ "id": id, "labels": ["prod"] }))
            .await?;
        for header in [false, true] {
            ear.call("copy_access_token", json!({ "id": id, "header": header }))
                .await?;
        }
        // A copied token on the clipboard, and the commands that read it.
        ear.call("import_from_clipboard", json!({})).await?;
        ear.call("clear_clipboard", json!({})).await?;
        ear.call("refresh_session", json!({ "id": id })).await?;
    }
    remember(&profile, &mut canaries).await?;
    ear.call("refresh_due", json!({})).await?;
    ear.call("pause_refresh", json!({ "paused": true })).await?;
    ear.call("pause_refresh", json!({ "paused": false }))
        .await?;
    ear.call(
        "take_over_session",
        json!({ "id": imported["id"], "request": request(&provider, "native", false, false) }),
    )
    .await?;
    let policy = json!({ "scope": { "scope": "all" }, "unusedMs": 60_000, "totalMs": null, "warnMs": 0, "action": "revoke" });
    let policies = json!({ "policies": [policy] });
    ear.call("preview_policies", policies.clone()).await?;
    ear.call("set_policies", policies).await?;
    ear.call("policies", json!({})).await?;
    ear.call("set_policies", json!({ "policies": [] })).await?;
    let everything = json!({ "scope": { "scope": "everything" } });
    ear.call("revoke_preview", everything.clone()).await?;
    ear.call("revoke", everything).await?;
    ear.call("undo_revoke", json!({ "id": alice })).await?;
    ear.call("sign_out_in_browser", json!({ "id": alice }))
        .await?;
    ear.call("revoke_now", json!({ "id": confidential }))
        .await?;
    window.row_becomes(&confidential, "revoked").await?;
    ear.call("remove_session", json!({ "id": confidential }))
        .await?;
    ear.call("forget_session", json!({ "id": alice })).await?;

    let filter = json!({ "text": "", "events": [], "actors": [], "results": [], "from": null, "to": null,
        "session": null, "offset": 0, "limit": 500 });
    ear.call("audit_page", json!({ "filter": filter })).await?;
    ear.call("audit_chain", json!({})).await?;
    for format in ["jsonl", "csv"] {
        let export = json!({ "request": { "format": format, "accounts": "keep", "hosts": "keep", "filter": filter } });
        ear.call("export_preview", export.clone()).await?;
        ear.call("export_audit", export.clone()).await?;
        ear.call_and_close_dialog("choose_export_target", export, "Export the audit log")
            .await?;
    }
    ear.call("export_progress", json!({})).await?;
    ear.call("cancel_export", json!({})).await?;
    ear.call("show_export", json!({})).await?;
    ear.call("forget_issuer", json!({ "id": issuer })).await?;
    ear.call("lock", json!({})).await?;
    ear.call("session_detail", json!({ "id": alice })).await?;
    ear.call("unlock", json!({})).await?;
    ear.call("accept_older_copy", json!({})).await?;
    ear.call("start_new_vault", json!({})).await?;

    let events = window.page.execute("return window.heard", vec![]).await?;
    let count = events.as_array().map_or(0, Vec::len);
    assert!(count > 10, "events were heard: {events}");
    let Ear {
        mut called,
        succeeded,
        heard,
        ..
    } = ear;
    window.quit().await?;
    // It answers nothing: the program is gone.
    called.insert("quit".to_owned());

    assert_eq!(called, all_commands()?, "every command was called");
    let refused: Vec<&str> = called.difference(&succeeded).map(String::as_str).collect();
    // The stand-in for xdg-open shows no folders, no vault is started beside one that is open, and
    // a profile of its own never starts at login.
    let expected = [
        "quit",
        "set_autostart",
        "show_export",
        "show_vault_folder",
        "start_new_vault",
    ];
    assert_eq!(refused, expected, "the others do their work, in: {heard}");
    let heard = format!("{heard}\n{events}");
    search(&canaries, heard.as_bytes());
    Ok(())
}

/// Puts a text on the clipboard and waits until the display says so.
async fn put(clipboard: &mut Clipboard, text: &str) -> Result<()> {
    clipboard.set_text(text)?;
    while clipboard.get_text().ok().as_deref() != Some(text) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// Keeps what every event brings, from now on.
async fn listen(window: &Window) -> Result<()> {
    let script = "const [done] = arguments; const tauri = window.__TAURI_INTERNALS__; window.heard = []; \
        const handler = tauri.transformCallback((event) => window.heard.push(event)); \
        tauri.invoke('plugin:event|listen', { event: 'changed', target: { kind: 'Any' }, handler }) \
        .then(() => done(null), (error) => done(String(error)));";
    let problem = window.page.execute_async(script, vec![]).await?;
    assert_eq!(problem, Value::Null);
    Ok(())
}

/// Adds every token that is in the vault now.
async fn remember(profile: &Profile, canaries: &mut Vec<String>) -> Result<()> {
    for tokens in profile.tokens().await? {
        canaries.extend(tokens.all().map(str::to_owned));
    }
    Ok(())
}

fn search(canaries: &[String], heard: &[u8]) {
    assert!(canaries.len() > 8, "{} canaries", canaries.len());
    for secret in canaries {
        let canary = Canary::of(secret);
        assert_eq!(canary.found_in(heard), Vec::<&str>::new());
        for (form, bytes) in canary.every_form() {
            let planted = [&heard[..heard.len() / 2], bytes].concat();
            assert!(
                canary.found_in(&planted).contains(&form),
                "the search finds {form}"
            );
        }
    }
}
