//! `keyfob login ISSUER`: in the browser, or by a code that is typed elsewhere.

use std::time::Duration;

use clap::Args;
use keyfob_engine::{
    Engine,
    view::{ErrorCode, FlowStage, FlowView, IssuerView, SignInRequest},
};

use crate::{
    answer::{Answer, Exit},
    ask::{secret_by_prompt, secret_from_stdin, sure},
    failure::Failure,
    shape::SessionObject,
    shell::{Outcome, Shell, tell},
};

/// How often the sign-in is looked at.
const LOOK: Duration = Duration::from_millis(100);
/// What is asked for where nothing else is said.
const SCOPES: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// Sign in at an issuer, in the browser or with --device
///
/// A client secret is typed at the terminal or read from standard input; there is no option for it,
/// because other programs can read a command line.
#[derive(Args)]
pub(crate) struct Login {
    /// The issuer, such as `https://id.example.com`
    issuer: String,
    /// The OAuth client; the one used there before, where there is one
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// Scopes, separated by spaces; may be given more than once
    #[arg(long = "scope", value_name = "SCOPES")]
    scopes: Vec<String>,
    /// By a code that is typed on another device
    #[arg(long)]
    device: bool,
    /// A name for the session
    #[arg(long, conflicts_with = "again")]
    name: Option<String>,
    /// Sign in again to this session
    #[arg(long, value_name = "NAME")]
    again: Option<String>,
    /// Ask for the client's secret, without echo
    #[arg(long)]
    client_secret_prompt: bool,
    /// Read the client's secret from the first line of standard input
    #[arg(long, conflicts_with = "client_secret_prompt")]
    client_secret_stdin: bool,
    /// The port of the redirect, where the provider wants a fixed one
    #[arg(long, value_name = "PORT")]
    redirect_port: Option<u16>,
    /// Allow an issuer in a private network or on this computer
    #[arg(long)]
    allow_private: bool,
    /// Make the first vault without asking
    #[arg(long)]
    yes: bool,
}

#[derive(serde::Serialize)]
struct SignedIn {
    session: SessionObject,
}

impl Login {
    pub(crate) fn run(self, shell: &Shell) -> Outcome {
        shell.with_engine("waiting for the sign-in", async |engine| {
            self.open_or_make(engine).await?;
            let request = self.request(engine).await?;
            let flow = engine.start_sign_in(request)?;
            let ended = follow(engine, &flow.id).await?;
            let row = engine.find_session(ended.session.as_deref().unwrap_or_default())?;
            if shell.json {
                let session = SessionObject::of(&row);
                return Ok(Answer::json(&SignedIn { session }, Exit::Done));
            }
            let account = row.account.as_deref().unwrap_or("an unnamed account");
            Ok(Answer::done(format!(
                "{}: signed in as {account} at {}\n",
                row.name, row.host
            )))
        })
    }

    /// The vault; on first use a new one, by the rules of the window: never beside keys whose vault
    /// is missing without the user's word.
    async fn open_or_make(&self, engine: &Engine) -> Result<(), Failure> {
        match engine.open_beside().await {
            Err(error) if error.code() == ErrorCode::VaultNotOpen => {}
            other => {
                other?;
                return Ok(engine.read_sessions().await?);
            }
        }
        let question = if engine.has_keys_without_vault().await {
            "There is no vault, but the keyring holds keys of one: perhaps its disk is not \
             mounted. Make a new vault"
        } else {
            "There is no vault yet. Make one, with its key in the system's keyring"
        };
        sure(self.yes, question)?;
        engine.create_vault().await?;
        Ok(())
    }

    async fn request(&self, engine: &Engine) -> Result<SignInRequest, Failure> {
        let session = match &self.again {
            Some(name) => Some(engine.find_session(name)?.id),
            None => None,
        };
        let known = engine.known_issuers().await?;
        let known = used_before(&known, &self.issuer, self.client_id.as_deref());
        let client_id = self
            .client_id
            .clone()
            .or_else(|| known.map(|it| it.client_id.clone()))
            .ok_or_else(|| Failure::usage("no client is known for this issuer; add --client-id"))?;
        if self.client_secret_prompt {
            engine.take_client_secret(secret_by_prompt("Client secret: ")?)?;
        } else if self.client_secret_stdin {
            engine.take_client_secret(secret_from_stdin()?)?;
        }
        let scopes = match (self.scopes.is_empty(), known) {
            (false, _) => self.scopes.clone(),
            (true, Some(known)) if !known.scopes.is_empty() => known.scopes.clone(),
            (true, _) => SCOPES.map(str::to_owned).to_vec(),
        };
        Ok(SignInRequest {
            issuer: known.map_or_else(|| self.issuer.clone(), |it| it.issuer.clone()),
            client_id,
            scopes,
            redirect_port: self.redirect_port.or(known.and_then(|it| it.redirect_port)),
            allow_private: self.allow_private || known.is_some_and(|it| it.allow_private),
            use_secret: self.client_secret_prompt || self.client_secret_stdin,
            device: self.device,
            session,
            name: self.name.clone(),
        })
    }
}

/// What is known of the issuer from before; of several clients the one that was named.
fn used_before<'a>(
    known: &'a [IssuerView],
    issuer: &str,
    client: Option<&str>,
) -> Option<&'a IssuerView> {
    let mut fitting = known.iter().filter(|it| {
        (it.issuer == issuer || it.host == issuer)
            && client.is_none_or(|client| it.client_id == client)
    });
    let first = fitting.next()?;
    fitting.next().is_none().then_some(first)
}

/// Follows a sign-in to its end, and says what the person has to do.
async fn follow(engine: &Engine, id: &str) -> Result<FlowView, Failure> {
    let mut told = false;
    loop {
        let view = engine.flow_state(id)?;
        if let Some(device) = &view.device
            && !told
        {
            tell(&format!(
                "go to {} and enter the code {}",
                device.verification_uri, device.user_code
            ));
            told = true;
        }
        match (view.stage, &view.error) {
            (FlowStage::Done, _) => return Ok(view),
            (FlowStage::Failed, Some(error)) => return Err(Failure::of_view(error)),
            (FlowStage::Failed, None) => return Err(ErrorCode::Internal.into()),
            _ => tokio::time::sleep(LOOK).await,
        }
    }
}
