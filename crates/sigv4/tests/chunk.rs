//! aws-chunked bodies: the examples of S3's documents, every way to break them, and any way to cut them.

mod common;

use bastide_sigv4::{
    BodyCheck, ChunkDecoder, ChunkError, ChunkSigner, ChunkVerifier, Credentials, KeyCache, Payload, SigError, Signer,
    Style, Trailers, parse_basic,
};
use common::Request;
use proptest::prelude::*;

const S3_SECRET: &[u8] = b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const CREDENTIALS: Credentials<'static> =
    Credentials { access_key_id: "AKIAIOSFODNN7EXAMPLE", secret: S3_SECRET, session_token: None };

fn now() -> i64 {
    parse_basic("20130524T000000Z").unwrap()
}

/// The PUT of S3's documents, as signed there.
fn documented(trailer: bool) -> Request {
    let (content, extra, signed, seed) = if trailer {
        (
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
            "x-amz-trailer:x-amz-checksum-crc32c",
            "content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;\
             x-amz-trailer",
            "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
        )
    } else {
        (
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            "content-length:66824",
            "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;\
             x-amz-storage-class",
            "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
        )
    };
    Request::read(&format!(
        "PUT /examplebucket/chunkObject.txt HTTP/1.1\nhost:s3.amazonaws.com\nx-amz-date:20130524T000000Z\n\
         x-amz-storage-class:REDUCED_REDUNDANCY\ncontent-encoding:aws-chunked\nx-amz-decoded-content-length:66560\n\
         x-amz-content-sha256:{content}\n{extra}\nauthorization:AWS4-HMAC-SHA256 \
         Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders={signed},Signature={seed}"
    ))
}

/// The body of S3's documents. They print another signature of the trailers, made under `AWS4-HMAC-SHA256-PAYLOAD`; the
/// text beside it and every SDK say `AWS4-HMAC-SHA256-TRAILER`, whose signature stands here.
fn documented_body(trailer: bool) -> Vec<u8> {
    let [one, two, end, tail] = if trailer {
        [
            "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
            "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
            "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
            "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:\
             d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n",
        ]
    } else {
        [
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
            "",
        ]
    };
    let mut body = format!("10000;chunk-signature={one}\r\n").into_bytes();
    body.extend([b'a'; 65536]);
    body.extend(format!("\r\n400;chunk-signature={two}\r\n").into_bytes());
    body.extend([b'a'; 1024]);
    body.extend(format!("\r\n0;chunk-signature={end}\r\n{tail}\r\n").into_bytes());
    body
}

fn verifier(request: &Request, secret: &[u8]) -> ChunkVerifier {
    let cache = KeyCache::default();
    match request.verify_with(Style::S3, now(), secret, &cache, Payload::Streamed, None).unwrap().body {
        BodyCheck::Chunked(verifier) => verifier,
        other => panic!("{other:?}"),
    }
}

fn decode(verifier: ChunkVerifier, pieces: &[&[u8]]) -> (Vec<u8>, Result<Trailers, ChunkError>) {
    let (mut decoder, mut data) = (ChunkDecoder::new(verifier), Vec::new());
    for piece in pieces {
        if let Err(error) = decoder.push(piece, &mut |bytes| data.extend_from_slice(bytes)) {
            assert_eq!(decoder.push(b"x", &mut |_| panic!("data after an error")), Err(error.clone()));
            assert_eq!(decoder.finish(), Err(error.clone()));
            return (data, Err(error));
        }
    }
    (data, decoder.finish())
}

fn no_trailers() -> Trailers {
    Trailers { values: vec![] }
}

fn crc32c() -> Trailers {
    Trailers { values: vec![("x-amz-checksum-crc32c".into(), "sOO8/Q==".into())] }
}

