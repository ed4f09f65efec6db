//! From the command line to a running window, and back out without losing a revocation.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use clap::Parser;
use keyfob_audit::Actor;
use keyfob_engine::{Engine, Options, SystemClock, view::DemoView};
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

/// The program's identifier; a profile of its own adds to it.
const IDENTIFIER: &str = "dev.keyfob.app";

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
    let data_dir = data_dir(arguments)?;
    let profile = profile(arguments, &data_dir);
    context.config_mut().identifier = match &profile {
        Some(profile) => format!("{IDENTIFIER}.{profile}"),
        None => IDENTIFIER.to_owned(),
    };
    let arguments = arguments.clone();
    let mut builder = tauri::Builder::default();
    if profile.is_none() {
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
        .setup(move |app| Ok(set_up(app.handle(), &arguments, data_dir, profile)?))
        .build(context)?;
    Ok(app)
}

fn set_up(
    app: &AppHandle,
    arguments: &Arguments,
    data_dir: PathBuf,
    profile: Option<String>,
) -> anyhow::Result<()> {
    let service = match profile {
        Some(profile) => format!("{IDENTIFIER}.{profile}"),
        None => IDENTIFIER.to_owned(),
    };
    let keychain: Arc<dyn Keychain> = if arguments.memory_keyring {
        Arc::new(MemoryKeychain::default())
    } else {
        Arc::new(OsKeychain::new(&service))
    };
    let profile_dir = data_dir.clone();
    let options = Options {
        data_dir,
        actor: Actor::User,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        demo: arguments.demo_issuer.clone().map(|issuer| DemoView {
            issuer,
            client_id: arguments.demo_client.clone(),
        }),
    };
    let host = Arc::new(Desktop::new(app.clone()));
    let engine = Engine::new(options, Arc::new(SystemClock::new()), keychain, host)?;
    app.manage(engine.clone());
    app.manage(window::Profile(profile_dir));
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

/// The folder of the platform for the user's data, or the one that was asked for.
fn data_dir(arguments: &Arguments) -> anyhow::Result<PathBuf> {
    if let Some(dir) = &arguments.data_dir {
        return Ok(std::path::absolute(dir)?);
    }
    let dirs = directories::ProjectDirs::from("dev", "keyfob", "Keyfob")
        .ok_or_else(|| anyhow::anyhow!("this user has no home folder"))?;
    Ok(dirs.data_dir().to_owned())
}

/// A profile in a folder of its own has its own name on the bus and in the keyring.
fn profile(arguments: &Arguments, data_dir: &std::path::Path) -> Option<String> {
    use std::hash::{DefaultHasher, Hash, Hasher};
    arguments.data_dir.as_ref()?;
    let mut hasher = DefaultHasher::new();
    data_dir.hash(&mut hasher);
    Some(format!("p{:016x}", hasher.finish()))
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
    use commands::{audit, sessions, signin, vault};
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
