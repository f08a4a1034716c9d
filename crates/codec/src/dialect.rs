//! What the models do not say about a service's wire: data, looked up by the service's name, read by the protocols.

use bastide_shape::{Operation, Service};

#[derive(Debug)]
pub(crate) struct Dialect {
    /// rest-xml errors have `<Error>` as their root instead of `<ErrorResponse><Error>`.
    pub(crate) bare_errors: bool,
    /// ISO 8601 times in XML always carry milliseconds.
    pub(crate) millis: bool,
    /// The header that names the request.
    pub(crate) request_id: &'static str,
    /// The namespace of answers, where the service's model has none.
    pub(crate) xml_namespace: Option<&'static str>,
    /// The root elements of answers by operation, where they are not the output shape's name. Sorted.
    pub(crate) roots: &'static [(&'static str, &'static str)],
    /// The operations whose answer is the root element with its only member's text in it. Sorted.
    pub(crate) unwrapped: &'static [&'static str],
}

const PLAIN: Dialect = Dialect {
    bare_errors: false,
    millis: false,
    request_id: "x-amzn-requestid",
    xml_namespace: None,
    roots: &[],
    unwrapped: &[],
};

static DEFAULT: Dialect = PLAIN;

static EC2: Dialect = Dialect { millis: true, ..PLAIN };

/// Root elements: the response syntax in the S3 API reference.
static S3: Dialect = Dialect {
    bare_errors: true,
    millis: true,
    request_id: "x-amz-request-id",
    xml_namespace: Some("http://s3.amazonaws.com/doc/2006-03-01/"),
    roots: &[
        ("CompleteMultipartUpload", "CompleteMultipartUploadResult"),
        ("CreateMultipartUpload", "InitiateMultipartUploadResult"),
        ("CreateSession", "CreateSessionResult"),
        ("DeleteObjects", "DeleteResult"),
        ("GetBucketAccelerateConfiguration", "AccelerateConfiguration"),
        ("GetBucketAcl", "AccessControlPolicy"),
        ("GetBucketCors", "CORSConfiguration"),
        ("GetBucketLifecycle", "LifecycleConfiguration"),
        ("GetBucketLifecycleConfiguration", "LifecycleConfiguration"),
        ("GetBucketLocation", "LocationConstraint"),
        ("GetBucketLogging", "BucketLoggingStatus"),
        ("GetBucketNotification", "NotificationConfiguration"),
        ("GetBucketNotificationConfiguration", "NotificationConfiguration"),
        ("GetBucketRequestPayment", "RequestPaymentConfiguration"),
        ("GetBucketTagging", "Tagging"),
        ("GetBucketVersioning", "VersioningConfiguration"),
        ("GetBucketWebsite", "WebsiteConfiguration"),
        ("GetObjectAcl", "AccessControlPolicy"),
        ("GetObjectAttributes", "GetObjectAttributesResponse"),
        ("GetObjectTagging", "Tagging"),
        ("ListBucketAnalyticsConfigurations", "ListBucketAnalyticsConfigurationResult"),
        ("ListBucketInventoryConfigurations", "ListInventoryConfigurationsResult"),
        ("ListBucketMetricsConfigurations", "ListMetricsConfigurationsResult"),
        ("ListBuckets", "ListAllMyBucketsResult"),
        ("ListDirectoryBuckets", "ListAllMyDirectoryBucketsResult"),
        ("ListMultipartUploads", "ListMultipartUploadsResult"),
        ("ListObjectVersions", "ListVersionsResult"),
        ("ListObjects", "ListBucketResult"),
        ("ListObjectsV2", "ListBucketResult"),
        ("ListParts", "ListPartsResult"),
    ],
    unwrapped: &["GetBucketLocation"],
};

static S3_CONTROL: Dialect = Dialect {
    request_id: "x-amz-request-id",
    xml_namespace: Some("http://awss3control.amazonaws.com/doc/2018-08-20/"),
    ..PLAIN
};

static ROUTE53: Dialect = Dialect { xml_namespace: Some("https://route53.amazonaws.com/doc/2013-04-01/"), ..PLAIN };

static CLOUDFRONT: Dialect =
    Dialect { xml_namespace: Some("http://cloudfront.amazonaws.com/doc/2020-05-31/"), ..PLAIN };

/// Error codes of AWS's common front, which no model has, and whose JSON message is spelled `Message`.
pub(crate) const CAPITAL_MESSAGE: [&str; 2] = ["AccessDeniedException", "SerializationException"];

impl Dialect {
    pub(crate) fn of(service: &Service) -> &'static Dialect {
        match service.name {
            "s3" => &S3,
            "s3control" => &S3_CONTROL,
            "ec2" => &EC2,
            "route53" => &ROUTE53,
            "cloudfront" => &CLOUDFRONT,
            _ => &DEFAULT,
        }
    }

    pub(crate) fn namespace(&self, service: &Service) -> Option<&'static str> {
        service.xml_namespace.or(self.xml_namespace)
    }

    /// The root element of an answer, where it is not the output shape's name.
    pub(crate) fn root(&self, operation: &Operation) -> Option<&'static str> {
        let at = self.roots.binary_search_by(|(name, _)| (*name).cmp(operation.name)).ok()?;
        self.roots.get(at).map(|(_, root)| *root)
    }

    pub(crate) fn unwrapped(&self, operation: &Operation) -> bool {
        self.unwrapped.contains(&operation.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_for_the_search() {
        for dialect in [&S3, &S3_CONTROL, &EC2, &ROUTE53, &CLOUDFRONT, &DEFAULT] {
            assert!(dialect.roots.is_sorted());
            assert!(dialect.unwrapped.is_sorted());
        }
    }
}
