//! From the command line to a running window, and back out without losing a revocation.

use std::{process::ExitCode, sync::Arc};

use clap::Parser;
use keyfob_audit::Actor;
use keyfob_engine::{Engine, Options, Profile, SystemClock, view::DemoView};
use keyfob_keychain::{Keychain, MemoryKeychain, OsKeychain};
use tauri::{AppHandle, Manager, RunEvent, WindowEvent};

use crate::{
    arguments::Arguments,
    autostart, commands, desk, harden,
    host::Desktop,
    idle,
    leaving::{self, Leaving},
    preflight, tray, window,
};

/// Starts Keyfob and comes back when it has ended.
#[expect(
    clippy::print_stderr,
    reason = "without a window, the terminal is all there is"
)]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("KEYFOB_LOG")
                .unwrap_or_else(|_| "warn,keyfob=info".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    if harden::automation_is_refused() {
        eprintln!(
            "Keyfob does not start with TAURI_WEBVIEW_AUTOMATION set: it would open the window to scripts."
        );
        return ExitCode::FAILURE;
    }
    if let Some(problem) = preflight::problem() {
        eprintln!("{problem}");
        return ExitCode::FAILURE;
    }
    harden::process();
    match build(&arguments) {
        Ok(app) => {
            app.run(on_event);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("Keyfob could not start: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn build(arguments: &Arguments) -> anyhow::Result<tauri::App> {
    let mut context = tauri::generate_context!();
    let profile = Profile::of(arguments.data_dir.as_deref())?;
    profile
        .identifier()
        .clone_into(&mut context.config_mut().identifier);
    let arguments = arguments.clone();
    let mut builder = tauri::Builder::default();
    if !profile.is_own() {
        // A profile in a folder of its own leaves nothing outside of it.
        builder = autostart::offered(builder.plugin(window::remembering()));
    }
    #[cfg(not(target_os = "linux"))]
    {
        builder = builder.plugin(tauri_plugin_notification::init());
    }
    let app = builder
        .plugin(tauri_plugin_single_instance::init(|app, _, _| {
            if window::show(app).is_err() {
                tracing::warn!("the window could not be shown");
            }
        }))
        .plugin(tauri_plugin_dialog::init())
        .manage(Leaving::default())
        .manage(tray::Tray::default())
        .manage(idle::Idle::default())
        .invoke_handler(handler())
        .setup(move |app| Ok(set_up(app.handle(), &arguments, &profile)?))
        .build(context)?;
    Ok(app)
}

fn set_up(app: &AppHandle, arguments: &Arguments, profile: &Profile) -> anyhow::Result<()> {
    let keychain: Arc<dyn Keychain> = if arguments.memory_keyring {
        Arc::new(MemoryKeychain::default())
    } else {
        Arc::new(OsKeychain::new(profile.identifier()))
    };
    let options = Options {
        data_dir: profile.data_dir().to_owned(),
        actor: Actor::User,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        demo: arguments.demo_issuer.clone().map(|issuer| DemoView {
            issuer,
            client_id: arguments.demo_client.clone(),
        }),
    };
    let host = Arc::new(Desktop::new(app.clone()));
    let engine = Engine::new(options, Arc::new(SystemClock::new()), keychain, host);
    app.manage(engine.clone());
    app.manage(window::Profile(profile.data_dir().to_owned()));
    tray::start(app);
    if !arguments.hidden {
        window::show(app)?;
    }
    #[cfg(unix)]
    leaving::on_signals(app);
    let handle = app.clone();
    tauri::async_runtime::spawn(async move {
        engine.open().await;
        engine.start_loop();
        desk::listen(&engine);
        handle.state::<idle::Idle>().touched(&engine);
        window::apply_theme(&handle, engine.settings().theme);
        loop {
            tokio::time::sleep(idle::EVERY).await;
            handle.state::<idle::Idle>().look(&engine).await;
        }
    });
    Ok(())
}

fn on_event(app: &AppHandle, event: RunEvent) {
    match event {
        RunEvent::WindowEvent {
            event: WindowEvent::CloseRequested { api, .. },
            label,
            ..
        } if label == window::MAIN => {
            api.prevent_close();
            leaving::close(app);
        }
        // Logging out of the desktop, or the last window gone: the engine is wound up first.
        RunEvent::ExitRequested { api, .. } if !app.state::<Leaving>().has_begun() => {
            api.prevent_exit();
            leaving::quit(app);
        }
        _ => {}
    }
}

fn handler() -> impl Fn(tauri::ipc::Invoke) -> bool + Send + Sync + 'static {
    use commands::{audit, checks, sessions, signin, vault};
    tauri::generate_handler![
        vault::app_state,
        vault::create_vault,
        vault::retry_unlock,
        vault::start_new_vault,
        vault::lock,
        vault::unlock,
        vault::accept_older_copy,
        vault::show_vault_folder,
        vault::settings,
        vault::set_settings,
        vault::quit,
        vault::copy_report,
        vault::give_up_waiting,
        vault::close_window,
        vault::autostart,
        vault::set_autostart,
        vault::policies,
        vault::set_policies,
        vault::preview_policies,
        sessions::list_sessions,
        sessions::session_detail,
        sessions::session_claims,
        sessions::session_history,
        checks::session_findings,
        checks::dismiss_finding,
        checks::restore_finding,
        checks::timeline_page,
        sessions::rename_session,
        sessions::label_session,
        sessions::refresh_session,
        sessions::refresh_due,
        sessions::pause_refresh,
        sessions::copy_access_token,
        sessions::clear_clipboard,
        sessions::forget_session,
        sessions::remove_session,
        sessions::take_over_session,
        sessions::sign_out_in_browser,
        sessions::revoke_preview,
        sessions::revoke,
        sessions::undo_revoke,
        sessions::revoke_now,
        signin::known_issuers,
        signin::forget_issuer,
        signin::keep_admin_client,
        signin::drop_admin_client,
        signin::set_issuer_kind,
        signin::provider_limits,
        signin::discover_issuer,
        signin::paste_client_secret,
        signin::drop_client_secret,
        signin::start_sign_in,
        signin::flow_state,
        signin::cancel_flow,
        signin::open_flow_page,
        signin::copy_user_code,
        signin::import_from_clipboard,
        signin::import_from_file,
        signin::import_commit,
        signin::import_discard,
        audit::audit_page,
        audit::audit_chain,
        audit::export_preview,
        audit::choose_export_target,
        audit::export_audit,
        audit::export_progress,
        audit::cancel_export,
        audit::show_export,
    ]
}
