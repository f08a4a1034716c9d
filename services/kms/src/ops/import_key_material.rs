//! KMS ImportKeyMaterial. Real: material for every key spec, unwrapped and checked; expiry by the clock; the same material
//! again after it was deleted or has expired; a second material of a symmetric key waits for its rotation.

use super::get_parameters_for_import::external;
use super::prelude::*;
use crate::model::crypto::{Hidden, material_id, wrap};
use crate::model::spec::Kind;

shape! {
    pub struct ImportKeyMaterial {
        KeyId: String,
        ImportToken: Vec<u8>,
        EncryptedKeyMaterial: Vec<u8>,
        ValidTo: Option<Timestamp>,
        ExpirationModel: Option<ExpirationModel>,
        ImportType: Option<ImportType>,
        KeyMaterialDescription: Option<String>,
        KeyMaterialId: Option<String>,
    }

    pub struct ImportKeyMaterialResponse {
        KeyId: String,
        KeyMaterialId: Option<String>,
    }
}

impl ImportKeyMaterial {
    fn model(&self) -> ExpirationModel {
        self.ExpirationModel.unwrap_or(ExpirationModel::Expires)
    }

    /// When the material expires.
    ///
    /// # Errors
    /// ValidationException when model and date do not go together.
    fn expires(&self, now: Timestamp) -> Result<Option<Timestamp>, Fault> {
        match (self.model(), self.ValidTo) {
            (ExpirationModel::Expires, None) => {
                Err(fault::validation("A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES"))
            }
            (ExpirationModel::DoesNotExpire, Some(_)) => Err(fault::validation(
                "A validTo date must not be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE",
            )),
            (ExpirationModel::Expires, Some(at)) if at <= now || at > now.plus_secs(MATERIAL_DAYS_MAX * DAY_SECS) => {
                Err(fault::validation("ValidTo must be in the future, and no more than 365 days away."))
            }
            (_, at) => Ok(at),
        }
    }

    /// Unwraps the material.
    ///
    /// # Errors
    /// InvalidImportTokenException, ExpiredImportTokenException, InvalidCiphertextException.
    fn unwrapped(&self, cx: &Cx<'_>, key: &Key) -> Result<SecretBytes, Fault> {
        let token = std::str::from_utf8(&self.ImportToken).unwrap_or_default();
        let import = imports::get(cx.tx, &key.place, token);
        let import = import.ok_or_else(|| fault::invalid_token("The import token is not one for this key."))?;
        let private = import.private.as_ref().filter(|_| cx.now() < import.valid_to);
        let private = private.ok_or_else(|| fault::expired_token("The import token has expired."))?;
        wrap::unwrap(private, import.algorithm, &self.EncryptedKeyMaterial).ok_or_else(fault::invalid_ciphertext)
    }
}

/// The public half of the material, which must be of the key's spec.
///
/// # Errors
/// IncorrectKeyMaterialException.
fn checked(key: &Key, secret: &SecretBytes) -> Result<Option<Vec<u8>>, Fault> {
    let wrong = || fault::incorrect_material(format!("The key material is not of key spec {}.", key.spec.as_str()));
    let length = match key.spec.info()?.kind {
        Kind::Symmetric => 32,
        Kind::Hmac(length) => length,
        Kind::Rsa(_) | Kind::Ecc | Kind::MlDsa => {
            let pair = Pair::read(key.spec, secret.clone()).ok_or_else(wrong)?;
            return Ok(Some(pair.public));
        }
    };
    if secret.expose().len() == length { Ok(None) } else { Err(wrong()) }
}

/// Which of the key's materials this is: one that it knows, or a new one.
///
/// # Errors
/// IncorrectKeyMaterialException; KMSInvalidStateException while another one waits for its rotation.
fn place_in(key: &Key, id: &str, asked: Option<ImportType>) -> Result<MaterialState, Fault> {
    let known = key.material(id).map(|material| material.state);
    let symmetric = key.spec == KeySpec::SymmetricDefault;
    let new = asked.map_or(key.materials.is_empty(), |asked| asked == ImportType::New);
    match (known, new) {
        (Some(state), _) if !new || key.materials.len() == 1 => Ok(state),
        (None, true) if key.materials.is_empty() => Ok(MaterialState::Current),
        (None, true) if symmetric => {
            let waiting = key.materials.iter().find(|material| material.state == MaterialState::PendingRotation);
            match waiting {
                None => Ok(MaterialState::PendingRotation),
                Some(waiting) => Err(fault::invalid_state(format!(
                    "New key material (id: {id}) cannot be imported into KMS key {}, because another key material \
                     (id: {}) is pending rotation.",
                    key.arn(),
                    waiting.id
                ))),
            }
        }
        _ => Err(fault::incorrect_material("The key material is not the one that was imported into this key before.")),
    }
}

impl Op for ImportKeyMaterial {
    const NAME: &'static str = "ImportKeyMaterial";
    const READ_ONLY: bool = false;
    type Output = ImportKeyMaterialResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let ask = policy::on_own_key(cx, "kms:ImportKeyMaterial", &self.KeyId)?;
        let ask = ask.key("kms:ExpirationModel", [self.model().as_str().to_owned()]);
        Ok(match self.ValidTo {
            Some(at) => ask.key("kms:ValidTo", [at.whole_seconds().iso8601()]),
            None => ask,
        })
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ImportKeyMaterialResponse, Fault> {
        let key = external(cx, &self.KeyId, Self::NAME)?;
        let expires = self.expires(cx.now())?;
        let secret = self.unwrapped(cx, &key)?;
        let public = checked(&key, &secret)?;
        let id = material_id(&key.place.id, secret.expose());
        if self.KeyMaterialId.as_ref().is_some_and(|wanted| *wanted != id) {
            return Err(fault::incorrect_material("The key material is not the one that KeyMaterialId names."));
        }
        self.fits_family(cx, &key, &id)?;
        let state = place_in(&key, &id, self.ImportType)?;
        let old = key.material(&id);
        let material = Material {
            id: id.clone(),
            secret: Some(Hidden::new(secret)),
            public,
            state,
            rotated: old.and_then(|old| old.rotated),
            expires,
            description: self.KeyMaterialDescription.or_else(|| old.and_then(|old| old.description.clone())),
        };
        keys::change(cx.tx, &key.place, |key| {
            match key.materials.iter_mut().find(|known| known.id == material.id) {
                Some(known) => *known = material,
                None => key.materials.push(material),
            }
            if key.state == KeyState::PendingImport {
                key.state = key.resting_state();
            }
        });
        if let Some(at) = expires {
            jobs::schedule_expiry(cx, &key.place, &id, at)?;
        }
        let symmetric = key.spec == KeySpec::SymmetricDefault;
        Ok(ImportKeyMaterialResponse { KeyId: key.arn(), KeyMaterialId: symmetric.then_some(id) })
    }
}

impl ImportKeyMaterial {
    /// The members of a multi-Region family have the same material.
    ///
    /// # Errors
    /// IncorrectKeyMaterialException.
    fn fits_family(&self, cx: &Cx<'_>, key: &Key, id: &str) -> Result<(), Fault> {
        let primary = key.multi_region.as_ref().map(|family| key.place.in_region(family.primary));
        let primary = primary.filter(|place| *place != key.place).and_then(|place| keys::get(cx.tx, &place));
        match primary {
            Some(primary) if primary.material(id).is_none() => {
                Err(fault::incorrect_material("The key material is not that of the primary key."))
            }
            _ => Ok(()),
        }
    }
}
