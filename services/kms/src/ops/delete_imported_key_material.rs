//! KMS DeleteImportedKeyMaterial. Real: at once, with the key waiting for the same material then; without material nothing
//! happens.

use super::get_parameters_for_import::external;
use super::prelude::*;

shape! {
    pub struct DeleteImportedKeyMaterial {
        KeyId: String,
        KeyMaterialId: Option<String>,
    }

    pub struct DeleteImportedKeyMaterialResponse {
        KeyId: String,
        KeyMaterialId: Option<String>,
    }
}

impl Op for DeleteImportedKeyMaterial {
    const NAME: &'static str = "DeleteImportedKeyMaterial";
    const READ_ONLY: bool = false;
    type Output = DeleteImportedKeyMaterialResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_own_key(cx, "kms:DeleteImportedKeyMaterial", &self.KeyId)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<DeleteImportedKeyMaterialResponse, Fault> {
        let key = external(cx, &self.KeyId, Self::NAME)?;
        let id = match self.KeyMaterialId {
            Some(id) if key.material(&id).is_none() => {
                return Err(fault::not_found(format!("Key material {id} is not one of {}.", key.arn())));
            }
            Some(id) => Some(id),
            None => key.current().map(|material| material.id.clone()),
        };
        if let Some(id) = &id {
            keys::change(cx.tx, &key.place, |key| jobs::drop_material(key, id));
        }
        let symmetric = key.spec == KeySpec::SymmetricDefault;
        Ok(DeleteImportedKeyMaterialResponse { KeyId: key.arn(), KeyMaterialId: id.filter(|_| symmetric) })
    }
}
