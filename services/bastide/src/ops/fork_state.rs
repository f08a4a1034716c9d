//! Bastide ForkState: a copy of the whole house, as of now or of a snapshot, that lives its own life.
//!
//! The copy goes below the data directory and nowhere else: the caller names it, the server's user writes it.

use crate::{ask, fault, only_management};
use bastide_kernel::{Ask, Cx, Fault, Granted, Op, Read, shape};

shape! {
    pub struct ForkState {
        Name: String,
        Snapshot: Option<String>,
    }

    pub struct Output {
        Directory: String,
    }
}

impl Op for ForkState {
    const NAME: &'static str = "ForkState";
    /// It changes nothing of this house, and copying takes longer than the bracket may.
    const READ_ONLY: bool = true;
    type Output = Output;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        ask(cx, "bastide:ForkState", &format!("fork/{}", self.Name))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Output, Fault> {
        only_management(cx.account(), cx.cloud())?;
        let directory = cx.cloud().directory();
        let directory = directory.ok_or_else(|| {
            fault::invalid_request("This Bastide keeps nothing on disk (--ephemeral), so there is nothing to fork.")
        })?;
        if self.Name.starts_with('.') {
            return Err(fault::invalid_request("The name of a fork does not begin with a dot."));
        }
        let target = directory.path().join("forks").join(&self.Name);
        if target.exists() {
            return Err(fault::conflict(format!("There is a fork {} already.", self.Name)));
        }
        let as_of = match &self.Snapshot {
            Some(name) => {
                let saved = cx.tx.saved().iter().find(|saved| saved.name == *name);
                Some(saved.ok_or_else(|| fault::not_found(format!("There is no snapshot {name}.")))?)
            }
            None => None,
        };
        directory.fork(cx.cloud().store(), &target, as_of).map_err(Fault::internal)?;
        Ok(Output { Directory: target.display().to_string() })
    }
}
