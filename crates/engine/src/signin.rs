//! Signing in: by the browser or by a device code, each a flow that can be watched and cancelled.

mod ask;
mod browser;
mod device;
mod finish;
mod naming;
mod prepare;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use keyfob_secret::ClientSecret;
use keyfob_token::UnixMillis;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub(crate) use naming::{Wish, free_name, settle_name};
pub(crate) use prepare::clean_client_id;

use crate::{
    engine::{Core, Engine, locked},
    error::{EngineError, host_of},
    host::Changed,
    view::{DeviceCodeView, ErrorCode, FlowStage, FlowView, SecretStatus, SignInRequest},
};

/// Sign-ins at once; more is a mistake or an attack.
const MOST_FLOWS: usize = 8;
/// How long the browser may take, milliseconds.
const BROWSER_MS: i64 = 5 * 60_000;
/// Longest client secret, characters.
const LONGEST_SECRET: usize = 4096;

/// The sign-ins that run or have just ended.
#[derive(Default)]
pub(crate) struct Flows(Mutex<HashMap<Uuid, Flow>>);

struct Flow {
    view: FlowView,
    cancel: CancellationToken,
    /// The page to open again; it holds `state`, so it never crosses to the page.
    page: Option<String>,
}

impl Flows {
    pub(crate) fn cancel_all(&self) {
        for flow in locked(&self.0).values() {
            flow.cancel.cancel();
        }
    }

    fn update(&self, id: Uuid, change: impl FnOnce(&mut FlowView)) {
        if let Some(flow) = locked(&self.0).get_mut(&id) {
            change(&mut flow.view);
        }
    }
}

impl Engine {
    /// Starts a sign-in; [`Engine::flow_state`] says how it goes on.
    ///
    /// # Errors
    /// The request is not usable, or too many run already.
    pub fn start_sign_in(&self, request: SignInRequest) -> Result<FlowView, EngineError> {
        let core = &self.core;
        core.require_open()?;
        let request = prepare::checked(request)?;
        let id = Uuid::new_v4();
        let cancel = core.stop.child_token();
        let view = FlowView {
            id: id.to_string(),
            stage: FlowStage::Discovering,
            host: host_of(&request.issuer),
            device: None,
            deadline: (core.now().wall + BROWSER_MS).0,
            session: None,
            session_name: None,
            error: None,
        };
        let mut flows = locked(&core.flows.0);
        flows.retain(|_, flow| !flow.view.stage.is_over() || flows_keeps(&flow.view, core));
        let running = flows
            .values()
            .filter(|flow| !flow.view.stage.is_over())
            .count();
        if running >= MOST_FLOWS {
            return Err(ErrorCode::SignInAlreadyRunning.into());
        }
        flows.insert(
            id,
            Flow {
                view: view.clone(),
                cancel: cancel.clone(),
                page: None,
            },
        );
        drop(flows);
        let runner = core.clone();
        core.tasks
            .spawn(async move { runner.run_flow(id, request, cancel).await });
        Ok(view)
    }

    /// Where a sign-in stands.
    ///
    /// # Errors
    /// There is no such sign-in.
    pub fn flow_state(&self, id: &str) -> Result<FlowView, EngineError> {
        self.core.with_flow(id, |flow| flow.view.clone())
    }

    /// Gives a sign-in up.
    ///
    /// # Errors
    /// There is no such sign-in.
    pub fn cancel_flow(&self, id: &str) -> Result<FlowView, EngineError> {
        self.core.with_flow(id, |flow| {
            flow.cancel.cancel();
            flow.view.clone()
        })
    }

    /// Opens the page of a sign-in again.
    ///
    /// # Errors
    /// There is no such sign-in, or no browser.
    pub fn open_flow_page(&self, id: &str) -> Result<(), EngineError> {
        let page = self.core.with_flow(id, |flow| flow.page.clone())?;
        self.core
            .host
            .open_browser(&page.ok_or(ErrorCode::SignInCancelled)?)
    }

    /// Copies the user code of a device sign-in.
    ///
    /// # Errors
    /// There is no such sign-in, or no clipboard.
    pub fn copy_user_code(&self, id: &str) -> Result<(), EngineError> {
        let device = self.core.with_flow(id, |flow| flow.view.device.clone())?;
        let code = device.ok_or(ErrorCode::DeviceNotOffered)?.user_code;
        self.core.host.copy_text(&code)
    }

