//! KMS ListKeyRotations. Real: every rotation with its date and kind, or all key material.

use super::prelude::*;

shape! {
    pub struct ListKeyRotations {
        KeyId: String,
        IncludeKeyMaterial: Option<String>,
        Limit: Option<u32>,
        Marker: Option<String>,
    }

    pub struct ListKeyRotationsResponse {
        Rotations: Vec<RotationsListEntry>,
        NextMarker: Option<String>,
        Truncated: bool,
    }

    pub struct RotationsListEntry {
        KeyId: String,
        KeyMaterialId: String,
        KeyMaterialDescription: Option<String>,
        ImportState: Option<ImportState>,
        KeyMaterialState: MaterialState,
        ExpirationModel: Option<ExpirationModel>,
        ValidTo: Option<Timestamp>,
        RotationDate: Option<Timestamp>,
        RotationType: Option<RotationType>,
    }
}

impl Op for ListKeyRotations {
    const NAME: &'static str = "ListKeyRotations";
    const READ_ONLY: bool = true;
    type Output = ListKeyRotationsResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_own_key(cx, "kms:ListKeyRotations", &self.KeyId)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListKeyRotationsResponse, Fault> {
        let key = managed_key(cx, &self.KeyId, Self::NAME)?;
        if key.spec != KeySpec::SymmetricDefault {
            return Err(fault::unsupported(""));
        }
        let all = self.IncludeKeyMaterial.as_deref() == Some("ALL_KEY_MATERIAL");
        let external = key.origin == Origin::External;
        let listed = key.materials.iter().filter(|material| all || material.rotated.is_some()).enumerate();
        let entries = listed.map(|(at, material)| {
            let there = material.secret.is_some();
            let entry = RotationsListEntry {
                KeyId: key.place.id.clone(),
                KeyMaterialId: material.id.clone(),
                KeyMaterialDescription: material.description.clone(),
                ImportState: external.then_some(if there { ImportState::Imported } else { ImportState::PendingImport }),
                KeyMaterialState: material.state,
                ExpirationModel: (external && there).then_some(match material.expires {
                    Some(_) => ExpirationModel::Expires,
                    None => ExpirationModel::DoesNotExpire,
                }),
                ValidTo: material.expires,
                RotationDate: material.rotated.map(|(at, _)| at),
                RotationType: material.rotated.map(|(_, kind)| kind),
            };
            (format!("{at:08}"), entry)
        });
        let page = page(Self::NAME, entries, self.Limit, 100, self.Marker.as_deref())?;
        Ok(ListKeyRotationsResponse { Rotations: page.items, NextMarker: page.marker, Truncated: page.truncated })
    }
}
