//! Packs the API models: AWS's from botocore's wheel, ours from `models/own`.

use std::io::Read;
use std::path::Path;

use bastide_shape::{Service, pack};
use serde_json::Value;

use super::botocore;
use super::sources::Wheel;
use crate::Result;

/// The services that Bastide knows, by botocore's folder. An operation that is not implemented still routes, decodes
/// and answers by name, so that this list is longer than the list of our crates.
const SERVICES: &[&str] = &[
    "accessanalyzer",
    "account",
    "acm",
    "acm-pca",
    "apigateway",
    "apigatewayv2",
    "athena",
    "autoscaling",
    "cloudformation",
    "cloudfront",
    "cloudhsmv2",
    "cloudtrail",
    "cloudwatch",
    "cognito-identity",
    "cognito-idp",
    "config",
    "detective",
    "dynamodb",
    "ec2",
    "ecr",
    "ecs",
    "elb",
    "elbv2",
    "events",
    "firehose",
    "glacier",
    "glue",
    "guardduty",
    "iam",
    "iam-toolbox",
    "identitystore",
    "inspector2",
    "kinesis",
    "kms",
    "lambda",
    "logs",
    "macie2",
    "network-firewall",
    "organizations",
    "pipes",
    "ram",
    "resourcegroupstaggingapi",
    "rolesanywhere",
    "route53",
    "s3",
    "s3control",
    "scheduler",
    "secretsmanager",
    "securityhub",
    "shield",
    "signin",
    "sns",
    "sqs",
    "ssm",
    "sso",
    "sso-admin",
    "sso-oidc",
    "stepfunctions",
    "sts",
    "support",
    "trustedadvisor",
    "wafv2",
];

pub fn pack_aws(wheel: Vec<u8>, models: &Path) -> Result<Vec<u8>> {
    let mut wheel = Wheel::open(wheel)?;
    let names = wheel.names();
    let mut patches = json(&std::fs::read(models.join("patches.json"))?)?;
    let mut services = Vec::new();
    for service in SERVICES {
        let prefix = format!("botocore/data/{service}/");
        // Folders below a service are API versions, which are dates: the last is the latest.
        let file = names
            .iter()
            .rfind(|name| name.starts_with(&prefix) && name.contains("/service-2.json"))
            .ok_or_else(|| format!("botocore has no model of {service}"))?;
        let mut bytes = wheel.read(file)?;
        if file.ends_with(".gz") {
            let mut raw = Vec::new();
            flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut raw)?;
            bytes = raw;
        }
        let mut model = json(&bytes)?;
        if let Some(patch) = patches.get_mut(*service) {
            merge(&mut model, patch.take());
        }
        services.push(botocore::parse(service, &model).map_err(|error| format!("{service}: {error}"))?);
    }
    Ok(pack::write(&services))
}

pub fn pack_own(models: &Path) -> Result<Vec<u8>> {
    let mut paths: Vec<_> = std::fs::read_dir(models.join("own"))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    paths.sort();
    let services: Vec<Service> = paths
        .iter()
        .map(|path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            json(&std::fs::read(path)?)
                .and_then(|model| botocore::parse(&name, &model))
                .map_err(|error| format!("{}: {error}", path.display()).into())
        })
        .collect::<Result<_>>()?;
    Ok(pack::write(&services))
}

fn json(bytes: &[u8]) -> Result<Value> {
    Ok(serde_json::from_slice(bytes)?)
}

/// JSON merge patch (RFC 7386): objects merge, null removes, everything else replaces.
fn merge(target: &mut Value, patch: Value) {
    match (target, patch) {
        (Value::Object(target), Value::Object(patch)) => {
            for (key, value) in patch {
                match value {
                    Value::Null => drop(target.remove(&key)),
                    value => merge(target.entry(key).or_insert(Value::Object(Default::default())), value),
                }
            }
        }
        (target, patch) => *target = patch,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_patch_adds_replaces_and_removes() {
        let mut model = json!({"shapes": {"A": {"type": "list", "max": 3}, "B": {"type": "string"}}});
        merge(&mut model, json!({"shapes": {"A": {"max": 5, "member": {"locationName": "a"}}, "B": null}}));
        assert_eq!(model, json!({"shapes": {"A": {"type": "list", "max": 5, "member": {"locationName": "a"}}}}));
    }

    #[test]
    fn services_are_named_once_and_in_order() {
        assert!(SERVICES.is_sorted_by(|left, right| left < right));
    }
}