#[test]
fn the_documented_bodies_are_proven_whole_and_byte_by_byte() {
    for (trailer, expected) in [(false, no_trailers()), (true, crc32c())] {
        let (request, body) = (documented(trailer), documented_body(trailer));
        if !trailer {
            assert_eq!(body.len(), 66824, "the documented Content-Length");
        }
        let whole = decode(verifier(&request, S3_SECRET), &[&body]);
        assert_eq!(whole, (vec![b'a'; 66560], Ok(expected)));
        let bytes: Vec<&[u8]> = body.chunks(1).collect();
        assert_eq!(decode(verifier(&request, S3_SECRET), &bytes), whole);
    }
}

#[test]
fn the_signer_makes_the_documented_bodies() {
    for trailer in [false, true] {
        let mut request = documented(trailer);
        let seed = request.header("authorization").rsplit_once('=').unwrap().1.to_owned();
        request.headers.retain(|(name, _)| name != "authorization");
        let payload = request.header("x-amz-content-sha256").to_owned();
        let signer = Signer::new(CREDENTIALS, "us-east-1", "s3");
        let signed = request.heads(|head| signer.headers(&head, &payload, now()));
        assert_eq!(signed.signature, seed);
        let mut chunks = signer.chunks(&signed);
        let mut body = chunks.chunk(&[b'a'; 65536]);
        body.extend(chunks.chunk(&[b'a'; 1024]));
        body.extend(if trailer { chunks.end_with(&crc32c().values) } else { chunks.end() });
        assert_eq!(body, documented_body(trailer));
    }
}

/// S3's documents print the trailers with a line feed, an empty line, and only then their signature.
#[test]
fn the_documented_odd_line_break_before_the_trailer_signature_is_taken() {
    let body = String::from_utf8(documented_body(true)).unwrap();
    let odd = body.replace("sOO8/Q==\r\n", "sOO8/Q==\n\r\n");
    assert_eq!(decode(verifier(&documented(true), S3_SECRET), &[odd.as_bytes()]).1, Ok(crc32c()));
}

#[test]
fn every_part_of_a_chunked_body_is_under_a_signature() {
    let body = String::from_utf8(documented_body(true)).unwrap();
    let failing = |from: &str, to: &str| {
        assert!(body.contains(from), "{from}");
        let changed = body.replacen(from, to, 1);
        decode(verifier(&documented(true), S3_SECRET), &[changed.as_bytes()]).1.unwrap_err()
    };
    assert_eq!(failing("=b474", "=b475"), ChunkError::Signature { chunk: 1 });
    assert_eq!(failing("\r\naaa", "\r\naba"), ChunkError::Signature { chunk: 1 });
    assert_eq!(failing("=1c13", "=1c14"), ChunkError::Signature { chunk: 2 });
    assert_eq!(failing("=2ca2", "=2ca3"), ChunkError::Signature { chunk: 3 });
    assert_eq!(failing("sOO8", "sOO9"), ChunkError::Signature { chunk: 4 });
    assert_eq!(failing(":d81f", ":d82f"), ChunkError::Signature { chunk: 4 });
    assert_eq!(failing("x-amz-checksum-crc32c:", "x-amz-checksum-crc32:"), ChunkError::MalformedTrailer);
    assert_eq!(failing("x-amz-checksum-crc32c:sOO8/Q==\r\n", ""), ChunkError::MalformedTrailer);
    assert_eq!(failing("x-amz-trailer-signature:", "x-amz-other:"), ChunkError::MalformedTrailer);
    assert_eq!(failing("10000;", "10001;"), ChunkError::Malformed);
    assert_eq!(failing("10000;", "20000;"), ChunkError::DecodedLength { expected: 66560 });
    assert_eq!(failing("10000;", "ffffffffffffffff;"), ChunkError::DecodedLength { expected: 66560 });
    assert_eq!(failing("10000;chunk-signature", "10000;signature"), ChunkError::Malformed);
    assert_eq!(failing("400;", "-400;"), ChunkError::Malformed);
    // A chunk taken away breaks the chain at the next one.
    let second = body.find("400;").unwrap();
    let last = body.find("0;chunk-signature=2ca2").unwrap();
    let without = format!("{}{}", &body[..second], &body[last..]);
    let result = decode(verifier(&documented(true), S3_SECRET), &[without.as_bytes()]).1;
    assert_eq!(result, Err(ChunkError::Signature { chunk: 2 }));
    // Nothing may follow the end, and nothing may be missing before it.
    let longer = format!("{body}x");
    assert_eq!(decode(verifier(&documented(true), S3_SECRET), &[longer.as_bytes()]).1, Err(ChunkError::Malformed));
    for missing in [1, 2, 40, 200, 2000] {
        let shorter = &body.as_bytes()[..body.len() - missing];
        let result = decode(verifier(&documented(true), S3_SECRET), &[shorter]).1;
        assert_eq!(result, Err(ChunkError::Incomplete), "{missing}");
    }
}

