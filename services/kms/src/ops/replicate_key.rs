//! KMS ReplicateKey. Real: a replica with the same id and key material, and everything else its own; created a moment later, as
//! AWS does; kms:CreateKey is needed beside kms:ReplicateKey, and kms:TagResource where there are tags.

use super::prelude::*;

shape! {
    pub struct ReplicateKey {
        KeyId: String,
        ReplicaRegion: String,
        Policy: Option<String>,
        BypassPolicyLockoutSafetyCheck: Option<bool>,
        Description: Option<String>,
        Tags: Option<Vec<Tag>>,
    }

    pub struct ReplicateKeyResponse {
        ReplicaKeyMetadata: KeyMetadata,
        ReplicaPolicy: String,
        ReplicaTags: Vec<Tag>,
    }
}

/// The region, if it is one.
///
/// # Errors
/// ValidationException.
pub(super) fn region(text: &str) -> Result<Region, Fault> {
    text.parse().map_err(|_| fault::validation(format!("{text} is not a Region of this partition.")))
}

/// The primary key of a multi-Region family.
///
/// # Errors
/// UnsupportedOperationException for any other key.
pub(super) fn primary(key: &Key) -> Result<&MultiRegion, Fault> {
    match (&key.multi_region, key.region_type()) {
        (Some(family), Some(MultiRegionKeyType::Primary)) => Ok(family),
        _ => Err(fault::unsupported(format!("{} is not a multi-region primary key.", key.arn()))),
    }
}

impl Op for ReplicateKey {
    const NAME: &'static str = "ReplicateKey";
    const READ_ONLY: bool = false;
    type Output = ReplicateKeyResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let target = keys::find(cx.state(), cx.call, &self.KeyId, Named::ByKey)?;
        let ask = policy::on_own(cx, "kms:ReplicateKey", &target);
        let ask = ask.key("kms:ReplicaRegion", [self.ReplicaRegion.clone()]);
        let creating = policy::calling(cx, Ask::action("kms:CreateKey"))
            .key("kms:MultiRegion", ["true".to_owned()])
            .key("kms:MultiRegionKeyType", [MultiRegionKeyType::Replica.as_str().to_owned()]);
        let tags = self.Tags.as_deref();
        let replica = region(&self.ReplicaRegion).map_or(target.place.clone(), |region| target.place.in_region(region));
        let creating = creating.request_tags(wire::tag_pairs(tags));
        Ok(policy::and_tagging(cx, ask.and(creating), &replica, tags))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ReplicateKeyResponse, Fault> {
        let region = region(&self.ReplicaRegion)?;
        let key = managed_key(cx, &self.KeyId, Self::NAME)?;
        let family = primary(&key)?.clone();
        let place = key.place.in_region(region);
        if region == family.primary || keys::get(cx.tx, &place).is_some() {
            return Err(fault::already_exists(format!("{} already exists.", place.arn())));
        }
        let policy = match self.Policy {
            Some(text) => policy::accept(cx, &place, text, self.BypassPolicyLockoutSafetyCheck == Some(true))?,
            None => policy::default_policy(place.account),
        };
        let tags = wire::tags_from(self.Tags.unwrap_or_default())?;
        let external = key.origin == Origin::External;
        let mut replicas = family.replicas;
        replicas.push(region);
        let family = MultiRegion { primary: family.primary, replicas };
        let replica = Key {
            place: place.clone(),
            state: KeyState::Creating,
            created: cx.now(),
            description: self.Description.unwrap_or_default(),
            policy,
            tags,
            materials: if external { Vec::new() } else { key.materials.clone() },
            rotation: None,
            on_demand_rotations: 0,
            deletion: None,
            ..Key::clone(&key)
        };
        let answer = ReplicateKeyResponse {
            ReplicaPolicy: replica.policy.text().to_owned(),
            ReplicaTags: replica
                .tag_list()
                .into_iter()
                .map(|(key, value)| Tag { TagKey: key, TagValue: value })
                .collect(),
            ReplicaKeyMetadata: wire::metadata(&Key { multi_region: Some(family.clone()), ..replica.clone() })?,
        };
        keys::put(cx.tx, replica);
        keys::change_family(cx.tx, &key.place, |member| member.multi_region = Some(family.clone()));
        keys::change(cx.tx, &place, |replica| replica.multi_region = Some(family));
        jobs::schedule_replica(cx, &place)?;
        Ok(answer)
    }
}
