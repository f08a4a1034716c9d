//! KMS.