/// A PUT signed by us with any payload word, and the decoder it leads to.
fn put(signer: &Signer<'_>, payload: &str, size: usize, trailer: Option<&str>) -> (ChunkVerifier, ChunkSigner) {
    let mut request =
        Request::read(&format!("PUT /bucket/key HTTP/1.1\nhost:s3.amazonaws.com\nx-amz-decoded-content-length:{size}"));
    if let Some(trailer) = trailer {
        request = request.with("x-amz-trailer", trailer);
    }
    let signed = request.heads(|head| signer.headers(&head, payload, now()));
    let chunks = if payload.contains("UNSIGNED") { ChunkSigner::unsigned() } else { signer.chunks(&signed) };
    for (name, value) in &signed.headers {
        request = request.with(name, value);
    }
    (verifier(&request, S3_SECRET), chunks)
}

#[test]
fn every_payload_word_signs_and_verifies() {
    let v4 = Signer::new(CREDENTIALS, "us-east-1", "s3");
    let v4a = Signer::new_v4a(CREDENTIALS, "*", "s3").unwrap();
    for (signer, word) in [
        (&v4, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
        (&v4, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
        (&v4, "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
        (&v4a, "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"),
        (&v4a, "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER"),
        (&v4a, "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
    ] {
        let trailers = word.ends_with("TRAILER").then(crc32c);
        let announced = trailers.as_ref().map(|_| "x-amz-checksum-crc32c");
        let encode = |chunks: ChunkSigner, flip: bool| {
            let mut chunks = chunks;
            let mut body = chunks.chunk(&[7; 9000]);
            body.extend(chunks.chunk(&[8; 100]));
            if flip {
                body[300] ^= 1;
            }
            body.extend(match &trailers {
                Some(trailers) => chunks.end_with(&trailers.values),
                None => chunks.end(),
            });
            body
        };
        let (verifier, chunks) = put(signer, word, 9100, announced);
        assert_eq!(verifier.is_signed(), !word.contains("UNSIGNED"));
        assert_eq!(verifier.decoded_length(), 9100);
        let (data, result) = decode(verifier, &[&encode(chunks, false)]);
        assert_eq!((data.len(), result), (9100, Ok(trailers.clone().unwrap_or(no_trailers()))), "{word}");
        let (verifier, chunks) = put(signer, word, 9100, announced);
        let signed = verifier.is_signed();
        let result = decode(verifier, &[&encode(chunks, true)]).1;
        assert_eq!(result.is_err(), signed, "{word}: {result:?}");
    }
}

/// Nobody signed, and the body is framed all the same.
#[test]
fn an_anonymous_body_decodes_without_proof() {
    let request =
        Request::read("PUT /b/k HTTP/1.1\nx-amz-decoded-content-length:3\nx-amz-trailer:x-amz-checksum-crc32c");
    let verifier = request.heads(|head| ChunkVerifier::unsigned(&head)).unwrap();
    assert!(!verifier.is_signed());
    let body = b"3;ignored=1\r\nabc\r\n0\r\nX-Amz-Checksum-Crc32c: sOO8/Q==\r\n\r\n";
    assert_eq!(decode(verifier, &[body]), (b"abc".to_vec(), Ok(crc32c())));
    let without = Request::read("PUT /b/k HTTP/1.1\nx-amz-decoded-content-length:-3");
    assert_eq!(without.heads(|head| ChunkVerifier::unsigned(&head)).unwrap_err(), SigError::MissingDecodedLength);
}

#[test]
fn small_chunks_wrong_lengths_and_endless_lines_are_refused() {
    let unsigned = |size: usize, body: &[u8]| {
        let signer = Signer::new(CREDENTIALS, "us-east-1", "s3");
        let (verifier, _) = put(&signer, "STREAMING-UNSIGNED-PAYLOAD-TRAILER", size, None);
        decode(verifier, &[body])
    };
    assert_eq!(unsigned(3, b"3\r\nabc\r\n0\r\n\r\n"), (b"abc".to_vec(), Ok(no_trailers())));
    assert_eq!(unsigned(0, b"0\r\n\r\n"), (vec![], Ok(no_trailers())));
    let two_small = unsigned(6, b"3\r\nabc\r\n3\r\nabc\r\n0\r\n\r\n").1.unwrap_err();
    assert_eq!(two_small, ChunkError::ChunkTooSmall { chunk: 1, size: 3 });
    let fault = two_small.fault();
    assert_eq!((fault.status, fault.code), (403, "InvalidChunkSizeError"));
    assert_eq!(fault.details, [("Chunk", "1".to_owned()), ("BadChunkSize", "3".to_owned())]);
    assert_eq!(unsigned(4, b"3\r\nabc\r\n0\r\n\r\n").1, Err(ChunkError::DecodedLength { expected: 4 }));
    assert_eq!(unsigned(2, b"3\r\nabc\r\n0\r\n\r\n"), (vec![], Err(ChunkError::DecodedLength { expected: 2 })));
    assert_eq!(unsigned(3, b"3\nabc\r\n0\r\n\r\n").1, Err(ChunkError::Malformed));
    assert_eq!(unsigned(3, b"3\r\nabcd\n0\r\n\r\n").1, Err(ChunkError::Malformed));
    assert_eq!(unsigned(3, &[b'1'; 600]).1, Err(ChunkError::HeaderTooLong));
    assert_eq!(unsigned(3, b"").1, Err(ChunkError::Incomplete));
    let mut endless = b"0\r\n".to_vec();
    endless.extend([b'x'; 5000]);
    assert_eq!(unsigned(0, &endless).1, Err(ChunkError::MalformedTrailer));
    let many: String = (0..20).map(|number| format!("x-{number}:1\r\n")).collect();
    assert_eq!(unsigned(0, format!("0\r\n{many}").as_bytes()).1, Err(ChunkError::MalformedTrailer));
}

proptest! {
    #[test]
    fn any_cut_decodes_the_same(cuts in prop::collection::vec(0usize..66_900, 0..12), trailer: bool) {
        let body = documented_body(trailer);
        let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(body.len())).collect();
        cuts.extend([0, body.len()]);
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &body[pair[0]..pair[1]]).collect();
        let (data, result) = decode(verifier(&documented(trailer), S3_SECRET), &pieces);
        prop_assert_eq!(data.len(), 66560);
        prop_assert_eq!(result, Ok(if trailer { crc32c() } else { no_trailers() }));
    }

    #[test]
    fn garbage_never_passes_and_never_panics(
        garbage in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..400),
            "[0-9a-f;\r\n:=x]{0,400}".prop_map(String::into_bytes),
        ],
        trailer: bool,
    ) {
        let whole = decode(verifier(&documented(trailer), S3_SECRET), &[&garbage]);
        prop_assert!(whole.1.is_err());
        let bytes: Vec<&[u8]> = garbage.chunks(1).collect();
        prop_assert_eq!(decode(verifier(&documented(trailer), S3_SECRET), &bytes), whole);
    }
}