    /// Takes a client secret from the clipboard; only its length is told.
    ///
    /// # Errors
    /// The clipboard is empty, or holds what no secret looks like.
    pub fn paste_client_secret(&self) -> Result<SecretStatus, EngineError> {
        self.core.require_open()?;
        let pasted = self.core.host.read_clipboard()?;
        // EXPOSE: trimmed into the type that keeps it; the clipboard's copy is wiped.
        self.take_client_secret(ClientSecret::new(pasted.expose().trim().to_owned()))
    }

    /// Takes a client secret for the next sign-in from the shell, which read it where no other
    /// program can; only its length is told.
    ///
    /// # Errors
    /// The vault is locked, or no secret looks like this.
    pub fn take_client_secret(&self, secret: ClientSecret) -> Result<SecretStatus, EngineError> {
        self.core.require_open()?;
        if secret.is_empty() || secret.len() > LONGEST_SECRET {
            return Err(ErrorCode::ClipboardEmpty.into());
        }
        let length = u32::try_from(secret.len()).unwrap_or(u32::MAX);
        *locked(&self.core.pasted_secret) = Some(secret);
        Ok(SecretStatus { held: true, length })
    }

    /// Drops the client secret taken from the clipboard.
    pub fn drop_client_secret(&self) -> SecretStatus {
        self.core.drop_pasted_secret();
        SecretStatus {
            held: false,
            length: 0,
        }
    }
}

impl FlowStage {
    fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed)
    }
}

/// Ended sign-ins stay readable for ten minutes.
fn flows_keeps(view: &FlowView, core: &Core) -> bool {
    core.now().wall - UnixMillis(view.deadline) < 10 * 60_000
}

impl Core {
    pub(crate) fn drop_pasted_secret(&self) {
        *locked(&self.pasted_secret) = None;
    }

    fn with_flow<T>(&self, id: &str, look: impl FnOnce(&mut Flow) -> T) -> Result<T, EngineError> {
        let id = Uuid::parse_str(id).map_err(|_| ErrorCode::SignInCancelled)?;
        let mut flows = locked(&self.flows.0);
        flows
            .get_mut(&id)
            .map(look)
            .ok_or_else(|| ErrorCode::SignInCancelled.into())
    }

    async fn run_flow(
        self: Arc<Self>,
        id: Uuid,
        request: SignInRequest,
        cancel: CancellationToken,
    ) {
        let outcome = if request.device {
            self.sign_in_by_device(id, &request, &cancel).await
        } else {
            self.sign_in_by_browser(id, &request, &cancel).await
        };
        match outcome {
            Ok(session) => self.flow(id, |view| {
                view.stage = FlowStage::Done;
                view.session = Some(session.id.0.to_string());
                view.session_name = Some(session.name);
            }),
            Err(error) => {
                self.record_failed_sign_in(&request, &error).await;
                self.flow(id, |view| {
                    view.stage = FlowStage::Failed;
                    view.error = Some(error.view());
                });
            }
        }
    }

    /// Changes what is shown of a flow.
    fn flow(&self, id: Uuid, change: impl FnOnce(&mut FlowView)) {
        self.flows.update(id, change);
        self.host.changed(Changed::Flow);
    }

    fn show_device_code(&self, id: Uuid, code: DeviceCodeView) {
        let page = code
            .verification_uri_complete
            .clone()
            .unwrap_or(code.verification_uri.clone());
        if let Some(flow) = locked(&self.flows.0).get_mut(&id) {
            flow.page = Some(page);
        }
        self.flow(id, |view| {
            view.stage = FlowStage::WaitingForDevice;
            view.deadline = code.expires_at;
            view.device = Some(code);
        });
    }

    fn show_browser_page(&self, id: Uuid, url: &str) -> Result<(), EngineError> {
        if let Some(flow) = locked(&self.flows.0).get_mut(&id) {
            flow.page = Some(url.to_owned());
        }
        self.flow(id, |view| view.stage = FlowStage::WaitingForBrowser);
        self.host.open_browser(url)
    }
}
