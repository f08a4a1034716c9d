//! Grant tokens: the names of grants for callers. They are not secrets ("Grant tokens", Developer Guide); here every grant
//! is in force at once, so a token has nothing to hurry up, but one that names no grant is refused.

use crate::fault;
use crate::model::Place;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bastide_kernel::Fault;

/// The token of a grant on a key.
pub fn of(place: &Place, grant: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("1 {} {} {} {grant}", place.account, place.region, place.id))
}

/// The key and the grant that a token names.
///
/// # Errors
/// InvalidGrantTokenException.
pub fn read(token: &str) -> Result<(Place, String), Fault> {
    let text = URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let text = text.ok_or_else(fault::invalid_grant_token)?;
    let parts: Vec<&str> = text.split(' ').collect();
    let ["1", account, region, id, grant] = parts[..] else { return Err(fault::invalid_grant_token()) };
    match (account.parse(), region.parse()) {
        (Ok(account), Ok(region)) => Ok((Place { account, region, id: id.to_owned() }, grant.to_owned())),
        _ => Err(fault::invalid_grant_token()),
    }
}
