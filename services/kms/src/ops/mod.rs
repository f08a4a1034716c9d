//! One file per operation.

mod prelude;

bastide_kernel::ops! {
    create_key::CreateKey,
    decrypt::Decrypt,
    describe_key::DescribeKey,
    encrypt::Encrypt,
}
