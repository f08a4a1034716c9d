//! Both blob stores do the same.

use bastide_store::{BlobEntry, BlobId, Blobs, DataDir, FileBlobs, MemoryBlobs};
use std::io::ErrorKind;

fn list(blobs: &dyn Blobs) -> Vec<(BlobId, u64)> {
    let mut all = Vec::new();
    blobs
        .list(&mut |BlobEntry { blob, .. }| {
            all.push((blob.id, blob.bytes));
            Ok(())
        })
        .unwrap();
    all.sort();
    all
}

fn conforms(blobs: &dyn Blobs) {
    let mut writer = blobs.create().unwrap();
    writer.write(b"hello ").unwrap();
    writer.write(b"world").unwrap();
    assert_eq!(list(blobs), [], "nothing is there before it is finished");
    let hello = writer.finish().unwrap();
    assert_eq!(hello.bytes, 11);
    assert_eq!(hello.id.to_string(), "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9");
    assert_eq!(hello.id.to_string().parse(), Ok(hello.id));

    let reader = blobs.open(&hello.id).unwrap();
    assert_eq!(reader.len(), 11);
    assert_eq!(reader.read_at(0, 100).unwrap(), "hello world");
    assert_eq!(reader.read_at(6, 3).unwrap(), "wor");
    for beyond in [11, 12, u64::MAX] {
        assert_eq!(reader.read_at(beyond, 3).unwrap(), "");
    }

    let mut dropped = blobs.create().unwrap();
    dropped.write(b"never mind").unwrap();
    drop(dropped);
    let again = [b"hello world"].iter().fold(blobs.create().unwrap(), |mut writer, part| {
        writer.write(*part).unwrap();
        writer
    });
    assert_eq!(again.finish().unwrap(), hello, "equal content is one blob");
    let empty = blobs.create().unwrap().finish().unwrap();
    assert!(blobs.open(&empty.id).unwrap().is_empty());
    let mut expected = [(hello.id, 11), (empty.id, 0)];
    expected.sort();
    assert_eq!(list(blobs), expected);

    assert!(blobs.delete(&hello.id).unwrap());
    assert!(!blobs.delete(&hello.id).unwrap());
    assert_eq!(blobs.open(&hello.id).err().unwrap().kind(), ErrorKind::NotFound);
    assert_eq!(reader.read_at(0, 5).unwrap(), "hello", "a reader reads on");
    assert_eq!(list(blobs), [(empty.id, 0)]);
}

#[test]
fn memory_blobs_conform() {
    conforms(&MemoryBlobs::default());
}

#[test]
fn file_blobs_conform_and_are_there_at_the_next_opening() {
    let temp = tempfile::tempdir().unwrap();
    let dir = DataDir::new(temp.path());
    let blobs = dir.blobs().unwrap();
    conforms(&blobs);
    let before = list(&blobs);
    assert_eq!(list(&dir.blobs().unwrap()), before);
}

#[test]
fn parts_that_a_crash_left_are_cleaned_and_blobs_are_not() {
    let temp = tempfile::tempdir().unwrap();
    let blobs = FileBlobs::open(temp.path().join("blobs")).unwrap();
    let mut kept = blobs.create().unwrap();
    kept.write(b"kept").unwrap();
    let kept = kept.finish().unwrap();
    let mut left = blobs.create().unwrap();
    left.write(b"left").unwrap();
    std::mem::forget(left);
    let blobs = FileBlobs::open(temp.path().join("blobs")).unwrap();
    assert_eq!((blobs.clean().unwrap(), blobs.clean().unwrap()), (1, 0));
    assert_eq!(blobs.open(&kept.id).unwrap().read_at(0, 10).unwrap(), "kept");
}
